// ManualClock — time that stands still until the test moves it.
#pragma once

#include "base/error.h"
#include "base/time.h"

namespace tests {

class ManualClock final : public base::Clock {
public:
    [[nodiscard]] base::TimePoint now() const override { return now_; }
    void advance(base::Duration by) {
        CM_ASSERT(by >= base::Duration::zero());
        now_ += by;
    }

private:
    // Not zero, so that a forgotten default TimePoint shows as a deadline long past.
    base::TimePoint now_{std::chrono::hours(1)};
};

} // namespace tests
