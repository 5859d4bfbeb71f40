// Rows: -
#include "bench/load/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace load {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

TEST(Histogram, OfNothingIsNothing) {
    Histogram histogram;
    EXPECT_EQ(histogram.count(), 0U);
    EXPECT_EQ(histogram.percentile(0.5), 0ns);
    EXPECT_EQ(histogram.max(), 0ns);
    EXPECT_EQ(histogram.mean(), 0ns);
}

TEST(Histogram, SmallValuesAreExact) {
    Histogram histogram;
    for (int value = 1; value <= 100; ++value) histogram.record(nanoseconds(value));
    EXPECT_EQ(histogram.percentile(0.5), 50ns);
    EXPECT_EQ(histogram.percentile(0.9), 90ns);
    EXPECT_EQ(histogram.percentile(0.99), 99ns);
    EXPECT_EQ(histogram.percentile(0.999), 100ns);
    EXPECT_EQ(histogram.mean(), 50ns);
}

// Against the sorted values themselves, from nanoseconds to minutes.
TEST(Histogram, PercentilesAreAtMostOnePartIn128Above) {
    std::mt19937_64 chance(4711);
    std::uniform_real_distribution<double> exponent(0, 39.9);
    Histogram histogram;
    std::vector<int64_t> values;
    for (int count = 0; count < 20'000; ++count) {
        values.push_back(static_cast<int64_t>(std::exp2(exponent(chance))));
        histogram.record(nanoseconds(values.back()));
    }
    std::ranges::sort(values);
    for (double fraction : {0.0001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
        auto rank = static_cast<size_t>(std::ceil(fraction * static_cast<double>(values.size())));
        int64_t exact = values[rank - 1];
        int64_t read = histogram.percentile(fraction).count();
        EXPECT_GE(read, exact) << fraction;
        EXPECT_LE(read, exact + exact / 128) << fraction;
    }
    EXPECT_EQ(histogram.max().count(), values.back());
}

TEST(Histogram, WhatIsOutOfItsRangeIsAtItsEdge) {
    Histogram histogram;
    histogram.record(-5ns);
    histogram.record(1h);
    EXPECT_EQ(histogram.count(), 2U);
    EXPECT_EQ(histogram.percentile(0.5), 0ns);
    EXPECT_EQ(histogram.percentile(1).count(), (int64_t{1} << 40) - 1);
}

} // namespace
} // namespace load
