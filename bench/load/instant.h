// Instant — when something happened, as finely as the system tells: latencies are microseconds,
// where base::TimePoint counts milliseconds.
#pragma once

#include <chrono>

namespace load {

using Instant = std::chrono::steady_clock::time_point;
using Nanoseconds = std::chrono::nanoseconds;

[[nodiscard]] inline Instant instant_now() {
    return std::chrono::steady_clock::now();
}

} // namespace load
