// accept_offer — one offer of permessage-deflate, and what we make of it.
// Neither side keeps its window from message to message: then nothing is kept for a client that is
// at rest, one (de)compressor serves all, and a message tells nothing of those before it.
// Spec:   RFC 7692 §5, §7.1; W-008, W-032.
// Errors: nullopt for another extension, an unknown or repeated parameter, or one out of range.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ws {

enum class DeflateWindow : uint8_t {
    None,   // messages are not compressed
    Wide,   // 32 KiB, in what we send
    Narrow, // 512 bytes, for whoever asks for less than that
};

struct DeflateTerms {
    DeflateWindow window = DeflateWindow::Wide;
    std::string answer; // for Sec-WebSocket-Extensions
};

[[nodiscard]] std::optional<DeflateTerms> accept_offer(std::string_view offer);

} // namespace ws
