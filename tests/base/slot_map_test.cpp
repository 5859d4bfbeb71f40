// Rows: -
#include "base/slot_map.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

using base::SlotId;
using base::SlotMap;

namespace {

TEST(SlotMapTest, FindsWhatWasInsertedUntilItIsErased) {
    SlotMap<std::string> map;
    SlotId one = map.insert("one");
    SlotId two = map.insert("two");
    ASSERT_NE(map.find(one), nullptr);
    EXPECT_EQ(*map.find(one), "one");
    EXPECT_EQ(map.size(), 2U);
    EXPECT_TRUE(map.erase(one));
    EXPECT_EQ(map.find(one), nullptr);
    EXPECT_EQ(*map.find(two), "two");
    EXPECT_EQ(map.size(), 1U);
}

TEST(SlotMapTest, AStaleIdResolvesToNothingThoughItsSlotIsUsedAgain) {
    SlotMap<int> map;
    SlotId stale = map.insert(1);
    map.erase(stale);
    SlotId fresh = map.insert(2);
    EXPECT_EQ(fresh.index, stale.index);
    EXPECT_NE(fresh, stale);
    EXPECT_EQ(map.find(stale), nullptr);
    EXPECT_FALSE(map.erase(stale));
    EXPECT_EQ(*map.find(fresh), 2);
}

TEST(SlotMapTest, TheDefaultIdNamesNothing) {
    SlotMap<int> map;
    EXPECT_FALSE(SlotId{});
    EXPECT_EQ(map.find(SlotId{}), nullptr);
    SlotId id = map.insert(1);
    EXPECT_TRUE(id);
    EXPECT_EQ(map.find(SlotId{}), nullptr);
    EXPECT_EQ(map.find(SlotId{.index = 99, .generation = 1}), nullptr);
}

TEST(SlotMapTest, TakeMovesTheValueOutOnce) {
    SlotMap<std::unique_ptr<int>> map;
    SlotId id = map.insert(std::make_unique<int>(5));
    auto taken = map.take(id);
    ASSERT_TRUE(taken);
    EXPECT_EQ(**taken, 5);
    EXPECT_FALSE(map.take(id));
    EXPECT_TRUE(map.empty());
}

TEST(SlotMapTest, VisitsEachLivingValueOnce) {
    SlotMap<int> map;
    SlotId gone = map.insert(0);
    map.insert(1);
    map.insert(2);
    map.erase(gone);
    std::multiset<int> seen;
    map.for_each([&](SlotId id, int& value) {
        EXPECT_EQ(map.find(id), &value);
        seen.insert(value);
    });
    EXPECT_EQ(seen, (std::multiset{1, 2}));
}

} // namespace
