// Worker — one loop and everything that lives on it: listeners, HTTP, BOSH, WebSocket, streams to
// servers.
// Errors: start() says which listener could not be opened, and why.
// Life:   the configuration, the log and the loop outlive it. shut_down() ends all sessions;
//         drained() says when nothing is left to wait for; destroying it abandons the rest.
#pragma once

#include "base/env.h"
#include "bosh/endpoint.h"
#include "cm/certificates.h"
#include "cm/config.h"
#include "cm/domain_table.h"
#include "cm/handshakes.h"
#include "http/client_limits.h"
#include "http/host_meta.h"
#include "http/server.h"
#include "http/static_files.h"
#include "net/address_filter.h"
#include "net/dns_resolver.h"
#include "net/loop.h"
#include "net/proxy_acceptor.h"
#include "net/tcp_connector.h"
#include "net/tcp_listener.h"
#include "ws/endpoint.h"
#include "xmpp/relay_factory.h"
#include "xmpp/tls_securing.h"
#include "xmpp/xml_check.h"

#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace cm {

class Worker {
public:
    Worker(std::shared_ptr<const Config> config, net::Loop& loop, base::Log& log);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();

    [[nodiscard]] std::expected<void, std::string> start();
    void shut_down();
    [[nodiscard]] bool drained() const;
    // Reads the certificates of listeners with TLS of their own again.
    void reload_certificates();

    [[nodiscard]] const base::Metrics& metrics() const { return metrics_; }
    [[nodiscard]] size_t session_count() const {
        return bosh_.session_count() + websocket_.session_count();
    }

private:
    // A listening socket and what it means to have come in by it.
    class Door final : public net::AcceptListener, private Handshakes::Listener {
    public:
        Door(const base::Env& env, http::Server& server, const http::ProxyPolicy& proxies,
             const ListenerConfig& config)
            : server_(server), config_(config), certificates_(env, config),
              handshakes_(env, proxies, *this) {}
        [[nodiscard]] std::expected<void, std::string> load_certificates();
        void reload_certificates();
        [[nodiscard]] base::Result<void> open(net::Loop& loop, const Config& config,
                                              const base::Env& env);
        void on_accept(std::unique_ptr<net::Transport> connection) override;
        [[nodiscard]] std::string name() const; // where it is

    private:
        void on_secured(std::unique_ptr<tls::TlsTransport> connection) override;
        [[nodiscard]] bool has_own_tls() const { return config_.tls == ListenerConfig::Tls::Own; }

        http::Server& server_;
        const ListenerConfig& config_;
        Certificates certificates_;
        Handshakes handshakes_;
        std::unique_ptr<net::ProxyAcceptor> proxy_; // if connections begin with its header
        std::unique_ptr<net::TcpListener> listener_;
    };

    void offer_discovery();

    std::shared_ptr<const Config> config_;
    net::Loop& loop_;
    base::Metrics metrics_;
    base::SlicePool pool_;
    base::Env env_;
    DomainTable domains_;
    xmpp::XmlCheck check_;
    net::AddressFilter foreign_filter_;
    net::DnsResolver resolver_;
    net::TcpConnector connector_;
    xmpp::TlsSecuring securing_;
    xmpp::RelayFactory upstreams_;
    http::ClientLimits limits_;
    bosh::Endpoint bosh_;
    ws::Endpoint websocket_;
    std::vector<std::unique_ptr<http::StaticFiles>> statics_;
    std::unique_ptr<http::HostMeta> host_meta_;
    http::Server server_;
    std::vector<std::unique_ptr<Door>> doors_;
};

} // namespace cm
