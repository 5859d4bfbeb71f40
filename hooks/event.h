// Event — something that a webhook tells: of a session's life, or of a limit. And how it is told.
// Life:   made once and shared by the webhooks that tell it; its id is the same at all of them.
#pragma once

#include "base/session_watcher.h"
#include "hooks/settings.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace hooks {

using WallTime = std::chrono::system_clock::time_point;

struct Event {
    Kind kind = Kind::Opened;
    std::string id; // "msg_" and what nobody else has
    WallTime time;
    // Of a session.
    base::Transport transport = base::Transport::Bosh;
    std::string session; // as the log calls it
    std::string domain;  // empty: not known yet
    std::string cause;   // of its end
    std::string client;  // address
    // Of a limit that was hit.
    std::string scope;
    std::string limit;
    uint64_t count = 0;

    // Events with the same one are told one after the other.
    [[nodiscard]] std::string_view order_key() const { return session; }
};

// "msg_" and 128 random bits.
[[nodiscard]] std::string make_event_id();

// RFC 8259, in one line.
[[nodiscard]] std::string to_json(const Event& event, std::string_view node, bool with_client);

} // namespace hooks
