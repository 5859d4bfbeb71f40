// Rate, RateMeter — so much in so much time, and how much of it somebody has used.
//
// A meter is one number: the time until which the rate is booked out by what was charged so far.
// Each charge books the time that the rate gives to it; who has booked further ahead than the
// burst has to wait. Nothing runs while nobody asks, and a meter that lies in the past is as good
// as a new one, so that it may be forgotten.
//
// Units:  amounts of anything (requests, bytes); nanoseconds inside, as bytes are quick.
// Life:   values; a meter is given the same rate each time.
#pragma once

#include "base/time.h"

#include <algorithm>
#include <cstdint>

namespace base {

struct Rate {
    uint64_t amount = 0; // 0: no limit
    Duration per{1000};
    Duration burst{1000}; // so much time's worth may come at once

    [[nodiscard]] bool limits() const { return amount != 0; }
};

class RateMeter {
public:
    // Whether something may be charged now. The last thing that fits may be larger than what is
    // left: that delays the next.
    [[nodiscard]] bool admits(const Rate& rate, TimePoint now) const {
        return !rate.limits() || booked_until_ < nanoseconds(now) + nanoseconds(rate.burst);
    }
    void charge(const Rate& rate, uint64_t amount, TimePoint now) {
        if (!rate.limits()) return;
        double share = static_cast<double>(amount) / static_cast<double>(rate.amount);
        double booked = std::min(share * static_cast<double>(nanoseconds(rate.per)), kMostBooked);
        booked_until_ = std::max(booked_until_, nanoseconds(now)) + static_cast<int64_t>(booked);
    }
    // How long until admits() is true again.
    [[nodiscard]] Duration wait(const Rate& rate, TimePoint now) const {
        int64_t left = booked_until_ - nanoseconds(now) - nanoseconds(rate.burst);
        return left < 0 ? Duration::zero() : Duration(left / kPerMillisecond + 1);
    }
    // Nothing is booked any more: a new meter would say the same.
    [[nodiscard]] bool idle(TimePoint now) const { return booked_until_ <= nanoseconds(now); }

private:
    static constexpr int64_t kPerMillisecond = 1'000'000;
    // Of one charge: an hour. Keeps an absurd one from shutting somebody out for ever.
    static constexpr double kMostBooked = 3'600'000.0 * kPerMillisecond;

    [[nodiscard]] static int64_t nanoseconds(Duration duration) {
        return duration.count() * kPerMillisecond;
    }
    [[nodiscard]] static int64_t nanoseconds(TimePoint time) {
        return nanoseconds(time.time_since_epoch());
    }

    int64_t booked_until_ = 0;
};

} // namespace base
