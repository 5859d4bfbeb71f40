// SessionFacts, ServerFacts, SessionDetails — a session of either transport as who administers sees
// it. Copies, so that they may leave the worker's thread. What is not known is empty.
// Units:  `age` since it began, `idle` since its client was last heard.
#pragma once

#include "base/session_ends.h"
#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace base {

struct SessionFacts {
    enum class State : uint8_t {
        Opening,     // the client has not been given a stream
        Negotiating, // the server's features are awaited
        Open,
        Closing,
    };

    std::string sid; // as much of it as a log may show
    std::string domain;
    std::string jid;     // once it is bound
    std::string address; // of the client
    Duration age{0};
    Duration idle{0};
    size_t waiting_stanzas = 0; // for the client
    size_t waiting_bytes = 0;
    std::optional<uint32_t> held; // requests; none: this transport holds none
    uint32_t worker = 0;
    Transport transport = Transport::Bosh;
    State state = State::Opening;
    bool secure = false; // the client's way
    bool authenticated = false;
};

// Its server's end of the connection that it has now.
struct ServerFacts {
    std::string address;     // with the port; empty: it is not connected
    std::string tls_version; // "TLSv1.3"; empty: in clear
    std::string tls_cipher;
};

struct SessionDetails {
    using Value = std::variant<bool, int64_t, std::string>;
    using Field = std::pair<std::string_view, Value>; // the name is a literal

    // What it remembers of what happened.
    struct Event {
        Duration before{0};   // now
        std::string event;    // as "request.lost"
        std::string argument; // as "held=60.0s"; or empty
        uint32_t count = 1;   // in a row, of which this is the latest
    };

    SessionFacts facts;
    std::vector<Field> settings; // as they were negotiated
    ServerFacts server;
    std::vector<Event> record; // oldest first
    std::string likely_cause;  // of what goes wrong, in words; empty: nothing does, or not known
};

} // namespace base
