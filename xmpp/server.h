// Server, DomainServers — where the server of a domain is, and how it wants to be met.
// Life:   outlives the streams to it; see RelayFactory.
#pragma once

#include "base/time.h"
#include "net/connector.h"
#include "net/proxy_header.h"
#include "net/source_addresses.h"
#include "tls/client_context.h"
#include "xmpp/features_filter.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace xmpp {

enum class ServerTls : uint8_t {
    Required, // STARTTLS, or nothing                                      U-038
    Optional, // STARTTLS where it is offered, else in clear
    Direct,   // TLS from the first byte                                   U-023
    None,     // in clear, by the operator's word                          U-036
};

// What all servers of one origin have in common.
struct ServerTerms {
    ServerTls tls = ServerTls::Required;
    std::shared_ptr<const tls::ClientContext> trust; // who may vouch for it; null: ServerTls::None
    std::vector<std::string> pins; // keys that it may have; if any, nothing else is checked
    net::ProxyProtocol proxy_protocol = net::ProxyProtocol::None;
    // Where connections to it leave from; null: the system chooses.
    std::shared_ptr<net::SourceAddresses> sources{};
};

struct Server {
    std::string host; // name, address, or absolute path of a Unix socket
    uint16_t port = 5222;
    uint16_t priority = 0; // the lowest first
    uint16_t weight = 0;   // among those of one priority
    ServerTerms terms;
};

struct DomainServers {
    std::string name;            // for the log
    std::vector<Server> servers; // none: those that DNS names
    std::vector<Server> routes;  // by ServerIndex - 1; a client asked for this one
    ServerTerms found;           // of servers that DNS names
    FeaturePolicy features;
    // In place of those of UpstreamSettings and ConnectSettings.
    std::optional<base::Duration> keepalive{};
    std::optional<std::chrono::seconds> peer_timeout{};
    // What the names of this domain may lead to; nullptr: anything, since the operator chose it.
    const net::AddressFilter* allowed = nullptr;
    mutable uint32_t streams = 0; // that refer to this, whatever it says
};

} // namespace xmpp
