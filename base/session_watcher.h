// SessionWatcher — who is told that sessions begin, log in and end.
//
// It is asked first, so that nothing is made of what nobody wants to know. What a session says to
// it costs that session no memory.
//
// Life:   outlives the sessions; called on each worker's thread, and never waits.
#pragma once

#include "base/session_ends.h"

#include <cstdint>
#include <string_view>

namespace base {

enum class SessionEvent : uint8_t { Opened, Authenticated, Ended };

struct SessionNews {
    SessionEvent event;
    Transport transport;
    std::string_view sid;    // as the log calls it
    std::string_view domain; // empty: not known yet
    std::string_view client; // its address
    std::string_view cause;  // of the end, in the words of SessionEnds
};

class SessionWatcher {
public:
    [[nodiscard]] virtual bool wants(SessionEvent event) const = 0;
    virtual void on_session(const SessionNews& news) = 0;

protected:
    ~SessionWatcher() = default;
};

} // namespace base
