// Worker — one loop and everything that lives on it: listeners, HTTP, BOSH, WebSocket, streams to
// servers.
// Errors: start() says which listener could not be opened, and why.
// Life:   the log and the loop outlive it. shut_down() ends all sessions, some at a time;
//         drained() says when nothing is left to wait for; destroying it abandons the rest.
#pragma once

#include "base/env.h"
#include "bosh/endpoint.h"
#include "cm/config.h"
#include "cm/domain_table.h"
#include "cm/door.h"
#include "cm/team.h"
#include "http/access_log.h"
#include "http/client_limits.h"
#include "http/host_meta.h"
#include "http/server.h"
#include "http/static_files.h"
#include "net/address_filter.h"
#include "net/dns_resolver.h"
#include "net/loop.h"
#include "net/tcp_connector.h"
#include "net/turn_meter.h"
#include "ws/endpoint.h"
#include "xmpp/relay_factory.h"
#include "xmpp/tls_securing.h"
#include "xmpp/xml_check.h"

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cm {

class Worker {
public:
    using Certificates = std::shared_ptr<const tls::ServerContext>;

    // The `index`th of `count`.
    Worker(std::shared_ptr<const Config> config, Team& team, size_t index, size_t count,
           net::Loop& loop, base::Log& log);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();

    // What a listener needs beside its configuration.
    struct Entrance {
        Certificates certificates; // null: TLS is not ours
        int socket = -1;           // open already; -1: it is not
    };

    // A configuration, and what is made of it beforehand, as that takes its time.
    struct Plan {
        std::shared_ptr<const Config> config;
        xmpp::RelayFactory::Domains domains;
        std::vector<Entrance> entrances; // of each listener
    };
    // At first: opens the listeners, or takes those that are open, beside those of `first` if
    // another worker has them already. Then, while it runs: goes on with another configuration.
    // What is new is for who comes; sessions and streams keep what they have. Of two listeners at
    // the same place the new one takes over the socket; those that are gone let in who has
    // connected. An error: nothing has changed.
    [[nodiscard]] std::expected<void, std::string> use(Plan plan, const Worker* first);
    // As in its endpoints.
    void refuse_new(bool refuses);
    // Ends some of the sessions, and lets in no more. False: all have been told.
    [[nodiscard]] bool shut_down();
    // What is idle is closed in order: nothing more will be answered.
    void hang_up();
    [[nodiscard]] bool drained() const;
    // From now on, for new connections.
    void use(size_t listener, Certificates certificates);
    void set_colleagues(bosh::Colleagues& colleagues) { bosh_.set_colleagues(colleagues, count_); }
    [[nodiscard]] bosh::Endpoint& bosh() { return bosh_; }
    [[nodiscard]] ws::Endpoint& websocket() { return websocket_; }

    [[nodiscard]] const base::Metrics& metrics() const { return metrics_; }
    [[nodiscard]] size_t session_count() const {
        return bosh_.session_count() + websocket_.session_count();
    }

private:
    using Doors = std::vector<std::unique_ptr<Door>>;
    struct Folder {
        std::string path;
        std::string directory;
        std::unique_ptr<http::StaticFiles> files;
    };

    [[nodiscard]] std::expected<void, std::string> open_folders(const Config& config);
    [[nodiscard]] std::expected<Doors, std::string> make_doors(const Plan& plan,
                                                               const Worker* first);
    [[nodiscard]] Door* door_at(const ListenerConfig& place) const;
    void forget_unused();
    void move_into(Doors doors, bool tells);
    [[nodiscard]] std::vector<http::Route> routes();
    void add_discovery(std::vector<http::Route>& routes);

    std::shared_ptr<const Config> config_;
    std::vector<std::shared_ptr<const Config>> former_; // which sessions still live under
    Team& team_;
    size_t count_;
    net::Loop& loop_;
    base::Metrics metrics_;
    base::SlicePool pool_;
    base::Env env_;
    net::TurnMeter meter_;
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
    std::vector<Folder> folders_; // all that were ever served; requests may refer to them
    http::HostMeta host_meta_;
    std::optional<http::AccessLog> access_log_;
    http::Server server_;
    Doors doors_;
    Doors leaving_; // no longer open, but somebody may be on the way in
};

} // namespace cm
