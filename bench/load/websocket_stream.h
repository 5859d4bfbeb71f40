// WebSocketStream — a client's stream over WebSocket.
// Spec:   RFC 7395; RFC 6455 §5, §7.
// Life:   as ClientStream says.
#pragma once

#include "bench/load/client_stream.h"
#include "bench/load/server_frames.h"
#include "bench/load/websocket_line.h"

#include <cstdint>
#include <memory>

namespace load {

class WebSocketStream final : public ClientStream, private WebSocketLine::Listener {
public:
    WebSocketStream(StreamContext& context, ClientStreamListener& listener)
        : context_(context), listener_(listener), line_(make_websocket_line(context, *this)),
          out_(context.env.pool) {}

    void open() override { line_->dial(); }
    void restart() override;
    void send(base::ByteView stanza) override { append(ws::Opcode::Text, stanza); }
    void flush() override;
    void close() override;
    void abandon() override;

private:
    enum class State : uint8_t { Connecting, Open, Closing, Ended };

    void on_open() override;
    void on_frame_bytes(base::ByteView bytes) override;
    void on_refused(std::string_view fault) override { fail(fault); }
    void on_gone(std::string_view why) override;

    void on_message(base::ByteView message);
    void agree_to_close();
    void append(ws::Opcode opcode, base::ByteView payload);
    void fail(std::string_view fault);

    StreamContext& context_;
    ClientStreamListener& listener_;
    std::unique_ptr<WebSocketLine> line_;
    ServerFrames frames_;
    base::SliceBuilder out_;
    uint32_t mask_ = 0x9E3779B9;
    bool close_sent_ = false;
    State state_ = State::Connecting;
};

} // namespace load
