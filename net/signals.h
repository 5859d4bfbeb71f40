// Signals — the process's signals as events of a loop.
// Errors: registering a handler for these cannot fail in a sane system: CM_ASSERT.
// Life:   one per process, on the main thread's loop. With its end the process ignores them: what
// is
//         left to do is the orderly end, and its exit status must not become that of a kill.
#pragma once

#include "net/handle.h"
#include "net/loop.h"

#include <array>
#include <cstdint>

namespace net {

enum class Signal : uint8_t {
    Terminate, // SIGTERM, SIGINT: drain, then stop; the second one means now
    Reload,    // SIGHUP
};

class SignalListener {
public:
    virtual void on_signal(Signal signal) = 0;

protected:
    ~SignalListener() = default;
};

class Signals {
public:
    // Also ignores SIGPIPE, for good: a write to a connection that is gone returns EPIPE instead.
    Signals(Loop& loop, SignalListener& listener);
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;
    ~Signals();

private:
    SignalListener& listener_;
    std::array<UvHandle<uv_signal_t>, 3> handles_;
};

} // namespace net
