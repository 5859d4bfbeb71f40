// FrameReader and the frame writers — WebSocket frames of a server, from bytes and to bytes.
//
// A message is unmasked on its way into one block of its own, in which it goes on to the server:
// it is copied once. A frame is judged by its header, before a byte of it is kept, and nothing is
// reserved for what only has been announced. Between messages there is no buffer at all.
//
// Spec:   RFC 6455 §5, §7.4, §8.1, §10.4; RFC 7692 §6; W-020..W-033, S-044.
// Errors: Step::Kind::Fault, with the code for our Close frame. The reader is of no use afterwards.
// Life:   a reader for each connection. Any split of the input gives the same steps.
#pragma once

#include "base/slice.h"
#include "ws/close_code.h"
#include "ws/utf8.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ws {

using base::ByteView;

enum class Opcode : uint8_t {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
};

struct FrameLimits {
    size_t max_message_bytes = 256UL * 1024; // as on the wire; beyond it: 1009
    uint32_t max_fragments = 1024;           // of one message; beyond it: 1009, too
};

class FrameReader {
public:
    // `deflate`: messages may be compressed (RFC 7692); their text is not checked here then.
    FrameReader(base::SlicePool& pool, const FrameLimits& limits, bool deflate)
        : limits_(limits), message_(pool), control_(pool), deflate_(deflate) {}

    struct Step {
        enum class Kind : uint8_t {
            NeedMore, // everything was taken
            Message,  // one text message, whole
            Ping,
            Pong,
            Close, // `code` is the peer's, as a number; 0 if it gave none
            Fault, // `code` is ours
        };
        Kind kind = Kind::NeedMore;
        bool compressed = false; // Message
        uint16_t code = 0;
        size_t taken = 0; // of the input
        base::Slice payload{};
        const char* what = ""; // Fault: a literal that names the rule broken
    };
    [[nodiscard]] Step feed(ByteView in);
    // What is kept of a message that is not whole.
    [[nodiscard]] size_t pending_bytes() const { return message_.size(); }
    // Nothing more will be read, and nothing is kept.
    void abandon();

private:
    enum class State : uint8_t { Header, Payload, Failed };

    [[nodiscard]] size_t header_size() const;
    [[nodiscard]] const char* check_start() const;
    [[nodiscard]] uint64_t announced_bytes() const;
    [[nodiscard]] bool begin_frame(Step& step);
    [[nodiscard]] bool take_payload(ByteView& in, Step& step);
    [[nodiscard]] bool finish_frame(Step& step);
    void finish_message(Step& step);
    void finish_close(Step& step);
    void fail(Step& step, CloseCode code, const char* what);

    [[nodiscard]] bool is_final() const { return (header_[0] & 0x80) != 0; }
    [[nodiscard]] uint8_t opcode() const { return header_[0] & 0x0F; }
    [[nodiscard]] bool is_control() const { return (header_[0] & 0x08) != 0; }
    [[nodiscard]] base::SliceBuilder& target() { return is_control() ? control_ : message_; }

    const FrameLimits& limits_;
    base::SliceBuilder message_; // so far
    base::SliceBuilder control_; // a frame that may come between those of a message
    uint64_t left_ = 0;          // of the frame's payload
    uint32_t fragments_ = 0;     // of the message; 0: none has begun
    std::array<uint8_t, 14> header_{};
    uint8_t header_bytes_ = 0;
    uint8_t mask_at_ = 0; // which byte of the mask is next
    State state_ = State::Header;
    bool deflate_;
    bool compressed_ = false; // the message
    Utf8Check text_;
};

// One message; frames of 64 KiB each if it is larger (W-033). Nothing of it is copied.
void append_message(base::SliceChain& out, base::SlicePool& pool, const base::SliceChain& text,
                    bool compressed);
// Ping or Pong; at most 125 bytes.
void append_control(base::SliceChain& out, base::SlicePool& pool, Opcode opcode,
                    const base::Slice& payload);
// `code` 0 for a Close frame without one.
void append_close(base::SliceChain& out, base::SlicePool& pool, uint16_t code);

// To `out`, which has room for as many bytes; `at` is the place in the mask of the first one.
void unmask(char* out, ByteView in, const uint8_t* mask, size_t at);

} // namespace ws
