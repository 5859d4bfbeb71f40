// Env — the services of one worker, handed to whatever lives on it. No globals, no singletons.
// Life:   all of it outlives everything that refers to it.
#pragma once

#include "base/log.h"
#include "base/metrics.h"
#include "base/retire.h"
#include "base/slice.h"
#include "base/time.h"
#include "base/timer_wheel.h"

namespace base {

struct Env {
    const Clock& clock;
    SlicePool& pool;
    TimerWheel& wheel;
    RetireList& retired;
    Log& log;
    Metrics& metrics;

    [[nodiscard]] TimePoint now() const { return clock.now(); }
};

} // namespace base
