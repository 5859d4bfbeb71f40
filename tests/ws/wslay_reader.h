// read_with_wslay — what wslay, a WebSocket library that is not ours, makes of a client's bytes.
// Where the two differ on purpose, it is said as ours would: XMPP is text only; half a close code
// is a fault, not none.
// Units:  up to 4096 bytes at once; its check of close reasons is wrong beyond.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ws {

// Ours says what is wrong with a frame at its header, and with a close reason at its end; wslay at
// the first byte of the payload, and as the reason comes. So many bytes behind the input, more than
// a control frame has, bring both to the same point.
inline constexpr size_t kWslayPaddingBytes = 160;

// A line for each event, as FrameTrace writes them.
[[nodiscard]] std::string read_with_wslay(std::string_view bytes, size_t max_message_bytes);

// "message 2:hi\n", "close 1000\n", "fault 1002\n"; nothing after one of the latter two.
class FrameTrace {
public:
    void note(std::string_view kind, std::string_view payload) {
        if (ended_) return;
        text_.append(kind).append(" ").append(std::to_string(payload.size())).append(":");
        text_.append(payload).append("\n");
    }
    void end(std::string_view kind, unsigned code) {
        if (ended_) return;
        ended_ = true;
        text_.append(kind).append(" ").append(std::to_string(code)).append("\n");
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
    bool ended_ = false;
};

} // namespace ws
