// Line — one connection of a client, by TCP or TLS: dialled, used, gone, and dialled again if need
// be.
// Errors: on_line_down() tells of a failed attempt and of a lost connection alike.
// Life:   may be destroyed at any time but inside its own callbacks.
#pragma once

#include "bench/load/client_stream.h"
#include "net/connector.h"
#include "net/transport.h"
#include "tls/tls_transport.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace load {

class Line final : private net::ConnectListener,
                   private tls::HandshakeListener,
                   private net::TransportListener {
public:
    class Listener {
    public:
        virtual void on_line_up(Line& line) = 0;
        virtual void on_line_bytes(Line& line, base::ByteView bytes) = 0;
        virtual void on_line_down(Line& line, std::string_view why) = 0;

    protected:
        ~Listener() = default;
    };
    enum class State : uint8_t { Down, Dialling, Up };

    Line(StreamContext& context, Listener& listener) : context_(context), listener_(listener) {}

    void dial();
    void write(base::SliceChain bytes);
    // The backlog is sent, and on_line_down() follows.
    void hang_up();
    // Nothing follows.
    void cut();
    [[nodiscard]] State state() const { return state_; }

private:
    void on_connected(std::unique_ptr<net::Transport> transport) override;
    void on_connect_failed(base::Error reason) override;
    void on_secured() override;
    void on_handshake_failed(base::Error reason) override;
    void on_bytes(base::ByteView bytes) override { listener_.on_line_bytes(*this, bytes); }
    void on_drained() override {}
    void on_closed(base::Error reason) override;
    void begin();
    void end(base::Error reason);
    [[nodiscard]] const tls::TlsTransport& secured() const {
        return static_cast<const tls::TlsTransport&>(*transport_);
    }

    StreamContext& context_;
    Listener& listener_;
    std::unique_ptr<net::Connector::Attempt> attempt_;
    std::unique_ptr<net::Transport> transport_;
    State state_ = State::Down;
};

} // namespace load
