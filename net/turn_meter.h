// TurnMeter — how long the turns of a worker's loop take, from the end of one wait to the next.
// While a turn lasts everyone else on the worker waits, so a long one is heard of in the log. At
// its end, what changes by the turn is shown to other threads, too.
// Units:  whole milliseconds, as the loop's cached time has them. Both ends of a turn are cut to
//         them in the same way, so that the sum of many turns is right although each is not.
// Life:   Env outlives it; the loop has it as long as it lives.
#pragma once

#include "base/env.h"

#include <cstddef>

namespace net {

class TurnMeter {
public:
    // Somebody who types sees a delay of a tenth of a second; a turn may take a fifth of that.
    static constexpr base::Duration kLong{20};
    static constexpr base::Duration kBetweenLines{60'000};

    TurnMeter(const base::Env& env, size_t worker) : env_(env), worker_(worker) {}

    void on_turn(base::TimePoint began, base::TimePoint ended);

private:
    void on_long_turn(base::Duration took, base::TimePoint now);

    base::Env env_;
    size_t worker_;
    // Since the last line.
    size_t long_turns_ = 0;
    base::Duration longest_{0};
    base::TimePoint next_line_ = base::TimePoint::min();
};

} // namespace net
