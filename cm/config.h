// Config — one immutable snapshot of what the operator wrote, in plain structs.
// Units:  durations are std::chrono, sizes end in _bytes.
// Life:   shared_ptr<const Config>; replaced as a whole, never changed.
#pragma once

#include "base/log.h"
#include "bosh/settings.h"
#include "http/client_address.h"
#include "http/client_limits.h"
#include "http/cors.h"
#include "http/limits.h"
#include "net/address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cm {

// Where web clients connect. Plain HTTP must be asked for by name (S-023): `Proxy` says that a
// TLS-terminating reverse proxy is the only one who can reach it.
struct ListenerConfig {
    enum class Tls : uint8_t { None, Proxy };
    net::Address address;
    std::string path;            // of a Unix socket, instead of an address
    unsigned mode = 0600;        // of its file
    bool proxy_protocol = false; // required, or off
    Tls tls = Tls::None;
    int line = 0;
};

struct ServerConfig {
    enum class Tls : uint8_t { None }; // the stream goes in clear; must be asked for by name
    std::string host;
    uint16_t port = 5222;
    Tls tls = Tls::None;
};

struct DomainConfig {
    std::string name;                 // normalised: lower case
    bool retired = false;             // answered with host-gone (B-043)
    ServerConfig server;              // unused if retired, as are these:
    std::vector<ServerConfig> routes; // servers that a client may ask for by `route` (B-052)
    int line = 0;
};

// Where clients are sent that know only a domain (XEP-0156); empty: by no such way.
struct DiscoveryConfig {
    std::string bosh;
    std::string websocket;
    int line = 0;

    [[nodiscard]] bool offered() const { return !bosh.empty() || !websocket.empty(); }
};

// A folder served as it is: the chat page of quickstart, or the operator's own client.
struct StaticConfig {
    std::string path;      // URL prefix, begins and ends with '/'
    std::string directory; // absolute, or relative to the configuration file
    int line = 0;
};

struct Config {
    base::Level log_level = base::Level::Info;
    std::vector<ListenerConfig> listeners;
    http::Limits http;
    http::ProxyPolicy proxies;
    std::vector<std::string> hosts; // names of ours in URLs; none: any
    http::ClientLimitSettings limits;
    std::string bosh_path = "/http-bind";
    bosh::Settings bosh;
    http::CorsPolicy cors;
    std::vector<DomainConfig> domains;
    DiscoveryConfig discovery;
    std::vector<StaticConfig> statics;
    std::chrono::seconds shutdown_grace{5}; // from SIGTERM until the last connection is cut
    size_t memory_budget_bytes = 512UL * 1024 * 1024; // bytes in motion and kept, of one worker
    bool core_dumps = false;
};

} // namespace cm
