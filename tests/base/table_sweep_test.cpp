// Rows: -
#include "base/slot_map.h"
#include "base/table_sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

using base::SlotId;
using base::SlotMap;
using base::TableSweep;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

constexpr int kSlotsOfPage = SlotMap<int>::kSlotsOfPage;

class TableSweepTest : public testing::Test {
protected:
    // Whom it has found there, and in which order.
    bool go_on(size_t most) {
        visited_.clear();
        return sweep_.go_on(
            most, map_.pages(),
            [this](size_t page, std::vector<SlotId>& names) {
                map_.for_each_of(
                    page, [&](int value) { names.push_back(ids_[static_cast<size_t>(value)]); });
            },
            [this](SlotId id) {
                int* found = map_.find(id);
                visited_.push_back(found != nullptr ? *found : -1);
                if (found != nullptr && on_visit_) on_visit_(id);
            });
    }
    void fill(int count) {
        for (int i = 0; i < count; ++i) ids_.push_back(map_.insert(static_cast<int>(ids_.size())));
    }
    void erase(int value) { map_.erase(ids_[static_cast<size_t>(value)]); }

    SlotMap<int> map_;
    std::vector<SlotId> ids_; // of each value
    TableSweep<SlotId> sweep_;
    std::vector<int> visited_;
    std::function<void(SlotId)> on_visit_;
};

TEST_F(TableSweepTest, VisitsNoMoreAtATimeThanItIsTold) {
    fill(5);
    EXPECT_TRUE(go_on(2));
    EXPECT_THAT(visited_, ElementsAre(0, 1));
    EXPECT_TRUE(go_on(2));
    EXPECT_THAT(visited_, ElementsAre(2, 3));
    EXPECT_FALSE(go_on(2));
    EXPECT_THAT(visited_, ElementsAre(4));
    EXPECT_FALSE(go_on(2));
    EXPECT_THAT(visited_, IsEmpty());
}

TEST_F(TableSweepTest, HasNothingToDoInAnEmptyTable) {
    EXPECT_FALSE(go_on(1));
}

// Several pages, and slices that end within them.
TEST_F(TableSweepTest, VisitsEverythingOnceThoughEachIsTakenByItsVisit) {
    fill(3 * kSlotsOfPage + 7);
    on_visit_ = [this](SlotId id) { map_.erase(id); };
    std::vector<int> all;
    bool more = true;
    for (int slices = 0; more && slices < 100; ++slices) {
        more = go_on(100);
        EXPECT_LE(visited_.size(), 100U);
        all.insert(all.end(), visited_.begin(), visited_.end());
    }
    EXPECT_FALSE(more);
    ASSERT_EQ(all.size(), ids_.size());
    for (int i = 0; i < static_cast<int>(all.size()); ++i)
        EXPECT_EQ(all[static_cast<size_t>(i)], i);
    EXPECT_TRUE(map_.empty());
}

TEST_F(TableSweepTest, FindsNobodyInThePlaceOfWhoHasLeft) {
    fill(4);
    EXPECT_TRUE(go_on(1));
    erase(2);
    fill(1); // it takes the slot, but not the name
    EXPECT_TRUE(go_on(2));
    EXPECT_THAT(visited_, ElementsAre(1, -1));
    EXPECT_FALSE(go_on(2));
    EXPECT_THAT(visited_, ElementsAre(3));
}

TEST_F(TableSweepTest, PassesOverPortionsThatAreEmptyByThen) {
    fill(2 * kSlotsOfPage + 1);
    EXPECT_TRUE(go_on(static_cast<size_t>(kSlotsOfPage)));
    for (int i = kSlotsOfPage; i < 2 * kSlotsOfPage; ++i) erase(i);
    EXPECT_FALSE(go_on(2));
    EXPECT_THAT(visited_, ElementsAre(2 * kSlotsOfPage));
}

} // namespace
