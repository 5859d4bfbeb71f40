#include "base/memory_return.h"

#include <gtest/gtest.h>

using base::MemoryReturn;

namespace {

constexpr size_t kBefore = 10'000'000; // anybody came
constexpr size_t kGrown = kBefore + MemoryReturn::kLeastBytes;

struct MemoryReturnTest : testing::Test {
    MemoryReturn memory{kBefore};

    // In how many of so many looks at which there were so many it was due.
    int times_due(size_t sessions, size_t looks = MemoryReturn::kLooks, size_t resident = kGrown) {
        int due = 0;
        for (; looks > 0; --looks) due += memory.is_due(sessions, resident) ? 1 : 0;
        return due;
    }
};

// Rows: -
TEST_F(MemoryReturnTest, IsDueOnceWhenAQuarterHasLeft) {
    EXPECT_EQ(times_due(8000), 0);
    EXPECT_EQ(times_due(6001), 0);
    EXPECT_EQ(times_due(6000), 1);
    EXPECT_EQ(times_due(6000), 0);
    EXPECT_EQ(times_due(4501), 0);
    EXPECT_EQ(times_due(4500), 1);
}

// Rows: -
TEST_F(MemoryReturnTest, WaitsUntilNothingIsRememberedOfThem) {
    EXPECT_EQ(times_due(8000), 0);
    EXPECT_EQ(times_due(0, MemoryReturn::kLooks - 1), 0);
    EXPECT_TRUE(memory.is_due(0, kGrown));
}

// Rows: -
TEST_F(MemoryReturnTest, IsNotDueWhileThereIsLittleToGive) {
    EXPECT_EQ(times_due(8000), 0);
    EXPECT_EQ(times_due(0, 100, kGrown - 1), 0);
    EXPECT_EQ(times_due(0, 100, 0), 0) << "nothing is known";
    EXPECT_TRUE(memory.is_due(0, kGrown)) << "it has grown at last";
}

// Rows: -
TEST_F(MemoryReturnTest, CountsGrowthFromWhatTheLastTimeLeft) {
    EXPECT_EQ(times_due(8), 0);
    EXPECT_EQ(times_due(0), 1);
    memory.note_returned(kGrown); // it was in use after all
    EXPECT_EQ(times_due(8), 0);
    EXPECT_EQ(times_due(0), 0);
    EXPECT_EQ(times_due(0, 1, kGrown + MemoryReturn::kLeastBytes), 1);
}

// Rows: -
TEST_F(MemoryReturnTest, TakesWhatThoseHadWhoStayedTheLastTimeForTheirs) {
    constexpr size_t kEach = MemoryReturn::kLeastBytes / 1000 + 1;
    auto with = [](size_t sessions) { return kBefore + sessions * kEach; };
    EXPECT_EQ(times_due(8000, 1, with(8000)), 0);
    EXPECT_EQ(times_due(4000, 4, with(8000)), 1);
    memory.note_returned(with(4000));
    EXPECT_EQ(times_due(3001, 4, with(4000)), 0) << "not a quarter";
    EXPECT_EQ(times_due(3000, 4, with(4000)), 1)
        << "what a thousand have left, and nobody has come";
    memory.note_returned(with(3000));
    EXPECT_EQ(times_due(2100, 4, with(3000)), 0) << "a quarter, but too little in it";
    EXPECT_EQ(times_due(0, 4, with(3000)), 1);
}

// Rows: -
TEST_F(MemoryReturnTest, CountsFromTheMostThatThereWere) {
    EXPECT_EQ(times_due(4000), 0);
    EXPECT_EQ(times_due(10'000, 1), 0);
    EXPECT_EQ(times_due(7501), 0);
    EXPECT_EQ(times_due(7500), 1);
}

// Rows: -
TEST_F(MemoryReturnTest, IsDueWhereNobodyIsThoughNobodyWasSeen) {
    EXPECT_EQ(times_due(0, 100, kGrown - 1), 0);
    EXPECT_TRUE(memory.is_due(0, kGrown));
    memory.note_returned(kBefore);
    EXPECT_EQ(times_due(0, 100, kGrown - 1), 0);
    EXPECT_TRUE(memory.is_due(0, kGrown));
}

} // namespace
