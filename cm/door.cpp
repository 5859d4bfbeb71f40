#include "cm/door.h"

#include <sys/stat.h>
#include <utility>

namespace cm {

// Who takes connections from the socket.
net::AcceptListener& Door::taker() {
    if (!listener_.proxy_protocol) return *this;
    proxy_ = std::make_unique<net::ProxyAcceptor>(env_, config_->proxies.trusted, *this);
    return *proxy_;
}

base::Result<void> Door::open(net::Loop& loop, int inherited, net::TcpListener::Port port) {
    if (inherited >= 0) {
        return keep(net::TcpListener::adopt(loop, env_, inherited, options(), taker()));
    }
    if (listener_.path.empty()) {
        return keep(
            net::TcpListener::open(loop, env_, listener_.address, options(), taker(), port));
    }
    return keep(net::TcpListener::open(loop, env_, {.path = listener_.path, .mode = listener_.mode},
                                       options(), taker()));
}

base::Result<void> Door::open_beside(net::Loop& loop, const Door& first) {
    return keep(net::TcpListener::open_beside(*first.socket_, loop, env_, taker()));
}

base::Result<void> Door::keep(Opened opened) {
    if (!opened) return std::unexpected(opened.error());
    socket_ = std::move(*opened);
    return {};
}

net::TcpOptions Door::options() const {
    return {.write_stall = config_->http.write_timeout};
}

void Door::take_over(Door& former) {
    socket_ = std::move(former.socket_);
    if (socket_) socket_->hand_to(taker(), options());
    if (!listener_.path.empty()) ::chmod(listener_.path.c_str(), listener_.mode);
}

void Door::close() {
    if (socket_) socket_->accept_waiting();
    socket_.reset();
}

bool Door::is_at(const ListenerConfig& place) const {
    return listener_.path == place.path &&
           (!place.path.empty() || listener_.address == place.address);
}

bool Door::shares_port(const ListenerConfig& place) const {
    return listener_.path.empty() && place.path.empty() && is_open() &&
           listener_.address.family == place.address.family &&
           listener_.address.port == place.address.port;
}

bool Door::is_busy() const {
    return handshakes_.in_progress() > 0 || (proxy_ && proxy_->waiting() > 0);
}

std::string Door::name() const {
    if (!listener_.path.empty()) return listener_.path;
    return (socket_ ? socket_->local() : listener_.address).to_string();
}

void Door::on_accept(std::unique_ptr<net::Transport> connection) {
    if (certificates_ != nullptr) {
        handshakes_.start(std::move(connection), certificates_);
        return;
    }
    bool behind_proxy = listener_.tls == ListenerConfig::Tls::Proxy;
    http::ClientFacts client{.peer = connection->peer(),
                             .local = connection->local(),
                             .encrypted = behind_proxy,
                             // Who connects is the proxy, unless it has said otherwise.
                             .shared = behind_proxy && !listener_.proxy_protocol};
    server_.accept(std::move(connection), client,
                   listener_.speaks_http2() ? http::Protocol::ByPreface : http::Protocol::Http1);
}

void Door::on_secured(std::unique_ptr<tls::TlsTransport> connection) {
    http::ClientFacts client{.peer = connection->peer(),
                             .local = connection->local(),
                             .encrypted = true,
                             .tls = std::make_shared<net::TlsFacts>(connection->client_facts())};
    bool http2 = connection->application_protocol() == "h2";
    server_.accept(std::move(connection), client,
                   http2 ? http::Protocol::Http2 : http::Protocol::Http1);
}

} // namespace cm
