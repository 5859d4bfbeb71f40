#include "net/loop.h"

#include "base/error.h"

#include <algorithm>
#include <cstdio>

namespace net {

Loop::Loop() : read_buffer_(std::make_unique_for_overwrite<char[]>(kReadBufferBytes)) {
    CM_ASSERT(uv_loop_init(&loop_) == 0);
    loop_.data = this;
    wheel_ = std::make_unique<base::TimerWheel>(now());

    CM_ASSERT(uv_timer_init(&loop_, &timer_) == 0);
    CM_ASSERT(uv_prepare_init(&loop_, &prepare_) == 0);
    CM_ASSERT(uv_check_init(&loop_, &check_) == 0);
    CM_ASSERT(uv_prepare_start(&prepare_,
                               [](uv_prepare_t* handle) { of(handle->loop).before_wait(); }) == 0);
    CM_ASSERT(uv_check_start(&check_, [](uv_check_t* handle) { of(handle->loop).after_wait(); }) ==
              0);
    // These two have nothing to wait for; the timer has, so it keeps run() going.
    uv_unref(reinterpret_cast<uv_handle_t*>(&prepare_));
    uv_unref(reinterpret_cast<uv_handle_t*>(&check_));
}

void Loop::run() {
    arm(); // libuv returns at once when it knows of nothing to wait for
    uv_run(&loop_, UV_RUN_DEFAULT);
}

void Loop::turn() {
    arm();
    uv_run(&loop_, UV_RUN_ONCE);
}

void Loop::before_wait() {
    retired_.empty(); // what close callbacks have retired
    // libuv has just asked for the time; before the first wait there was no turn.
    if (turn_began_ != base::kNever) end_turn();
    turn_began_ = base::kNever;
    arm();
    asleep_until_ = std::max(armed_, now());
}

void Loop::after_wait() {
    note_begin();
    hold_deadlines_after_stop(asleep_until_);
    run_deadlines();
    arm();
}

void Loop::hold_deadlines_after_stop(base::TimePoint expected) {
    if (now() - expected > kOverslept) held_until_ = now() + kCatchUp;
}

void Loop::run_deadlines() {
    if (now() < held_until_) return;
    wheel_->advance(now(), kDeadlinesInARow);
    retired_.empty();
}

void Loop::breathe() {
    note_begin(); // connections may come before the first read
    base::Duration real(static_cast<int64_t>(uv_hrtime() / 1'000'000));
    if (base::TimePoint(real) - turn_began_ < kLongestBusy) return;
    uv_update_time(&loop_);
    hold_deadlines_after_stop(turn_began_);
    run_deadlines();
    uv_update_time(&loop_);
    end_turn();
    turn_began_ = asleep_until_ = now();
}

void Loop::end_turn() {
    if (meter_ != nullptr) meter_->on_turn(turn_began_, now());
}

void Loop::arm() {
    base::TimePoint wake = std::max(wheel_->next_wake(), held_until_);
    if (wake == armed_) return;
    armed_ = wake;
    if (wake == base::kNever) {
        uv_timer_stop(&timer_);
        return;
    }
    auto wait = std::max(wake - now(), base::Duration::zero());
    // Only ends the wait: after_wait() does the work, also when a socket has ended it first.
    CM_ASSERT(uv_timer_start(
                  &timer_, [](uv_timer_t* timer) { of(timer->loop).armed_ = base::kNever; },
                  static_cast<uint64_t>(wait.count()), 0) == 0);
}

Loop::~Loop() {
    retired_.empty();
    for (auto* own :
         {reinterpret_cast<uv_handle_t*>(&timer_), reinterpret_cast<uv_handle_t*>(&prepare_),
          reinterpret_cast<uv_handle_t*>(&check_)}) {
        uv_close(own, nullptr);
    }
    // An open handle would keep the run below from ending: say which sort was forgotten.
    size_t left_open = 0;
    uv_walk(
        &loop_,
        [](uv_handle_t* handle, void* count) {
            if (uv_is_closing(handle) != 0) return;
            std::fprintf(stderr, "boshcm: a %s handle is still open at the end of its loop\n",
                         uv_handle_type_name(handle->type));
            ++*static_cast<size_t*>(count);
        },
        &left_open);
    CM_ASSERT(left_open == 0);
    while (uv_run(&loop_, UV_RUN_DEFAULT) != 0) {
    } // more than once if stop() came meanwhile
    CM_ASSERT(uv_loop_close(&loop_) == 0);
}

} // namespace net
