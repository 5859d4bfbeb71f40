// Rows: -
#include "base/rate.h"

#include <gtest/gtest.h>

namespace base {
namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};

// How many of `tries` single charges are admitted at one moment.
int admitted(RateMeter& meter, const Rate& rate, TimePoint now, int tries = 1000) {
    int count = 0;
    for (; count < tries && meter.admits(rate, now); ++count) meter.charge(rate, 1, now);
    return count;
}

TEST(RateMeter, AdmitsABurstAndThenTheRate) {
    Rate rate{.amount = 10, .per = 1s, .burst = 5s};
    RateMeter meter;
    EXPECT_EQ(admitted(meter, rate, kStart), 50);
    EXPECT_EQ(admitted(meter, rate, kStart), 0);
    EXPECT_EQ(admitted(meter, rate, kStart + 100ms), 1);
    EXPECT_EQ(admitted(meter, rate, kStart + 1100ms), 10);
    EXPECT_EQ(admitted(meter, rate, kStart + 1h), 50);
}

TEST(RateMeter, SaysHowLongToWait) {
    Rate rate{.amount = 60, .per = 60s, .burst = 1s};
    RateMeter meter;
    EXPECT_EQ(meter.wait(rate, kStart), 0s);
    meter.charge(rate, 10, kStart);
    EXPECT_FALSE(meter.admits(rate, kStart));
    Duration wait = meter.wait(rate, kStart);
    EXPECT_TRUE(meter.admits(rate, kStart + wait));
    EXPECT_FALSE(meter.admits(rate, kStart + wait - 2ms));
}

TEST(RateMeter, ALargeChargeDelaysTheNextButNotForEver) {
    Rate rate{.amount = 1000, .per = 1s, .burst = 1s};
    RateMeter meter;
    meter.charge(rate, 5000, kStart);
    EXPECT_FALSE(meter.admits(rate, kStart + 3900ms));
    EXPECT_TRUE(meter.admits(rate, kStart + 4001ms));
    meter.charge(rate, UINT64_MAX, kStart + 5s);
    EXPECT_TRUE(meter.admits(rate, kStart + 2h));
}

TEST(RateMeter, CountsBytesThatComeQuickly) {
    Rate rate{.amount = 1'000'000'000, .per = 1s, .burst = 1s};
    RateMeter meter;
    meter.charge(rate, 500'000'000, kStart);
    EXPECT_TRUE(meter.admits(rate, kStart));
    meter.charge(rate, 500'000'001, kStart);
    EXPECT_FALSE(meter.admits(rate, kStart));
}

TEST(RateMeter, WithoutALimitNothingIsBooked) {
    RateMeter meter;
    meter.charge({}, UINT64_MAX, kStart);
    EXPECT_TRUE(meter.admits({}, kStart));
    EXPECT_TRUE(meter.idle(kStart));
}

TEST(RateMeter, IsIdleOnceAllIsForgiven) {
    Rate rate{.amount = 1, .per = 1s, .burst = 10s};
    RateMeter meter;
    meter.charge(rate, 3, kStart);
    EXPECT_FALSE(meter.idle(kStart + 2900ms));
    EXPECT_TRUE(meter.idle(kStart + 3s));
}

} // namespace
} // namespace base
