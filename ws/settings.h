// Settings — what an operator decides about WebSocket sessions.
// Spec:   RFC 7395; the table of defaults in docs/conformance.md.
// Life:   part of the immutable configuration snapshot.
#pragma once

#include "base/time.h"
#include "ws/frame_codec.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ws {

using namespace std::chrono_literals;

struct Settings {
    std::chrono::seconds open_timeout = 10s;        // from the handshake to the client's <open/>
    std::chrono::seconds ping_interval = 30s;       // without a byte from the client (W-035)
    std::chrono::seconds ping_timeout = 20s;        // from our Ping to the next byte
    std::chrono::seconds close_timeout = 5s;        // for each of <close/> and Close (W-030, W-061)
    std::chrono::seconds pre_authentication = 240s; // a stream that never logs in (U-056)
    FrameLimits frames;
    size_t outbox_high_bytes = 64UL * 1024;       // to the client: stop reading from the server
    size_t outbox_hard_bytes = 4UL * 1024 * 1024; // beyond: close 1008 (W-034)
    uint32_t max_sessions = 100'000;              // beyond: 503
    bool deflate = false;                         // permessage-deflate (W-032)
    std::string see_other_uri; // for clients that come without encryption; empty: served (W-066)
    bool any_origin = true;    // else those listed, and clients that are no browsers (W-009)
    std::vector<std::string> origins; // as in http::CorsPolicy
    std::string fallback_domain; // speaks for us to a client that asks for none of ours (W-045)
};

} // namespace ws
