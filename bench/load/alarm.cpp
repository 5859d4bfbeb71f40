#include "bench/load/alarm.h"

#include <uv.h>

#include <algorithm>
#include <cstdint>
#include <sys/timerfd.h>
#include <unistd.h>

namespace load {

Alarm::Alarm(net::Loop& loop, Listener& listener)
    : listener_(listener),
      descriptor_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
    CM_ASSERT(descriptor_ >= 0);
    CM_ASSERT(poll_.init(this, [&](uv_poll_t* poll) {
        return uv_poll_init(loop.uv(), poll, descriptor_);
    }) == 0);
    CM_ASSERT(uv_poll_start(poll_.get(), UV_READABLE, [](uv_poll_t* poll, int, int) {
                  auto* self = net::UvHandle<uv_poll_t>::owner_of<Alarm>(poll);
                  if (self != nullptr) self->on_readable();
              }) == 0);
}

Alarm::~Alarm() {
    poll_.reset(); // before the descriptor: it is polled until then
    ::close(descriptor_);
}

void Alarm::set(Instant when) {
    using std::chrono::seconds;
    // steady_clock is CLOCK_MONOTONIC; a time of 0 would disarm it.
    auto since = std::max<Nanoseconds>(when.time_since_epoch(), Nanoseconds(1));
    auto whole = std::chrono::duration_cast<seconds>(since);
    itimerspec setting{};
    setting.it_value.tv_sec = whole.count();
    setting.it_value.tv_nsec = (since - whole).count();
    CM_ASSERT(::timerfd_settime(descriptor_, TFD_TIMER_ABSTIME, &setting, nullptr) == 0);
}

void Alarm::on_readable() {
    uint64_t times = 0;
    if (::read(descriptor_, &times, sizeof times) == sizeof times) listener_.on_alarm();
}

} // namespace load
