// Rows: -
#include "base/paged_table.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

using base::PagedTable;

namespace {

constexpr size_t kPage = PagedTable<int>::kEntriesOfPage;

TEST(PagedTableTest, HasWhatWasSetUntilItIsTaken) {
    PagedTable<std::string> table;
    EXPECT_EQ(table.find(3), nullptr);
    table.set(3, "three");
    ASSERT_NE(table.find(3), nullptr);
    EXPECT_EQ(*table.find(3), "three");
    EXPECT_EQ(table.find(2), nullptr);
    table.set(3, "again");
    EXPECT_EQ(table.take(3), "again");
    EXPECT_EQ(table.find(3), nullptr);
    EXPECT_EQ(table.take(3), std::nullopt);
    EXPECT_EQ(table.take(9 * kPage), std::nullopt);
}

TEST(PagedTableTest, NothingMovesWhileItGrows) {
    PagedTable<std::unique_ptr<int>> table;
    table.set(0, std::make_unique<int>(7));
    auto* there = table.find(0);
    for (size_t number = 1; number < 3 * kPage; ++number) table.set(number, nullptr);
    EXPECT_EQ(table.find(0), there);
    EXPECT_EQ(**there, 7);
    EXPECT_EQ(table.pages(), 3U);
}

TEST(PagedTableTest, GivesPagesBackButForTheLast) {
    PagedTable<int> table;
    for (size_t number = 0; number < 3 * kPage; ++number) table.set(number, 1);
    for (size_t number = kPage; number < 3 * kPage; ++number) table.take(number);
    EXPECT_EQ(table.pages(), 1U);
    for (size_t number = 0; number < kPage; ++number) table.take(number);
    EXPECT_EQ(table.pages(), 1U) << "who has one now and then does not make it each time";
    table.set(2 * kPage, 5);
    EXPECT_EQ(*table.find(2 * kPage), 5);
}

TEST(PagedTableTest, WhatIsSetTwiceIsThereOnce) {
    PagedTable<int> table;
    table.set(0, 1);
    table.set(kPage, 1);
    table.set(kPage, 2);
    EXPECT_EQ(table.take(kPage), 2);
    EXPECT_EQ(table.pages(), 1U);
}

} // namespace
