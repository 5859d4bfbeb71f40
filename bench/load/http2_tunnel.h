// Http2Tunnel — a WebSocket as the one stream of a connection of HTTP/2.
// Spec:   RFC 8441.
// Life:   as WebSocketLine says.
#pragma once

#include "bench/load/http2_client.h"
#include "bench/load/line.h"
#include "bench/load/websocket_line.h"

#include <memory>
#include <string>

namespace load {

class Http2Tunnel final : public WebSocketLine,
                          private Line::Listener,
                          private Http2Client::Listener {
public:
    Http2Tunnel(StreamContext& context, WebSocketLine::Listener& listener)
        : context_(context), listener_(listener), line_(context, *this) {}

    void dial() override { line_.dial(); }
    void write(base::SliceChain frames) override;
    void hang_up() override { line_.hang_up(); }
    void cut() override { line_.cut(); }

private:
    using Stream = Http2Client::Stream;

    void on_line_up(Line& line) override;
    void on_line_bytes(Line& line, base::ByteView bytes) override;
    void on_line_down(Line& /*line*/, std::string_view why) override { listener_.on_gone(why); }

    void on_settings(bool offers_tunnels) override;
    void on_status(Stream stream, std::string_view status) override;
    void on_data(Stream stream, base::ByteView bytes) override;
    void on_end(Stream stream) override;
    void on_stream_lost(Stream stream) override { on_end(stream); }

    void flush();

    StreamContext& context_;
    WebSocketLine::Listener& listener_;
    Line line_;
    std::unique_ptr<Http2Client> client_;
    Stream stream_ = 0;
    std::string refusal_; // why it is none
    std::string frames_;  // that have come
    bool accepted_ = false;
    bool open_ = false; // the listener knows
    bool ended_ = false;
};

} // namespace load
