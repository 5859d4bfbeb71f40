// Rows: -
#include "admin/history.h"
#include "base/json.h"
#include "tests/admin/admin_world.h"
#include "tests/support/test_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

using admin::History;
using base::Counter;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::Le;
using testing::SizeIs;
using testing::StartsWith;

namespace {

constexpr std::string_view kLogins = "boshcm_logins_total{transport=\"bosh\"}";

struct HistoryTest : testing::Test {
    // A deadline is a tick late at most.
    void begin() {
        history.begin();
        env.advance(base::TimerWheel::kTick);
    }
    [[nodiscard]] base::Json told() const { return history.json(); }
    [[nodiscard]] std::vector<int64_t> numbers(std::string_view series) const {
        return whole(told()["series"][series]);
    }
    [[nodiscard]] std::vector<int64_t> times() const { return whole(told()["ms"]); }
    static std::vector<int64_t> whole(const base::Json& list) {
        std::vector<int64_t> all;
        for (const base::Json& each : list.array()) all.push_back(each.integer().value_or(-1));
        return all;
    }
    void log_in() { daemon.workers[1].add(Counter::BoshLogins); }

    tests::TestEnv env;
    tests::FakeDaemon daemon;
    History history{env.env(), daemon};
};

TEST_F(HistoryTest, IsEmptyUntilItBegins) {
    env.advance(10 * History::kPeriod);
    EXPECT_EQ(told().text(), R"({"period_s":5,"ms":[],"series":{}})");
}

TEST_F(HistoryTest, TellsWhatWasAndWhen) {
    begin();
    log_in();
    env.advance(History::kPeriod);
    log_in();
    log_in();
    env.advance(History::kPeriod);
    EXPECT_THAT(numbers(kLogins), ElementsAre(0, 1, 3));
    int64_t period = History::kPeriod.count();
    int64_t tick = base::TimerWheel::kTick.count();
    std::vector<int64_t> taken = times();
    ASSERT_THAT(taken, SizeIs(3));
    EXPECT_EQ(taken[0], -2 * period - tick);
    EXPECT_THAT(taken[1] - taken[0], AllOf(Ge(period), Le(period + tick)));
    EXPECT_THAT(taken[2] - taken[1], AllOf(Ge(period), Le(period + tick)));
    env.advance(base::Duration(40));
    EXPECT_EQ(times()[0], taken[0] - 40);
}

TEST_F(HistoryTest, ForgetsTheOldestAndStaysAsLongAsItIs) {
    begin();
    size_t samples = 1;
    while (samples < 3 * History::kSamples) {
        log_in();
        env.advance(History::kPeriod);
        ++samples;
    }
    std::vector<int64_t> logins = numbers(kLogins);
    ASSERT_THAT(logins, SizeIs(History::kSamples));
    ASSERT_THAT(times(), SizeIs(History::kSamples));
    for (size_t i = 0; i < logins.size(); ++i) {
        EXPECT_EQ(logins[i], static_cast<int64_t>(samples - History::kSamples + i));
    }
    EXPECT_THAT(times(), testing::WhenSorted(testing::ContainerEq(times())));
}

TEST_F(HistoryTest, TellsOnceWhatHasNotChanged) {
    history.begin();
    env.advance(4 * History::kPeriod);
    log_in();
    EXPECT_THAT(numbers("boshcm_memory_budget_bytes"), ElementsAre(1'000));
    EXPECT_THAT(numbers(kLogins), ElementsAre(0));
    EXPECT_EQ(told()["series"]["process_start_time_seconds"].text(), "[1700000000.5]");
}

TEST_F(HistoryTest, HasWhatChartsDrawAndNothingElse) {
    static constexpr std::array<uint32_t, 2> kBounds = {100, 1'000};
    base::Histogram delays(kBounds);
    daemon.hooks.push_back({.name = "a", .delays = &delays});
    history.begin();
    std::vector<std::string> names;
    const base::Json all = told();
    for (const auto& [name, values] : all["series"].object()) names.push_back(name);
    for (const char* wanted :
         {"boshcm_sessions{transport=\"bosh\",state=\"logged-in\",worker=\"0\"}",
          "boshcm_loop_turn_seconds_bucket{worker=\"1\",le=\"+Inf\"}",
          "boshcm_loop_turn_seconds_sum{worker=\"1\"}", "process_cpu_seconds_total"}) {
        EXPECT_THAT(names, testing::Contains(wanted));
    }
    EXPECT_THAT(names, Each(testing::Not(StartsWith("boshcm_webhook"))));
    EXPECT_THAT(names, Each(testing::Not(StartsWith("boshcm_build_info"))));
}

// As when something else is counted after all: old numbers would stand below wrong names.
TEST_F(HistoryTest, BeginsAnewWithOtherSeries) {
    history.begin();
    env.advance(4 * History::kPeriod);
    ASSERT_THAT(times(), SizeIs(Ge(4U)));
    daemon.only_first = true;
    log_in();
    daemon.workers[0].add(Counter::BoshLogins, 7);
    env.advance(History::kPeriod);
    EXPECT_THAT(times(), SizeIs(1));
    EXPECT_THAT(numbers(kLogins), ElementsAre(7));
}

} // namespace
