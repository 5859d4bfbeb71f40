// Rows: -
#include "base/rate.h"

#include <gtest/gtest.h>

namespace base {
namespace {

constexpr TimePoint kRateStart{std::chrono::hours(1)};

// How many of `tries` single charges are admitted at one moment.
int admitted(RateMeter& meter, const Rate& rate, TimePoint now, int tries = 1000) {
    int count = 0;
    for (; count < tries && meter.admits(rate, now); ++count) meter.charge(rate, 1, now);
    return count;
}

TEST(RateMeter, AdmitsABurstAndThenTheRate) {
    Rate rate{.amount = 10, .per = 1s, .burst = 5s};
    RateMeter meter;
    EXPECT_EQ(admitted(meter, rate, kRateStart), 50);
    EXPECT_EQ(admitted(meter, rate, kRateStart), 0);
    EXPECT_EQ(admitted(meter, rate, kRateStart + 100ms), 1);
    EXPECT_EQ(admitted(meter, rate, kRateStart + 1100ms), 10);
    EXPECT_EQ(admitted(meter, rate, kRateStart + 1h), 50);
}

TEST(RateMeter, SaysHowLongToWait) {
    Rate rate{.amount = 60, .per = 60s, .burst = 1s};
    RateMeter meter;
    EXPECT_EQ(meter.wait(rate, kRateStart), 0s);
    meter.charge(rate, 10, kRateStart);
    EXPECT_FALSE(meter.admits(rate, kRateStart));
    Duration wait = meter.wait(rate, kRateStart);
    EXPECT_TRUE(meter.admits(rate, kRateStart + wait));
    EXPECT_FALSE(meter.admits(rate, kRateStart + wait - 2ms));
}

TEST(RateMeter, ALargeChargeDelaysTheNextButNotForEver) {
    Rate rate{.amount = 1000, .per = 1s, .burst = 1s};
    RateMeter meter;
    meter.charge(rate, 5000, kRateStart);
    EXPECT_FALSE(meter.admits(rate, kRateStart + 3900ms));
    EXPECT_TRUE(meter.admits(rate, kRateStart + 4001ms));
    meter.charge(rate, UINT64_MAX, kRateStart + 5s);
    EXPECT_TRUE(meter.admits(rate, kRateStart + 2h));
}

TEST(RateMeter, CountsBytesThatComeQuickly) {
    Rate rate{.amount = 1'000'000'000, .per = 1s, .burst = 1s};
    RateMeter meter;
    meter.charge(rate, 500'000'000, kRateStart);
    EXPECT_TRUE(meter.admits(rate, kRateStart));
    meter.charge(rate, 500'000'001, kRateStart);
    EXPECT_FALSE(meter.admits(rate, kRateStart));
}

TEST(RateMeter, WithoutALimitNothingIsBooked) {
    RateMeter meter;
    meter.charge({}, UINT64_MAX, kRateStart);
    EXPECT_TRUE(meter.admits({}, kRateStart));
    EXPECT_TRUE(meter.idle(kRateStart));
}

TEST(RateMeter, IsIdleOnceAllIsForgiven) {
    Rate rate{.amount = 1, .per = 1s, .burst = 10s};
    RateMeter meter;
    meter.charge(rate, 3, kRateStart);
    EXPECT_FALSE(meter.idle(kRateStart + 2900ms));
    EXPECT_TRUE(meter.idle(kRateStart + 3s));
}

} // namespace
} // namespace base
