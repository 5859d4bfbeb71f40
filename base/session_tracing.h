// SessionTracing — whose sessions of a worker somebody listens to, and who hears of it.
// While nobody listens it is one look at an empty list. One that follows a JID hears of its
// sessions from the moment on that their server has bound it.
//
// Errors: who listens may be slow: what it does not take is dropped and counted, never waited for.
// Life:   one for each worker, on its thread; outlives the sessions.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

struct TraceTarget {
    std::string sid; // how a session's begins, as the log has it; empty: by JID
    std::string jid; // bare: all resources
    bool bodies = false;
};

struct TraceEvent {
    enum class Direction : uint8_t { FromClient, ToClient, FromServer, ToServer, Event };

    std::string sid; // short
    std::chrono::system_clock::time_point at;
    Direction direction = Direction::Event;
    std::string_view kind; // a literal
    size_t bytes = 0;
    std::string text;
};

class SessionTracing {
public:
    using Hear = std::function<void(TraceEvent)>;
    struct Trace {
        uint64_t id = 0;
        TraceTarget target;
        Hear hear;

        [[nodiscard]] bool follows(std::string_view sid, std::string_view jid) const {
            if (!target.sid.empty()) return sid == target.sid;
            return jid == target.jid ||
                   (jid.starts_with(target.jid) && jid.substr(target.jid.size()).starts_with('/'));
        }
    };

    [[nodiscard]] bool none() const { return traces_.empty(); }
    void add(Trace trace) { traces_.push_back(std::move(trace)); }
    void remove(uint64_t id) {
        std::erase_if(traces_, [id](const Trace& trace) { return trace.id == id; });
    }
    // With each that follows the session.
    template <class Take>
    void for_each(std::string_view sid, std::string_view jid, Take&& take) const {
        for (const Trace& trace : traces_) {
            if (trace.follows(sid, jid)) take(trace);
        }
    }

private:
    std::vector<Trace> traces_; // a few
};

} // namespace base
