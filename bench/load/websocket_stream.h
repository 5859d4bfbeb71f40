// WebSocketStream — a client's stream over WebSocket.
// Spec:   RFC 7395; RFC 6455 §4.1.
// Life:   as ClientStream says.
#pragma once

#include "bench/load/client_stream.h"
#include "bench/load/line.h"
#include "bench/load/server_frames.h"

#include <cstdint>
#include <string>

namespace load {

class WebSocketStream final : public ClientStream, private Line::Listener {
public:
    WebSocketStream(StreamContext& context, ClientStreamListener& listener)
        : context_(context), listener_(listener), line_(context, *this), out_(context.env.pool) {}

    void open() override { line_.dial(); }
    void restart() override;
    void send(base::ByteView stanza) override { append(ws::Opcode::Text, stanza); }
    void flush() override;
    void close() override;
    void abandon() override;

private:
    enum class State : uint8_t { Connecting, Handshake, Open, Closing, Ended };

    void on_line_up(Line& line) override;
    void on_line_bytes(Line& line, base::ByteView bytes) override;
    void on_line_down(Line& line, std::string_view why) override;

    [[nodiscard]] bool take_handshake(base::ByteView& bytes);
    void on_message(base::ByteView message);
    void agree_to_close();
    void append(ws::Opcode opcode, base::ByteView payload);
    void fail(std::string_view fault);

    StreamContext& context_;
    ClientStreamListener& listener_;
    Line line_;
    ServerFrames frames_;
    base::SliceBuilder out_;
    std::string head_; // of the server's answer to the handshake
    uint32_t mask_ = 0x9E3779B9;
    bool close_sent_ = false;
    State state_ = State::Connecting;
};

} // namespace load
