// ServerFrames and the writer for the other way — a WebSocket as its client sees it. The room ws
// has the server's side, where masks are the other way round.
// Spec:   RFC 6455 §5: frames of a server have no mask, frames of a client have one.
// Errors: Step::Kind::Fault. The reader is of no use afterwards.
// Life:   a payload is valid until the next call.
#pragma once

#include "base/slice.h"
#include "ws/frame_codec.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace load {

class ServerFrames {
public:
    struct Step {
        enum class Kind : uint8_t { NeedMore, Message, Ping, Pong, Close, Fault };
        Kind kind = Kind::NeedMore;
        base::ByteView payload; // Close: without its code
    };
    // Takes what belongs to the next step off the front of `in`.
    [[nodiscard]] Step next(base::ByteView& in);

private:
    [[nodiscard]] Step finish_frame();

    std::string header_;
    std::string message_; // so far
    std::string control_; // a frame that may come between those of a message
    uint64_t left_ = 0;   // of the frame's payload
    bool in_payload_ = false;
    bool told_ = false; // what was told last is void at the next call
};

// `key` is the mask; it protects proxies from what pages write, not anybody from us.
void append_frame(base::SliceBuilder& out, ws::Opcode opcode, base::ByteView payload, uint32_t key);

} // namespace load
