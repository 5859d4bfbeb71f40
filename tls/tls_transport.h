// TlsTransport — TLS as a filter over any Transport.
// Spec:   rows U-041..U-049, S-020; the contract is that of Transport.
// Units:  backlog_bytes() counts cipher bytes: plain bytes are encrypted as they are written.
// Errors: on_handshake_failed(), or later on_closed(), with Category::Tls and a Fault, or with what
//         the transport below reported. Fault::Truncated: TCP ended without close_notify.
// Life:   owns the transport below. Destroying it inside its own callback is safe, as with a
//         TcpSocket.
//
// All plain bytes of one read below come in one on_bytes(): pausing then stops what comes later,
// as it does with a socket, and nothing decrypted is ever left behind.
#pragma once

#include "base/env.h"
#include "base/timer_wheel.h"
#include "net/transport.h"
#include "tls/client_context.h"
#include "tls/engine.h"
#include "tls/peer_facts.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tls {

class ServerContext;

// One of the two comes, once, and never inside connect() or accept().
class HandshakeListener {
public:
    // The peer is who it should be. The listener must set_listener() before it returns, for the
    // first bytes may be there already.
    virtual void on_secured() = 0;
    // Last: no on_closed() follows.
    virtual void on_handshake_failed(base::Error reason) = 0;

protected:
    ~HandshakeListener() = default;
};

class TlsTransport final : public net::Transport,
                           private net::TransportListener,
                           private base::TimerNode {
public:
    [[nodiscard]] static std::unique_ptr<TlsTransport>
    connect(base::Env& env, std::unique_ptr<net::Transport> lower,
            std::shared_ptr<const ClientContext> context, const ClientParameters& parameters,
            HandshakeListener& listener);
    [[nodiscard]] static std::unique_ptr<TlsTransport>
    accept(base::Env& env, std::unique_ptr<net::Transport> lower,
           std::shared_ptr<const ServerContext> context, HandshakeListener& listener);
    ~TlsTransport() override;

    void set_listener(net::TransportListener& listener) override { listener_ = &listener; }
    // Not before on_secured().
    void write(base::SliceChain plain) override;
    [[nodiscard]] size_t backlog_bytes() const override { return lower_->backlog_bytes(); }
    void set_watermarks(size_t low, size_t high) override { lower_->set_watermarks(low, high); }
    void pause_read(net::PauseReason reason) override;
    void resume_read(net::PauseReason reason) override;
    // Before on_secured() it ends the handshake: on_handshake_failed() comes.
    void close(net::CloseMode mode) override;

    [[nodiscard]] net::Address peer() const override { return lower_->peer(); }
    [[nodiscard]] net::Address local() const override { return lower_->local(); }
    [[nodiscard]] std::optional<net::TlsTerms> tls() const override { return engine_.terms(); }

    // A sentence about the fault reported: "the certificate is for a.example, not for b.example".
    [[nodiscard]] std::string explanation() const { return engine_.explanation(); }
    [[nodiscard]] std::string refused_key() const { return engine_.refused_key(); }
    [[nodiscard]] PeerFacts peer_facts() const { return engine_.peer_facts(); }
    [[nodiscard]] bool resumed() const { return engine_.resumed(); }
    [[nodiscard]] std::string_view application_protocol() const {
        return engine_.application_protocol();
    }
    [[nodiscard]] net::TlsFacts client_facts() const { return engine_.client_facts(); }

private:
    enum class State : uint8_t {
        Handshaking,
        Open,
        Closing, // by us: the end is awaited from below
        Closed,  // reported
    };

    template <class... Role>
    TlsTransport(base::Env& env, std::unique_ptr<net::Transport> lower, HandshakeListener& listener,
                 Role&&... role);

    void on_bytes(base::ByteView cipher) override;
    void on_drained() override;
    void on_closed(base::Error reason) override;
    void on_deadline(base::TimePoint now) override;

    void send_output();
    void deliver(base::SliceBuilder plain);
    template <class Call>
    bool still_open_after(Call&& call);
    void report(base::Error reason);

    base::SlicePool& pool_;
    base::TimerWheel& wheel_;
    std::unique_ptr<net::Transport> lower_;
    HandshakeListener* handshake_listener_;
    net::TransportListener* listener_ = nullptr;
    bool* destroyed_ = nullptr; // while a callback runs: where to say so
    base::Slice held_;          // plain bytes for a listener that paused in on_secured()
    Engine engine_;
    State state_ = State::Handshaking;
    uint8_t pauses_ = 0; // PauseReason, or-ed
};

} // namespace tls
