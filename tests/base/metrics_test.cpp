#include "base/metric_table.h"
#include "base/metrics.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <utility>

namespace {

using base::Counter;

// Rows: -
TEST(MetricTableTest, EachCounterIsSeenOnceAndExplained) {
    std::set<std::pair<std::string_view, std::string_view>> members;
    std::set<std::string_view> families;
    for (const base::MetricRow& row : base::counter_table()) {
        if (row.family.empty()) continue;
        EXPECT_TRUE(row.family.ends_with("_total")) << row.family;
        EXPECT_TRUE(members.insert({row.family, row.labels}).second) << row.family << row.labels;
        bool is_first = families.insert(row.family).second;
        EXPECT_EQ(is_first, !row.help.empty()) << row.family << row.labels;
    }
}

// Rows: -
TEST(MetricsTest, AnswersCountByTheirFirstDigit) {
    EXPECT_EQ(base::answered(200), Counter::HttpAnswers2xx);
    EXPECT_EQ(base::answered(304), Counter::HttpAnswers3xx);
    EXPECT_EQ(base::answered(429), Counter::HttpAnswers4xx);
    EXPECT_EQ(base::answered(503), Counter::HttpAnswers5xx);
}

// Rows: -
TEST(MetricsTest, AnElementCountsByItsKindWithItsBytes) {
    base::Metrics metrics;
    metrics.count_element(Counter::MessagesFromServers, base::ElementKind::Iq, 100);
    metrics.count_element(Counter::MessagesFromServers, base::ElementKind::Iq, 20);
    metrics.count_element(Counter::MessagesFromClients, base::ElementKind::Other, 3);
    EXPECT_EQ(metrics[Counter::IqsFromServers], 2U);
    EXPECT_EQ(metrics[Counter::IqBytesFromServers], 120U);
    EXPECT_EQ(metrics[Counter::OthersFromClients], 1U);
    EXPECT_EQ(metrics[Counter::OtherBytesFromClients], 3U);
}

// Rows: -
TEST(SessionEndsTest, AnUnknownCauseCountsAsAnother) {
    base::Metrics metrics;
    metrics.count_end(base::Transport::Bosh, "inactivity");
    metrics.count_end(base::Transport::Bosh, "what-nobody-said");
    const base::SessionEnds& ends = metrics[base::Transport::Bosh];
    for (size_t i = 0; i < ends.causes().size(); ++i) {
        bool counted = ends.causes()[i] == "inactivity" || ends.causes()[i] == "other";
        EXPECT_EQ(ends.count(i), counted ? 1U : 0U) << ends.causes()[i];
    }
}

// Rows: -
TEST(MetricsTest, CountsWhatHasBegunAndNotEnded) {
    base::Metrics metrics;
    auto open = [&] {
        return metrics.open(Counter::BoshSessionsCreated, Counter::BoshSessionsEnded);
    };
    EXPECT_EQ(open(), 0U);
    metrics.add(Counter::BoshSessionsCreated, 3);
    metrics.add(Counter::BoshSessionsEnded);
    EXPECT_EQ(open(), 2U);
}

// Rows: -
TEST(HistogramTest, AValueBelongsToTheFirstBoundThatIsNotBelowIt) {
    constexpr std::array<uint32_t, 2> kBounds = {10, 20};
    base::Histogram histogram(kBounds);
    for (uint64_t value : {0U, 10U, 11U, 20U, 21U, 1'000U}) histogram.observe(value);
    EXPECT_EQ(histogram.count(0), 2U);
    EXPECT_EQ(histogram.count(1), 2U);
    EXPECT_EQ(histogram.count(2), 2U);
    EXPECT_EQ(histogram.sum(), 1'062U);
    EXPECT_EQ(histogram.above(10), 4U);
    EXPECT_EQ(histogram.above(20), 2U);
}

} // namespace
