// Turns — runs the loop until something has happened or time is over: what makes steps out of
// callbacks.
// Life:   one for each way; the loop outlives it.
#pragma once

#include "base/timer_wheel.h"
#include "net/loop.h"
#include "probe/deadline.h"

#include <functional>

namespace probe {

class Turns final : private base::TimerNode {
public:
    Turns(net::Loop& loop, const Deadline& deadline) : loop_(loop), deadline_(deadline) {}

    // Returns whether it has happened.
    bool until(const std::function<bool()>& happened) {
        while (!happened()) {
            if (deadline_.over()) return false;
            loop_.wheel().set(*this, loop_.now() + deadline_.left()); // it wakes up without events
            loop_.turn();
        }
        return true;
    }

private:
    void on_deadline(base::TimePoint /*now*/) override {}

    net::Loop& loop_;
    const Deadline& deadline_;
};

} // namespace probe
