// Pace — when each message of an open loop is due, whatever became of those before it.
//
// People do not wait for a slow server before they write. A generator that does sends less just
// when the server is slow, and so its figures leave the worst out (coordinated omission). Here each
// message has its time from the beginning; one that is sent late is still counted from then.
#pragma once

#include "bench/load/instant.h"

#include <cstdint>
#include <optional>

namespace load {

class Pace {
public:
    Pace(double per_second, Instant start) : per_second_(per_second), start_(start) {}

    // When the next one is due.
    [[nodiscard]] Instant next() const;
    // When the next one was due, if that is not later than `now`; it counts as sent.
    [[nodiscard]] std::optional<Instant> take_due(Instant now);

private:
    double per_second_;
    Instant start_;
    uint64_t taken_ = 0;
};

} // namespace load
