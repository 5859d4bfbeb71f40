// Door — a listening socket of one worker, and what it means to have come in by it.
// Errors: open() says what the system refused.
// Life:   the server outlives it.
#pragma once

#include "base/env.h"
#include "cm/config.h"
#include "cm/handshakes.h"
#include "http/server.h"
#include "net/loop.h"
#include "net/proxy_acceptor.h"
#include "net/tcp_listener.h"
#include "tls/server_context.h"

#include <memory>
#include <string>
#include <utility>

namespace cm {

class Door final : public net::AcceptListener, private Handshakes::Listener {
public:
    // That of the `index`th listener.
    Door(const base::Env& env, http::Server& server, std::shared_ptr<const Config> config,
         size_t index)
        : env_(env), server_(server), config_(std::move(config)),
          listener_(config_->listeners[index]), handshakes_(env, config_->proxies, *this) {}

    // Before open(), where TLS is ours; and again when there are others.
    void use(std::shared_ptr<const tls::ServerContext> certificates) {
        certificates_ = std::move(certificates);
    }
    // `inherited`: a socket that is open already, or -1.
    [[nodiscard]] base::Result<void> open(net::Loop& loop, int inherited,
                                          net::TcpListener::Port port);
    // `first`: the door of another worker at the same place.
    [[nodiscard]] base::Result<void> open_beside(net::Loop& loop, const Door& first);
    // One at the same place goes on with its socket; no connection notices.
    void take_over(Door& former);
    // Nobody comes in any more. Who is on the way in gets in.
    void close();
    [[nodiscard]] const ListenerConfig& listener() const { return listener_; }
    [[nodiscard]] bool is_at(const ListenerConfig& place) const;
    // At its port, and perhaps at all addresses where that one is at a single one.
    [[nodiscard]] bool shares_port(const ListenerConfig& place) const;
    [[nodiscard]] bool is_open() const { return socket_ != nullptr; }
    // Clients are on their way in.
    [[nodiscard]] bool is_busy() const;
    [[nodiscard]] std::string name() const; // where it is

    void on_accept(std::unique_ptr<net::Transport> connection) override;

private:
    using Opened = base::Result<std::unique_ptr<net::TcpListener>>;

    [[nodiscard]] net::TcpOptions options() const;
    [[nodiscard]] net::AcceptListener& taker();
    [[nodiscard]] base::Result<void> keep(Opened opened);
    void on_secured(std::unique_ptr<tls::TlsTransport> connection) override;

    base::Env env_;
    http::Server& server_;
    std::shared_ptr<const Config> config_;
    const ListenerConfig& listener_;
    std::shared_ptr<const tls::ServerContext> certificates_;
    Handshakes handshakes_;
    std::unique_ptr<net::ProxyAcceptor> proxy_; // if connections begin with its header
    std::unique_ptr<net::TcpListener> socket_;
};

} // namespace cm
