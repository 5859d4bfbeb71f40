#include "base/memory_return.h"

#include <gtest/gtest.h>

using base::MemoryReturn;

namespace {

// Whether it was due in one of the looks at which there were so many.
int times_due(MemoryReturn& memory, size_t sessions, size_t looks = MemoryReturn::kLooks) {
    int due = 0;
    for (; looks > 0; --looks) due += memory.is_due(sessions) ? 1 : 0;
    return due;
}

// Rows: -
TEST(MemoryReturnTest, IsDueOnceWhenAQuarterHasLeft) {
    MemoryReturn memory;
    EXPECT_EQ(times_due(memory, 8000), 0);
    EXPECT_EQ(times_due(memory, 6001), 0);
    EXPECT_EQ(times_due(memory, 6000), 1);
    EXPECT_EQ(times_due(memory, 6000), 0);
    EXPECT_EQ(times_due(memory, 4501), 0);
    EXPECT_EQ(times_due(memory, 4500), 1);
}

// Rows: -
TEST(MemoryReturnTest, WaitsUntilNothingIsRememberedOfThem) {
    MemoryReturn memory;
    EXPECT_EQ(times_due(memory, 8000), 0);
    EXPECT_EQ(times_due(memory, 0, MemoryReturn::kLooks - 1), 0);
    EXPECT_TRUE(memory.is_due(0));
}

// Rows: -
TEST(MemoryReturnTest, IsNotDueForAFew) {
    MemoryReturn memory;
    EXPECT_EQ(times_due(memory, MemoryReturn::kLeast), 0);
    EXPECT_EQ(times_due(memory, 1), 0);
    EXPECT_EQ(times_due(memory, 0), 1) << "all of a thousand are no few";
    EXPECT_EQ(times_due(memory, MemoryReturn::kLeast - 1), 0);
    EXPECT_EQ(times_due(memory, 0), 0);
}

// Rows: -
TEST(MemoryReturnTest, CountsFromTheMostThatThereWere) {
    MemoryReturn memory;
    EXPECT_EQ(times_due(memory, 4000), 0);
    EXPECT_EQ(times_due(memory, 10'000, 1), 0);
    EXPECT_EQ(times_due(memory, 7501), 0);
    EXPECT_EQ(times_due(memory, 7500), 1);
}

} // namespace
