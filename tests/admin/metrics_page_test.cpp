// Rows: -
#include "admin/metrics_page.h"
#include "tests/admin/admin_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <unistd.h>

using base::Counter;
using testing::HasSubstr;
using testing::Not;

namespace {

struct MetricsPageTest : testing::Test {
    [[nodiscard]] std::string page(admin::Dialect dialect = admin::Dialect::Prometheus) const {
        return metrics_page(daemon, {}, dialect);
    }

    tests::FakeDaemon daemon;
    base::Metrics& first = daemon.workers[0];
    base::Metrics& second = daemon.workers[1];
};

TEST_F(MetricsPageTest, CountersAreTheSumOfAllWorkers) {
    first.add(Counter::UpstreamFailuresTls, 3);
    second.add(Counter::UpstreamFailuresTls, 4);
    EXPECT_THAT(page(), HasSubstr("\nboshcm_upstream_connect_failures_total{stage=\"tls\"} 7\n"));
}

TEST_F(MetricsPageTest, SessionsAreThoseThatHaveNotEnded) {
    first.add(Counter::BoshSessionsCreated, 5);
    first.add(Counter::BoshLogins, 3);
    first.add(Counter::BoshSessionsEnded, 2);
    first.add(Counter::BoshSessionsLeft);
    second.add(Counter::WsSessionsCreated);
    std::string text = page();
    EXPECT_THAT(text, HasSubstr("\nboshcm_sessions{transport=\"bosh\",state=\"logged-in\","
                                "worker=\"0\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("\nboshcm_sessions{transport=\"bosh\",state=\"authenticating\","
                                "worker=\"0\"} 1\n"));
    EXPECT_THAT(text,
                HasSubstr("\nboshcm_sessions{transport=\"websocket\",state=\"authenticating\","
                          "worker=\"1\"} 1\n"));
}

// As when the one is read before the other has been counted.
TEST_F(MetricsPageTest, ThereAreNeverFewerSessionsThanNone) {
    first.add(Counter::BoshSessionsCreated, 1);
    first.add(Counter::BoshLogins, 2);
    first.add(Counter::WsSessionsEnded, 2);
    EXPECT_THAT(page(), Not(HasSubstr("18446744073709551")));
}

TEST_F(MetricsPageTest, WebhooksAreByName) {
    static constexpr std::array<uint32_t, 2> kBounds = {100, 1'000};
    base::Histogram delays(kBounds);
    delays.observe(50);
    delays.observe(2'000);
    daemon.hooks.push_back({.name = "a\"b",
                            .delivered = 2,
                            .refused = 3,
                            .expired = 4,
                            .dropped = 5,
                            .failures = 6,
                            .waiting = 7,
                            .delays = &delays});
    std::string text = page();
    for (const char* line :
         {R"(events_total{webhook="a\"b",outcome="delivered"} 2)",
          R"(events_total{webhook="a\"b",outcome="refused"} 3)",
          R"(events_total{webhook="a\"b",outcome="expired"} 4)",
          R"(events_total{webhook="a\"b",outcome="dropped"} 5)",
          R"(failures_total{webhook="a\"b"} 6)", R"(waiting_events{webhook="a\"b"} 7)",
          R"(delay_seconds_bucket{webhook="a\"b",le="0.1"} 1)",
          R"(delay_seconds_count{webhook="a\"b"} 2)"}) {
        EXPECT_THAT(text, HasSubstr("\nboshcm_webhook_" + std::string(line) + "\n"));
    }
}

TEST_F(MetricsPageTest, EndsHaveTheirCauses) {
    first.count_end(base::Transport::Bosh, "inactivity");
    second.count_end(base::Transport::Bosh, "inactivity");
    std::string text = page();
    EXPECT_THAT(text, HasSubstr("\nboshcm_sessions_ended_total{transport=\"bosh\","
                                "cause=\"inactivity\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("\nboshcm_sessions_ended_total{transport=\"websocket\","
                                "cause=\"ping-timeout\"} 0\n"));
}

TEST_F(MetricsPageTest, TimesAreInSeconds) {
    first.observe(base::Measure::LoopTurn, 30);
    first.set(base::Gauge::LongestTurn, 30);
    first.observe(base::Measure::BoshHold, 59'000);
    second.observe(base::Measure::BoshHold, 1'000);
    std::string text = page();
    EXPECT_THAT(text, HasSubstr("\nboshcm_loop_turn_longest_seconds{worker=\"0\"} 0.03\n"));
    EXPECT_THAT(text, HasSubstr("\nboshcm_loop_turn_seconds_bucket{worker=\"0\",le=\"0.02\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("\nboshcm_loop_turn_seconds_bucket{worker=\"0\",le=\"0.05\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("\nboshcm_loop_turn_seconds_count{worker=\"1\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("\nboshcm_bosh_hold_seconds_bucket{le=\"1.0\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("\nboshcm_bosh_hold_seconds_sum 60\n"));
}

TEST_F(MetricsPageTest, TheDaemonItself) {
    daemon.now = admin::Standing::Draining;
    std::string text = metrics_page(daemon,
                                    {.cpu_seconds = 1.5,
                                     .resident_bytes = 4'096,
                                     .open_descriptors = 9,
                                     .most_descriptors = 1'024},
                                    admin::Dialect::Prometheus);
    for (const char* line : {"boshcm_build_info{version=\"1.2.3\"} 1", "boshcm_ready 0",
                             "boshcm_workers 2", "boshcm_http_connections 5",
                             "boshcm_memory_budget_bytes 1000", "process_cpu_seconds_total 1.5",
                             "process_resident_memory_bytes 4096", "process_open_fds 9",
                             "process_max_fds 1024", "process_start_time_seconds 1700000000.5"}) {
        EXPECT_THAT(text, HasSubstr(std::string("\n") + line + "\n"));
    }
}

TEST_F(MetricsPageTest, DescriptorsThatNobodyCountedAreNotToldOf) {
    EXPECT_THAT(page(), Not(HasSubstr("process_open_fds")));
}

// What both formats demand: the samples of a family stand together, and none is there twice.
TEST_F(MetricsPageTest, EachFamilyIsThereOnceAndEachSampleToo) {
    std::istringstream lines(page(admin::Dialect::OpenMetrics));
    std::set<std::string> families;
    std::set<std::string> samples;
    size_t helps = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# HELP ")) {
            ++helps;
            std::string name = line.substr(7, line.find(' ', 7) - 7);
            EXPECT_TRUE(families.insert(name).second) << name;
        } else if (!line.starts_with("#")) {
            EXPECT_TRUE(samples.insert(line.substr(0, line.find(' '))).second) << line;
        }
    }
    EXPECT_GT(helps, 40U);
    EXPECT_GT(samples.size(), 150U);
}

TEST(ProcessFiguresTest, AreThoseOfThisProcess) {
    admin::ProcessFigures before = admin::process_figures();
    EXPECT_GT(before.cpu_seconds, 0);
    EXPECT_GT(before.resident_bytes, 1'000'000U);
    ASSERT_TRUE(before.open_descriptors);
    EXPECT_GE(*before.open_descriptors, 3U);
    EXPECT_GT(before.most_descriptors, *before.open_descriptors);
    int one = ::dup(STDERR_FILENO);
    EXPECT_EQ(admin::process_figures().open_descriptors, *before.open_descriptors + 1);
    ::close(one);
}

} // namespace
