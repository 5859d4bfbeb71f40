// TimePoint — monotonic time as every engine is given it. Engines never ask a clock.
// Units:  milliseconds since an arbitrary start; TimePoint::max() means "never".
#pragma once

#include <chrono>
#include <cstdint>

namespace base {

using namespace std::chrono_literals;

using Duration = std::chrono::duration<int64_t, std::milli>;

struct MonotonicClock {
    using rep = int64_t;
    using period = std::milli;
    using duration = Duration;
    using time_point = std::chrono::time_point<MonotonicClock, Duration>;
    static constexpr bool is_steady = true; // NOLINT(readability-identifier-naming): the standard's
};

using TimePoint = MonotonicClock::time_point;
inline constexpr TimePoint kNever = TimePoint::max();

// Where shells get the time that they pass to engines: the loop's cached time, or a test's own.
class Clock {
public:
    [[nodiscard]] virtual TimePoint now() const = 0;

protected:
    ~Clock() = default;
};

} // namespace base
