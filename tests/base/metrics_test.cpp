#include "base/metrics.h"

#include <gtest/gtest.h>

namespace {

using base::Counter;

// One of each stretch: a name that is missing or too many shifts all behind it.
// Rows: -
TEST(MetricsTest, EachCounterHasItsOwnName) {
    EXPECT_EQ(name(Counter::HttpConnectionsAccepted), "http_connections_accepted_total");
    EXPECT_EQ(name(Counter::StanzasBounced), "stanzas_bounced_total");
    EXPECT_EQ(name(Counter::ConnectionsShed), "connections_shed_total");
    EXPECT_EQ(name(Counter::AddressMissesRefused), "address_misses_refused_total");
    EXPECT_EQ(name(Counter::MemoryRefused), "memory_refused_total");
    EXPECT_EQ(name(Counter::DnsQuestions), "dns_questions_total");
    EXPECT_EQ(name(Counter::DnsFailures), "dns_failures_total");
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
    for (uint64_t value : {0, 10, 11, 20, 21, 1'000}) histogram.observe(value);
    EXPECT_EQ(histogram.count(0), 2U);
    EXPECT_EQ(histogram.count(1), 2U);
    EXPECT_EQ(histogram.count(2), 2U);
    EXPECT_EQ(histogram.sum(), 1'062U);
    EXPECT_EQ(histogram.above(10), 4U);
    EXPECT_EQ(histogram.above(20), 2U);
}

} // namespace
