// TestEnv — a worker's services for a test: a clock that the test moves, and no loop.
//
//     TestEnv env;
//     Connection connection(env.env(), peer.open());
//     env.advance(30s);                     // deadlines on the way have fired, in order
//
// Life:   declare it before what uses it. Its pool asserts at the end that no slice was leaked.
#pragma once

#include "base/env.h"
#include "tests/support/manual_clock.h"

#include <algorithm>

namespace tests {

class TestEnv {
public:
    explicit TestEnv(size_t budget_bytes = 64UL * 1024 * 1024) : pool(budget_bytes) {}
    ~TestEnv() { retired.empty(); }

    [[nodiscard]] base::Env env() { return {clock, pool, wheel, retired, log, metrics}; }
    [[nodiscard]] base::TimePoint now() const { return clock.now(); }

    // Moves time on, a tick of the wheel at a time or less, as a loop that is never late would.
    void advance(base::Duration by) {
        while (by > base::Duration::zero()) {
            base::Duration until_wake =
                std::max(wheel.next_wake() - clock.now(), base::Duration(1));
            base::Duration step = std::min({by, base::TimerWheel::kTick, until_wake});
            clock.advance(step);
            by -= step;
            turn();
        }
    }
    // The end of a loop's turn: what is due fires, what was retired goes. Time stands still.
    void turn() {
        wheel.advance(clock.now());
        retired.empty();
    }

    ManualClock clock;
    base::SlicePool pool;
    base::Log log = base::Log::nowhere();
    base::Metrics metrics;
    base::TimerWheel wheel{clock.now()};
    base::RetireList retired;
};

} // namespace tests
