#include "net/signals.h"

#include <csignal>

namespace net {

namespace {

constexpr std::array<int, 3> kNumbers = {SIGTERM, SIGINT, SIGHUP};

} // namespace

Signals::Signals(Loop& loop, SignalListener& listener) : listener_(listener) {
    CM_ASSERT(std::signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    for (size_t index = 0; index < kNumbers.size(); ++index) {
        auto& handle = handles_[index];
        CM_ASSERT(handle.init(this, [&loop](uv_signal_t* signal) {
            return uv_signal_init(loop.uv(), signal);
        }) == 0);
        CM_ASSERT(uv_signal_start(
                      handle.get(),
                      [](uv_signal_t* signal, int number) {
                          auto* self = UvHandle<uv_signal_t>::owner_of<Signals>(signal);
                          if (self == nullptr) return;
                          self->listener_.on_signal(number == SIGHUP ? Signal::Reload
                                                                     : Signal::Terminate);
                      },
                      kNumbers[index]) == 0);
    }
}

// libuv gives a signal its default action back, which is to kill; none may arrive in between.
Signals::~Signals() {
    sigset_t ours;
    sigset_t before;
    sigemptyset(&ours);
    for (int number : kNumbers) sigaddset(&ours, number);
    CM_ASSERT(pthread_sigmask(SIG_BLOCK, &ours, &before) == 0);
    for (auto& handle : handles_) handle.reset();
    for (int number : kNumbers) CM_ASSERT(std::signal(number, SIG_IGN) != SIG_ERR);
    CM_ASSERT(pthread_sigmask(SIG_SETMASK, &before, nullptr) == 0);
}

} // namespace net
