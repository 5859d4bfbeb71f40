// The opening handshake — may this request become a WebSocket for XMPP, and how is it answered?
// Spec:   RFC 6455 §4.2; RFC 7395 §3.1; RFC 7692 §7; RFC 8441 §5; RFC 9110 §15.5.22; W-001..W-011,
//         W-032, H-097.
// Errors: an HTTP answer, with the reason in its status.
#pragma once

#include "http/message.h"
#include "ws/deflate_offer.h"
#include "ws/settings.h"

#include <optional>
#include <string>
#include <string_view>

namespace ws {

inline constexpr std::string_view kSubprotocol = "xmpp";

// What the client gets instead of a WebSocket; nullopt if it gets one.
[[nodiscard]] std::optional<http::Response> refuse_handshake(const http::RequestHead& head,
                                                             const Settings& settings);

// The 101 for a request that was not refused, or 200 for an extended CONNECT, and which offer of
// the client's was taken.
struct Agreement {
    http::Response response;
    DeflateWindow deflate = DeflateWindow::None;
};
[[nodiscard]] Agreement accept_handshake(const http::RequestHead& head, const Settings& settings);

// base64(SHA-1(key + the GUID of RFC 6455)).
[[nodiscard]] std::string accept_key(std::string_view key);

} // namespace ws
