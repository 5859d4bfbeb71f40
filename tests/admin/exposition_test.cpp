// Rows: -
#include "admin/exposition.h"

#include <gtest/gtest.h>

#include <array>

using admin::Dialect;
using admin::Exposition;
using Type = Exposition::Type;

namespace {

std::string sample_of_each(Dialect dialect) {
    Exposition text(dialect);
    text.family("a_total", Type::Counter, "What \"a\" is:\n\\ and more.");
    text.sample("", uint64_t{7});
    text.sample(R"(kind="x")", uint64_t{18'446'744'073'709'551'615U});
    text.family("b_seconds", Type::Gauge, "B.");
    text.sample("", 0.25);
    text.family("c_seconds", Type::Histogram, "C.");
    constexpr std::array<double, 3> kBounds = {0.005, 1, 2.5};
    constexpr std::array<uint64_t, 4> kCounts = {2, 0, 1, 4};
    text.histogram(R"(worker="0")", kBounds, kCounts, 1.5);
    return text.take();
}

TEST(ExpositionTest, InPrometheusWords) {
    EXPECT_EQ(sample_of_each(Dialect::Prometheus), R"(# HELP a_total What "a" is:\n\\ and more.
# TYPE a_total counter
a_total 7
a_total{kind="x"} 18446744073709551615
# HELP b_seconds B.
# TYPE b_seconds gauge
b_seconds 0.25
# HELP c_seconds C.
# TYPE c_seconds histogram
c_seconds_bucket{worker="0",le="0.005"} 2
c_seconds_bucket{worker="0",le="1.0"} 2
c_seconds_bucket{worker="0",le="2.5"} 3
c_seconds_bucket{worker="0",le="+Inf"} 7
c_seconds_sum{worker="0"} 1.5
c_seconds_count{worker="0"} 7
)");
}

// A counter's family has no "_total" there, quotes are escaped in help, and the end is marked.
TEST(ExpositionTest, InThoseOfOpenMetrics) {
    std::string text = sample_of_each(Dialect::OpenMetrics);
    EXPECT_TRUE(text.starts_with("# HELP a What \\\"a\\\" is:\\n\\\\ and more.\n"
                                 "# TYPE a counter\na_total 7\n"))
        << text;
    EXPECT_TRUE(text.ends_with("c_seconds_count{worker=\"0\"} 7\n# EOF\n")) << text;
}

TEST(ExpositionTest, NoValueOfALabelEndsIt) {
    EXPECT_EQ(admin::label("v", "1.0\"} 1\n\\"), R"(v="1.0\"} 1\n\\")");
    EXPECT_EQ(admin::joined("", ""), "");
    EXPECT_EQ(admin::joined("a=\"1\"", ""), "a=\"1\"");
    EXPECT_EQ(admin::joined("", "b=\"2\""), "b=\"2\"");
    EXPECT_EQ(admin::joined("a=\"1\"", "b=\"2\""), "a=\"1\",b=\"2\"");
}

TEST(PreferredDialectTest, IsOpenMetricsOnlyForWhoAsksForIt) {
    // As Prometheus 2.42 has it.
    EXPECT_EQ(admin::preferred_dialect(
                  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
                  "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"),
              Dialect::OpenMetrics);
    EXPECT_EQ(admin::preferred_dialect("text/plain, Application/OpenMetrics-Text ; q=0.5"),
              Dialect::OpenMetrics);
    for (std::string_view other :
         {"", "*/*", "text/plain", "application/openmetrics-text;q=0", "application/*",
          "application/openmetrics-text; version=1.0.0; q=0.000"}) {
        EXPECT_EQ(admin::preferred_dialect(other), Dialect::Prometheus) << other;
    }
}

} // namespace
