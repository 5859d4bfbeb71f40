// Deadline, Stopwatch — how much of a way's time is left, and how long a step took. The probe's
// steps wait in several libraries, each with a loop of its own, so they share no other clock.
#pragma once

#include "base/time.h"

#include <algorithm>

namespace probe {

class Stopwatch {
public:
    [[nodiscard]] base::Duration elapsed() const {
        return std::chrono::duration_cast<base::Duration>(Clock::now() - start_);
    }

private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point start_ = Clock::now();
};

class Deadline {
public:
    explicit Deadline(base::Duration time) : time_(time) {}

    [[nodiscard]] base::Duration left() const {
        return std::max(time_ - watch_.elapsed(), base::Duration(0));
    }
    [[nodiscard]] bool over() const { return left() == base::Duration(0); }

private:
    base::Duration time_;
    Stopwatch watch_;
};

} // namespace probe
