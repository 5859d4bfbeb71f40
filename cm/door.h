// Door — a listening socket of one worker, and what it means to have come in by it.
// Errors: open() says what the system refused.
// Life:   the configuration and the server outlive it.
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

namespace cm {

class Door final : public net::AcceptListener, private Handshakes::Listener {
public:
    Door(const base::Env& env, http::Server& server, const Config& config,
         const ListenerConfig& listener)
        : env_(env), server_(server), config_(config), listener_(listener),
          handshakes_(env, config.proxies, *this) {}

    // Before open(), where TLS is ours; and again when there are others.
    void use(std::shared_ptr<const tls::ServerContext> certificates) {
        certificates_ = std::move(certificates);
    }
    // `inherited`: a socket that is open already, or -1.
    [[nodiscard]] base::Result<void> open(net::Loop& loop, int inherited);
    // `first`: the door of another worker at the same place.
    [[nodiscard]] base::Result<void> open_beside(net::Loop& loop, const Door& first);
    [[nodiscard]] std::string name() const; // where it is

    void on_accept(std::unique_ptr<net::Transport> connection) override;

private:
    using Opened = base::Result<std::unique_ptr<net::TcpListener>>;

    [[nodiscard]] net::AcceptListener& taker();
    [[nodiscard]] base::Result<void> keep(Opened opened);
    void on_secured(std::unique_ptr<tls::TlsTransport> connection) override;

    base::Env env_;
    http::Server& server_;
    const Config& config_;
    const ListenerConfig& listener_;
    std::shared_ptr<const tls::ServerContext> certificates_;
    Handshakes handshakes_;
    std::unique_ptr<net::ProxyAcceptor> proxy_; // if connections begin with its header
    std::unique_ptr<net::TcpListener> socket_;
};

} // namespace cm
