// Rows: -
#include "base/slice.h"

#include <gtest/gtest.h>

#include <cstring>

using base::Slice;
using base::SliceBuilder;
using base::SliceChain;
using base::SlicePool;

namespace {

struct SliceTest : testing::Test {
    SlicePool pool{10'000};
};

TEST_F(SliceTest, ACopyIsCountedUntilTheLastReferenceGoes) {
    Slice first = Slice::copy(pool, "stanza");
    size_t used = pool.used_bytes();
    EXPECT_GE(used, 6U);
    {
        Slice second = first;
        Slice part = second.sub(2, 3);
        EXPECT_EQ(part.view(), "anz");
        EXPECT_EQ(pool.used_bytes(), used); // shared, not copied
        first = Slice();
        EXPECT_EQ(pool.used_bytes(), used);
        second = Slice();
        EXPECT_EQ(part.view(), "anz"); // a part keeps the whole block
        EXPECT_EQ(pool.used_bytes(), used);
    }
    EXPECT_EQ(pool.used_bytes(), 0U);
}

TEST_F(SliceTest, LiteralsAndEmptySlicesTakeNothingOfThePool) {
    Slice literal = Slice::literal("</body>");
    Slice empty = Slice::copy(pool, "");
    EXPECT_EQ(literal.view(), "</body>");
    EXPECT_TRUE(empty.empty());
    EXPECT_EQ(pool.used_bytes(), 0U);
}

TEST_F(SliceTest, AssignmentToItselfAndMovesKeepTheBytes) {
    Slice slice = Slice::copy(pool, "abc");
    Slice& same = slice;
    slice = same;
    EXPECT_EQ(slice.view(), "abc");
    Slice moved = std::move(slice);
    EXPECT_EQ(moved.view(), "abc");
    EXPECT_TRUE(slice.empty()); // NOLINT(bugprone-use-after-move): that it is empty is the rule
}

TEST_F(SliceTest, SubIsCutAtTheEnd) {
    Slice slice = Slice::literal("abcdef");
    EXPECT_EQ(slice.sub(0).view(), "abcdef");
    EXPECT_EQ(slice.sub(4, 100).view(), "ef");
    EXPECT_EQ(slice.sub(6).view(), "");
}

TEST(SliceDeathTest, SubOutsideTheSliceIsAFaultOfOurs) {
    EXPECT_DEATH(static_cast<void>(Slice::literal("abc").sub(4)), "assertion failed");
}

TEST_F(SliceTest, ABuilderGrowsAndGivesAwayABlockOfExactSize) {
    std::string expected;
    SliceBuilder builder(pool);
    for (int i = 0; i < 100; ++i) {
        builder.append("<a n='").append_number(static_cast<uint64_t>(i)).append('\'').append("/>");
        expected += "<a n='" + std::to_string(i) + "'/>";
        EXPECT_EQ(builder.view(), expected);
    }
    Slice taken = builder.take();
    EXPECT_EQ(taken.view(), expected);
    size_t header = pool.used_bytes() - expected.size();
    EXPECT_LE(header, 16U); // the block's own fields: no slack
    EXPECT_TRUE(builder.empty());
}

TEST_F(SliceTest, ABuilderMayBeUsedAgainAfterTake) {
    SliceBuilder builder(pool, 64);
    builder.append("one");
    Slice one = builder.take();
    EXPECT_TRUE(builder.take().empty());
    builder.append("two");
    Slice two = builder.take();
    EXPECT_EQ(one.view(), "one");
    EXPECT_EQ(two.view(), "two");
}

TEST_F(SliceTest, ABuilderThatIsDroppedOrMovedGivesItsBlockBack) {
    {
        SliceBuilder dropped(pool);
        dropped.append("never taken");
        SliceBuilder moved(std::move(dropped));
        EXPECT_EQ(moved.view(), "never taken");
        SliceBuilder assigned(pool);
        assigned.append("other");
        assigned = std::move(moved);
        EXPECT_EQ(assigned.view(), "never taken");
    }
    EXPECT_EQ(pool.used_bytes(), 0U);
}

TEST_F(SliceTest, TheLargestNumberIsWrittenWhole) {
    SliceBuilder builder(pool);
    builder.append_number(0).append(' ').append_number(UINT64_MAX);
    EXPECT_EQ(builder.view(), "0 18446744073709551615");
}

TEST_F(SliceTest, AChainLosesExactlyTheFrontThatAWriteTook) {
    constexpr std::string_view kWhole = "abcdefghij";
    for (size_t count = 0; count <= kWhole.size(); ++count) {
        SliceChain chain;
        chain.push(Slice::copy(pool, "abc"));
        chain.push(Slice::literal("d"));
        chain.push(Slice::literal("")); // leaves no trace
        chain.push(Slice::copy(pool, "efghij"));
        chain.drop_front(count);
        EXPECT_EQ(chain.to_string(), kWhole.substr(count)) << count;
        EXPECT_EQ(chain.size_bytes(), kWhole.size() - count);
        for (const Slice& slice : chain) EXPECT_FALSE(slice.empty());
        // And a second time, as a slow peer has it.
        size_t rest = chain.size_bytes() / 2;
        chain.drop_front(rest);
        EXPECT_EQ(chain.to_string(), kWhole.substr(count + rest));
    }
    EXPECT_EQ(pool.used_bytes(), 0U);
}

TEST_F(SliceTest, AChainTakesOverAnotherInOrder) {
    SliceChain head(Slice::literal("a"));
    SliceChain tail(Slice::literal("b"));
    tail.push(Slice::literal("c"));
    head.push(std::move(tail));
    EXPECT_EQ(head.to_string(), "abc");
    EXPECT_EQ(head.slice_count(), 3U);
    SliceChain empty;
    empty.push(std::move(head));
    EXPECT_EQ(empty.to_string(), "abc");
    EXPECT_TRUE(head.empty()); // NOLINT(bugprone-use-after-move): that it is empty is the rule
}

TEST_F(SliceTest, ThePoolServesBeyondItsBudgetButSaysSo) {
    Slice most = Slice::copy(pool, std::string(8'000, 'x'));
    EXPECT_FALSE(pool.above_high_water());
    EXPECT_FALSE(pool.below_low_water());
    Slice more = Slice::copy(pool, std::string(8'000, 'y'));
    EXPECT_EQ(more.size(), 8'000U);
    EXPECT_TRUE(pool.above_high_water());
    more = Slice();
    most = Slice();
    EXPECT_TRUE(pool.below_low_water());
}

TEST(SliceDeathTest, APoolThatDiesBeforeItsSlicesIsAFaultOfOurs) {
    EXPECT_DEATH(
        {
            Slice outlives;
            SlicePool pool(100);
            outlives = Slice::copy(pool, "x");
        },
        "used_bytes_ == 0");
}

TEST_F(SliceTest, ABuilderGivesRoomToWriteInto) {
    SliceBuilder builder(pool);
    builder.append("ab");
    std::memcpy(builder.extend(4), "cdef", 4);
    EXPECT_EQ(builder.view(), "abcdef");
    builder.shrink_to(3);
    EXPECT_EQ(builder.append("x").take().view(), "abcx");
}

} // namespace
