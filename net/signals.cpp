#include "net/signals.h"

#include <csignal>

namespace net {

Signals::Signals(Loop& loop, SignalListener& listener) : listener_(listener) {
    CM_ASSERT(std::signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    constexpr std::array<int, 3> kNumbers = {SIGTERM, SIGINT, SIGHUP};
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

} // namespace net
