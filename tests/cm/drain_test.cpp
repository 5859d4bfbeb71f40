// Rows: -
#include "cm/drain.h"
#include "tests/support/test_env.h"

#include <gtest/gtest.h>

#include <optional>

namespace {

using namespace std::chrono_literals;

struct DrainTest : testing::Test {
    tests::TestEnv env;
    uint64_t sessions = 2;
    std::optional<bool> over; // whether all have left
    cm::Drain drain{env.env(), [this] { return sessions; }, [this](bool all) { over = all; }};
};

TEST_F(DrainTest, IsOverWhenAllHaveLeft) {
    drain.begin(std::nullopt);
    EXPECT_TRUE(drain.goes_on());
    EXPECT_EQ(drain.left(), std::nullopt);
    env.advance(24h);
    EXPECT_FALSE(over);
    sessions = 0;
    env.advance(500ms);
    EXPECT_EQ(over, true);
    EXPECT_FALSE(drain.goes_on());
}

TEST_F(DrainTest, IsOverAtItsDeadline) {
    drain.begin(10s);
    env.advance(4s);
    EXPECT_EQ(drain.left(), base::Duration(6'000));
    env.advance(5'500ms);
    EXPECT_FALSE(over);
    env.advance(1s);
    EXPECT_EQ(over, false);
}

TEST_F(DrainTest, TakesAnotherDeadline) {
    drain.begin(10s);
    drain.begin(std::nullopt);
    env.advance(60s);
    EXPECT_FALSE(over);
    drain.begin(1s);
    env.advance(2s);
    EXPECT_EQ(over, false);
}

TEST_F(DrainTest, NothingFollowsWhenItIsStopped) {
    drain.begin(10s);
    drain.stop();
    sessions = 0;
    env.advance(60s);
    EXPECT_FALSE(over);
    EXPECT_EQ(drain.left(), std::nullopt);
}

} // namespace
