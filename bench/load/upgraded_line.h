// UpgradedLine — a connection that a request of HTTP/1.1 has turned into a WebSocket.
// Spec:   RFC 6455 §4.1.
// Life:   as WebSocketLine says.
#pragma once

#include "bench/load/line.h"
#include "bench/load/websocket_line.h"

#include <string>

namespace load {

class UpgradedLine final : public WebSocketLine, private Line::Listener {
public:
    UpgradedLine(StreamContext& context, WebSocketLine::Listener& listener)
        : context_(context), listener_(listener), line_(context, *this) {}

    void dial() override { line_.dial(); }
    void write(base::SliceChain frames) override { line_.write(std::move(frames)); }
    void hang_up() override { line_.hang_up(); }
    void cut() override { line_.cut(); }

private:
    void on_line_up(Line& line) override;
    void on_line_bytes(Line& line, base::ByteView bytes) override;
    void on_line_down(Line& /*line*/, std::string_view why) override { listener_.on_gone(why); }

    [[nodiscard]] bool take_handshake(base::ByteView& bytes);

    StreamContext& context_;
    WebSocketLine::Listener& listener_;
    Line line_;
    std::string head_; // of the server's answer
    bool open_ = false;
};

} // namespace load
