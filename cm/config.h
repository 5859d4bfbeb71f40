// Config — one immutable snapshot of what the operator wrote, in plain structs.
// Units:  durations are std::chrono, sizes end in _bytes.
// Life:   shared_ptr<const Config>; replaced as a whole, never changed.
#pragma once

#include "admin/settings.h"
#include "base/log.h"
#include "bosh/settings.h"
#include "hooks/settings.h"
#include "http/client_address.h"
#include "http/client_limits.h"
#include "http/cors.h"
#include "http/limits.h"
#include "net/address.h"
#include "net/proxy_header.h"
#include "tls/server_context.h"
#include "ws/settings.h"
#include "xmpp/server.h"
#include "xmpp/server_connector.h"
#include "xmpp/upstream_stream.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cm {

// One that a listener with TLS of its own shows; the names of its files are absolute.
struct CertificateConfig : tls::KeyPairFiles {
    int line = 0;
};

// Where web clients connect. Plain HTTP must be asked for by name (S-023): `Proxy` says that a
// TLS-terminating reverse proxy is the only one who can reach it, `Own` that we are the end of TLS.
struct ListenerConfig {
    enum class Tls : uint8_t { None, Proxy, Own };
    net::Address address;
    std::string path;            // of a Unix socket, instead of an address
    unsigned mode = 0600;        // of its file
    bool proxy_protocol = false; // required, or off
    Tls tls = Tls::None;
    std::optional<bool> http2; // written; see speaks_http2()
    // With TLS of our own:
    tls::Profile profile = tls::Profile::Intermediate;
    std::string client_ca; // absolute; empty: clients are not asked for certificates
    std::vector<CertificateConfig> certificates;
    int line = 0;

    // By ALPN where TLS is ours, else by prior knowledge.
    [[nodiscard]] bool speaks_http2() const { return http2.value_or(tls == Tls::Own); }
};

// Shown to servers that ask for one; absolute names, both empty: there is none.
struct ClientCertificate {
    std::string chain;
    std::string key;
};

struct ServerConfig {
    std::string host; // name, address, or absolute path of a Unix socket
    uint16_t port = 5222;
    xmpp::ServerTls tls = xmpp::ServerTls::Required;
    uint16_t priority = 0;
    uint16_t weight = 0;
    std::string ca_file;           // absolute; empty: what the system trusts
    std::vector<std::string> pins; // of keys, SHA-256 in base64
    ClientCertificate certificate;
    net::ProxyProtocol proxy_protocol = net::ProxyProtocol::None;
    std::vector<std::string> sources; // addresses that connections leave from; none: any
    int line = 0;
};

inline constexpr std::string_view kForeignDomains = "*";

struct DomainConfig {
    std::string name;     // normalised: lower case; or kForeignDomains
    bool retired = false; // answered with host-gone (B-043); then the rest is not used
    xmpp::ChannelBinding channel_binding = xmpp::ChannelBinding::Strip;
    // Of servers that DNS names, because none is listed. Never in clear.
    xmpp::ServerTls tls = xmpp::ServerTls::Required;
    std::string ca_file;
    ClientCertificate certificate;
    std::vector<std::string> sources;
    // In place of what <upstream> says, of all servers.
    std::optional<base::Duration> keepalive;
    std::optional<std::chrono::seconds> peer_timeout;
    std::vector<ServerConfig> servers;
    std::vector<ServerConfig> routes; // servers that a client may ask for by `route` (B-052)
    std::vector<std::string> denied;  // of kForeignDomains: networks not connected to
    int line = 0;

    [[nodiscard]] bool is_foreign() const { return name == kForeignDomains; }
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

// What requests are written to: nothing, the log that all else goes to, or a file of this name.
inline constexpr std::string_view kNoAccessLog = "off";
inline constexpr std::string_view kAccessLogBeside = "log";

struct Config {
    base::Level log_level = base::Level::Info;
    base::LogFormat log_format = base::LogFormat::Text;
    std::string access_log{kNoAccessLog};
    std::vector<ListenerConfig> listeners;
    http::Limits http;
    http::ProxyPolicy proxies;
    std::vector<std::string> hosts; // names of ours in URLs; none: any
    http::ClientLimitSettings limits;
    std::string bosh_path = "/http-bind";
    bosh::Settings bosh;
    http::CorsPolicy cors;
    std::vector<net::Address> name_servers; // none: those of the system
    xmpp::ConnectSettings connect;
    xmpp::UpstreamSettings stream;
    bool ws_enabled = true;
    std::string ws_path = "/xmpp-websocket";
    ws::Settings ws;
    std::vector<DomainConfig> domains;
    DiscoveryConfig discovery;
    std::vector<StaticConfig> statics;
    std::chrono::seconds shutdown_grace{5}; // from SIGTERM until the last connection is cut
    uint32_t workers = 0;                   // 0: as many as there are cores
    size_t memory_budget_bytes = 512UL * 1024 * 1024; // bytes in motion and kept, of all workers
    bool core_dumps = false;
    admin::Settings admin;
    int admin_line = 0;
    hooks::CommonSettings webhooks;
    std::vector<hooks::Settings> hooks;
};

} // namespace cm
