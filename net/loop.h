// Loop — a worker's event loop: sockets through libuv, deadlines through one timer wheel.
//
// A turn: wait for sockets, but not past the wheel's next deadline; their callbacks; deadlines
// that have passed; then what was retired goes; close callbacks. The one uv_timer is armed only
// for the wheel's next wake-up, so a loop with nothing due sleeps. A program that was stopped, such
// as with its container, first reads what came in that time: who wrote in time is not late.
//
// Units:  now() is libuv's cached monotonic time, taken when a wait ends.
// Errors: a system that gives us no event loop is no system to run on: CM_ASSERT.
// Life:   declare it after the pool and before all that lives on it. The destructor expects owners
//         gone; it runs the loop until libuv has given every handle back and asserts that none is
//         left open.
#pragma once

#include "base/retire.h"
#include "base/time.h"
#include "base/timer_wheel.h"
#include "net/turn_meter.h"

#include <uv.h>

#include <memory>
#include <span>

namespace net {

class Loop final : public base::Clock {
public:
    Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

    // Until stop(), or until nothing is left that could happen.
    void run();
    void stop() { uv_stop(&loop_); }
    // One turn; waits until something happens.
    void turn();

    [[nodiscard]] base::TimePoint now() const override {
        return base::TimePoint(base::Duration(uv_now(&loop_)));
    }
    [[nodiscard]] base::TimerWheel& wheel() { return *wheel_; }
    [[nodiscard]] base::RetireList& retired() { return retired_; }
    // From the next turn on; nullptr: nobody wants to know.
    void set_meter(TurnMeter* meter) { meter_ = meter; }

    // For net's own files.
    [[nodiscard]] uv_loop_t* uv() { return &loop_; }
    [[nodiscard]] static Loop& of(const uv_loop_t* loop) { return *static_cast<Loop*>(loop->data); }
    // Where the system tells of something, and nothing of ours is on the stack. libuv takes up to
    // 1,024 events and then up to 47 times as many before it looks at the time: when that lasts,
    // what is done between two turns is done between two events.
    void breathe();
    // One buffer for all reads: what is in it is valid only inside on_bytes().
    [[nodiscard]] std::span<char> read_buffer() {
        note_begin();
        return {read_buffer_.get(), kReadBufferBytes};
    }

private:
    // A turn of so long is one too many for who waits for a deadline.
    static constexpr base::Duration kLongestBusy{10};
    // Who sleeps so much longer than wanted was not busy, but stopped; and then needs so long to
    // take connections, to read them, and to hand what they say to its colleagues.
    static constexpr base::Duration kOverslept{1'000};
    static constexpr base::Duration kCatchUp{500};
    // Deadlines come in herds, as the requests of sessions that began together.
    static constexpr size_t kDeadlinesInARow = 128;
    // What a Linux socket buffers at most by default on receipt is about 128 KiB; reads of half of
    // that are rare, and one large enough for nearly all costs nothing as it is shared.
    static constexpr size_t kReadBufferBytes = 64UL * 1024;

    // libuv takes up to 1,024 events at a time, and the time anew with each lot: the first read or
    // connection of a turn knows best when it began.
    void note_begin() {
        if (turn_began_ == base::kNever) turn_began_ = now();
    }
    void before_wait();
    void after_wait();
    void end_turn();
    void arm();
    // It was to go on at that time, or soon.
    void hold_deadlines_after_stop(base::TimePoint expected);
    void run_deadlines();

    uv_loop_t loop_{};
    uv_timer_t timer_{};
    uv_prepare_t prepare_{};
    uv_check_t check_{};
    base::TimePoint armed_ = base::kNever;
    base::TimePoint turn_began_ = base::kNever;
    base::TimePoint asleep_until_ = base::kNever; // if nothing comes before
    base::TimePoint held_until_{};                // no deadline before this
    TurnMeter* meter_ = nullptr;
    base::RetireList retired_;
    std::unique_ptr<base::TimerWheel> wheel_; // 32 KiB: not on anyone's stack
    std::unique_ptr<char[]> read_buffer_;
};

} // namespace net
