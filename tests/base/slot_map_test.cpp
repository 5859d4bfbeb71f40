// Rows: -
#include "base/slot_map.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

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

// Several pages of them, the last of which is not full.
constexpr uint32_t kMany = SlotMap<int>::kSlotsOfPage * 5 / 2;

TEST(SlotMapTest, WhatIsInItStaysWhereItIsWhileItGrows) {
    SlotMap<int> map;
    SlotId first = map.insert(0);
    int* there = map.find(first);
    std::set<uint32_t> indices{first.index};
    for (uint32_t i = 1; i < kMany; ++i) indices.insert(map.insert(static_cast<int>(i)).index);
    EXPECT_EQ(map.find(first), there);
    EXPECT_EQ(map.size(), kMany);
    EXPECT_EQ(indices.size(), kMany);
    EXPECT_EQ(*indices.rbegin(), kMany - 1) << "the numbers are small, whatever is done with them";
}

TEST(SlotMapTest, AnIdOfAPageThatWasGivenBackIsStaleForEver) {
    SlotMap<uint32_t> map;
    std::vector<SlotId> before;
    for (uint32_t i = 0; i < kMany; ++i) before.push_back(map.insert(i));
    for (int uses = 0; uses < 3; ++uses) { // some have lived longer
        ASSERT_TRUE(map.erase(before.back()));
        before.back() = map.insert(0U);
    }
    for (SlotId id : before) ASSERT_TRUE(map.erase(id));
    EXPECT_TRUE(map.empty());
    for (SlotId id : before) ASSERT_EQ(map.find(id), nullptr);

    std::set<uint32_t> indices;
    for (uint32_t i = 0; i < kMany; ++i) {
        SlotId id = map.insert(i);
        ASSERT_EQ(*map.find(id), i);
        indices.insert(id.index);
    }
    EXPECT_EQ(indices.size(), kMany);
    EXPECT_LT(*indices.rbegin(), 3 * map.kSlotsOfPage) << "no page is lost";
    for (SlotId id : before) ASSERT_EQ(map.find(id), nullptr) << id.index;
}

TEST(SlotMapTest, VisitsWhatIsLeftOfManyPages) {
    SlotMap<uint32_t> map;
    std::vector<SlotId> all;
    for (uint32_t i = 0; i < kMany; ++i) all.push_back(map.insert(i));
    for (uint32_t i = 0; i < kMany; ++i) {
        if (i % 300 != 7) map.erase(all[i]);
    }
    std::multiset<uint32_t> seen;
    map.for_each([&](SlotId id, uint32_t& value) {
        EXPECT_EQ(id, all[value]);
        seen.insert(value);
    });
    EXPECT_EQ(seen, (std::multiset<uint32_t>{7, 307, 607}));
}

// What insert and erase do at random is what a plain map does.
TEST(SlotMapTest, IsAMapWhateverComesAndGoes) {
    SlotMap<uint32_t> map;
    std::map<uint32_t, SlotId> model;
    uint32_t state = 1;
    auto chance = [&state](uint32_t bound) {
        state = state * 1'664'525 + 1'013'904'223;
        return (state >> 8) % bound;
    };
    for (uint32_t step = 0; step < 20'000; ++step) {
        bool grows = step / 2000 % 2 == 0; // in waves
        if (model.empty() || chance(10) < (grows ? 7U : 3U)) {
            model[step] = map.insert(step);
        } else {
            auto victim = model.lower_bound(chance(step));
            if (victim == model.end()) victim = model.begin();
            ASSERT_EQ(map.take(victim->second), victim->first);
            ASSERT_EQ(map.find(victim->second), nullptr);
            model.erase(victim);
        }
        ASSERT_EQ(map.size(), model.size());
    }
    for (const auto& [value, id] : model) ASSERT_EQ(*map.find(id), value);
}

} // namespace
