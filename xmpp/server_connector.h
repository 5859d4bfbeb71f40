// ServerConnector — from a domain to a connection on which its stream can be opened.
// What the searches of one worker share: who answers names, who connects, who secures, and what is
// known of servers that fail or are besieged.
// Spec:   U-020..U-049, U-090..U-096; B-084, B-311.
// Life:   outlives its searches.
#pragma once

#include "base/env.h"
#include "net/connector.h"
#include "net/resolver.h"
#include "net/tcp_keepalive.h"
#include "xmpp/chance.h"
#include "xmpp/connect_pace.h"
#include "xmpp/securing.h"
#include "xmpp/server.h"
#include "xmpp/server_health.h"
#include "xmpp/upstream.h"
#include "xmpp/xml_check.h"

#include <memory>
#include <string>

namespace xmpp {

struct ConnectSettings {
    base::Duration connect_timeout = 10s; // for one server, its addresses included
    base::Duration tls_timeout = 10s;     // for one server: STARTTLS and handshake
    base::Duration total_timeout = 30s;   // for all of them, the wait in line included
    // A server of which TCP hears nothing for so long, though it asks, is given up (U-055).
    std::chrono::seconds peer_timeout = net::TcpKeepalive{}.in_all();
    ConnectPace::Limits pace;
    ServerHealth::Limits health;
};

class ServerSearchListener {
public:
    // The listener becomes the owner, and must name a listener to the transport before it returns.
    // `trusted`: what is said there is between us and the server (U-006).
    virtual void on_server_found(std::unique_ptr<net::Transport> transport, bool trusted) = 0;
    virtual void on_search_failed(base::Error reason) = 0;
    // For the session's record. May come inside of start().
    virtual void on_search_step(base::FlightEvent step) = 0;

protected:
    ~ServerSearchListener() = default;
};

class ServerSearch;

class ServerConnector final : private base::TimerNode {
public:
    // What it needs of the rooms below. A test plays all of them.
    struct Services {
        net::Connector& connector;
        net::Resolver& resolver;
        Securing& securing;
        Chance chance;
    };
    ServerConnector(base::Env env, Services services, XmlCheck& check,
                    const ConnectSettings& settings);

    // For the next searches.
    void use(const ConnectSettings& settings);

    // No callback comes inside. Destroying the search cancels it.
    [[nodiscard]] std::unique_ptr<ServerSearch> search(const DomainServers& servers,
                                                       ServerIndex server,
                                                       const StreamParameters& parameters,
                                                       ServerSearchListener& listener);

private:
    friend class ServerSearch;

    void on_deadline(base::TimePoint now) override;
    void await_turns();

    base::Env env_;
    Services services_;
    XmlCheck& check_;
    ConnectSettings settings_;
    ServerHealth health_;
    ConnectPace pace_;
};

} // namespace xmpp
