#include "bench/load/pace.h"

namespace load {

// From the start each time: intervals that were added up would drift.
Instant Pace::next() const {
    double nanoseconds = static_cast<double>(taken_) * 1e9 / per_second_;
    return start_ + Nanoseconds(static_cast<int64_t>(nanoseconds));
}

std::optional<Instant> Pace::take_due(Instant now) {
    Instant due = next();
    if (due > now) return std::nullopt;
    ++taken_;
    return due;
}

} // namespace load
