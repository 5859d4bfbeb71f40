// Alarm — calls at an exact time, where the loop's own timers count milliseconds.
// Errors: a system without timerfd is no system to measure on: CM_ASSERT.
// Life:   no call comes after its end.
#pragma once

#include "bench/load/instant.h"
#include "net/handle.h"
#include "net/loop.h"

namespace load {

class Alarm {
public:
    class Listener {
    public:
        virtual void on_alarm() = 0;

    protected:
        ~Listener() = default;
    };
    Alarm(net::Loop& loop, Listener& listener);
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;
    ~Alarm();

    // In place of what was set before. A time that has passed is now.
    void set(Instant when);

private:
    void on_readable();

    Listener& listener_;
    int descriptor_ = -1;
    net::UvHandle<uv_poll_t> poll_;
};

} // namespace load
