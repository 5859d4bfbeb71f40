#include "bench/load/websocket_stream.h"

#include "bench/load/glance.h"

namespace load {

namespace {

constexpr std::string_view kFraming = "urn:ietf:params:xml:ns:xmpp-framing";

} // namespace

// ---------------------------------------------------------------------------- out

void WebSocketStream::on_open() {
    state_ = State::Open;
    restart();
}

void WebSocketStream::restart() {
    std::string open = "<open xmlns='";
    open.append(kFraming).append("' to='").append(context_.domain).append("' version='1.0'/>");
    append(ws::Opcode::Text, open);
    flush();
}

void WebSocketStream::append(ws::Opcode opcode, base::ByteView payload) {
    mask_ = mask_ * 1664525 + 1013904223;
    append_frame(out_, opcode, payload, mask_);
}

void WebSocketStream::flush() {
    if (!out_.empty()) line_->write(base::SliceChain(out_.take()));
}

void WebSocketStream::close() {
    state_ = State::Closing;
    append(ws::Opcode::Text, "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    flush();
}

void WebSocketStream::abandon() {
    state_ = State::Ended;
    line_->cut();
}

// ---------------------------------------------------------------------------- in

void WebSocketStream::on_frame_bytes(base::ByteView bytes) {
    using Kind = ServerFrames::Step::Kind;
    while (state_ == State::Open || state_ == State::Closing) {
        auto step = frames_.next(bytes);
        switch (step.kind) {
        case Kind::NeedMore: flush(); return;
        case Kind::Message: on_message(step.payload); break;
        case Kind::Ping: append(ws::Opcode::Pong, step.payload); break;
        case Kind::Pong: break;
        case Kind::Close:
            if (state_ != State::Closing) {
                fail("websocket-closed");
                return;
            }
            agree_to_close();
            line_->hang_up();
            return;
        case Kind::Fault: fail("websocket-fault"); return;
        }
    }
}

void WebSocketStream::on_message(base::ByteView message) {
    std::string_view name = local_name(message);
    if (name == "open") return;
    if (name != "close") {
        listener_.on_element(message);
    } else if (state_ == State::Open) {
        fail("stream-closed");
    } else {
        agree_to_close();
    }
}

// By a Close frame, once.
void WebSocketStream::agree_to_close() {
    if (close_sent_) return;
    close_sent_ = true;
    append(ws::Opcode::Close, {});
    flush();
}

void WebSocketStream::on_gone(std::string_view why) {
    if (state_ == State::Ended) return;
    std::string fault =
        (state_ == State::Connecting ? "connect-failed: " : "connection-lost: ") + std::string(why);
    bool asked_for = state_ == State::Closing;
    state_ = State::Ended;
    listener_.on_stream_end(asked_for ? std::string_view() : fault);
}

void WebSocketStream::fail(std::string_view fault) {
    abandon();
    listener_.on_stream_end(fault);
}

} // namespace load
