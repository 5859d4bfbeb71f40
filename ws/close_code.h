// CloseCode — why a WebSocket ends, as its Close frame says.
// Spec:   RFC 6455 §7.4; W-029, W-031.
#pragma once

#include <cstdint>

namespace ws {

enum class CloseCode : uint16_t {
    None = 0, // a Close frame without a code
    Normal = 1000,
    GoingAway = 1001,
    ProtocolError = 1002,
    Unsupported = 1003, // binary messages
    BadPayload = 1007,  // text that is no UTF-8
    Policy = 1008,
    TooBig = 1009,
    InternalError = 1011,
};

// Whether a peer may send it: what is registered, or left to libraries and applications.
[[nodiscard]] constexpr bool may_be_sent(uint16_t code) {
    bool of_the_protocol = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
    return of_the_protocol || (code >= 3000 && code <= 4999);
}

} // namespace ws
