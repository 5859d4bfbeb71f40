#include "cm/config_keys.h"

#include "cm/config_values.h"
#include "cm/config_words.h"
#include "cm/spelling.h"
#include "xmpp/domain.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <limits>
#include <type_traits>

namespace cm {
namespace {

// ---- one reader and one speller for each kind of value

using cm::read_value; // of those that take more than a line or two
using cm::spell_value;

template <class Unit>
bool read_value(std::chrono::duration<int64_t, Unit>& value, std::string_view text) {
    using Target = std::chrono::duration<int64_t, Unit>;
    std::optional<base::Duration> read = parse_duration(text);
    if (!read || std::chrono::duration_cast<Target>(*read) != *read) return false;
    value = std::chrono::duration_cast<Target>(*read);
    return true;
}

template <std::unsigned_integral Number>
    requires(!std::same_as<Number, bool>)
bool read_value(Number& value, std::string_view text) {
    std::optional<uint64_t> read = parse_count(text);
    if (!read || *read > std::numeric_limits<Number>::max()) return false;
    value = static_cast<Number>(*read);
    return true;
}

bool read_value(bool& value, std::string_view text) {
    if (text != "true" && text != "false") return false;
    value = text == "true";
    return true;
}

bool read_value(std::string& value, std::string_view text) {
    value = text;
    return true;
}

bool read_value(base::Level& value, std::string_view text) {
    using enum base::Level;
    constexpr std::array kAll{Trace, Debug, Info, Warn, Error, Off};
    auto found = std::ranges::find(kAll, text, [](auto level) { return base::to_string(level); });
    if (found == kAll.end()) return false;
    value = *found;
    return true;
}

template <Worded Value>
bool read_value(Value& value, std::string_view text) {
    for (const Word<Value>& word : kWords<Value>) {
        if (word.word != text) continue;
        value = word.value;
        return true;
    }
    return false;
}

std::string spell_value(base::Duration value) {
    return spell_duration(value);
}
template <std::unsigned_integral Number>
    requires(!std::same_as<Number, bool>)
std::string spell_value(Number value) {
    return std::to_string(value);
}
template <std::same_as<bool> Flag>
std::string spell_value(Flag value) {
    return value ? "true" : "false";
}
std::string spell_value(const std::string& value) {
    return value;
}
std::string spell_value(base::Level value) {
    return std::string(base::to_string(value));
}
template <Worded Value>
std::string spell_value(Value value) {
    for (const Word<Value>& word : kWords<Value>)
        if (word.value == value) return std::string(word.word);
    return {};
}
// A value that need not be there.
template <class Value>
bool read_value(std::optional<Value>& value, std::string_view text) {
    Value read{};
    if (!read_value(read, text)) return false;
    value = read;
    return true;
}
template <class Value>
std::string spell_value(const std::optional<Value>& value) {
    return value ? spell_value(*value) : std::string();
}

// ---- a key: a name and the member it stands for, given as a lambda from owner to member

template <class Owner, auto Member>
constexpr ConfigKey<Owner> key(std::string_view name) {
    return {name,
            [](Owner& owner, std::string_view text) { return read_value(Member(owner), text); },
            [](const Owner& owner) { return spell_value(Member(owner)); }};
}

// A size_t alone does not say whether it counts bytes.
template <class Owner, auto Member>
constexpr ConfigKey<Owner> size_key(std::string_view name) {
    return {name,
            [](Owner& owner, std::string_view text) {
                std::optional<size_t> read = parse_size(text);
                if (read) Member(owner) = *read;
                return read.has_value();
            },
            [](const Owner& owner) { return spell_size(Member(owner)); }};
}

// A domain name is kept as it is compared (B-043).
template <class Owner, auto Member>
constexpr ConfigKey<Owner> domain_key(std::string_view name) {
    return {name,
            [](Owner& owner, std::string_view text) {
                if (std::same_as<Owner, DomainConfig> && text == kForeignDomains) {
                    Member(owner) = text;
                    return true;
                }
                std::expected<xmpp::Domain, xmpp::DomainFault> read = xmpp::Domain::parse(text);
                if (read) Member(owner) = std::move(read->name);
                return read.has_value();
            },
            [](const Owner& owner) { return Member(owner); }};
}

// NOLINTNEXTLINE(bugprone-macro-parentheses): a member's name takes none
#define CM_MEMBER(member) [](auto& owner) -> auto& { return owner.member; }

constexpr ConfigKey<Config> kLog[] = {
    key<Config, CM_MEMBER(log_level)>("level"),
    key<Config, CM_MEMBER(log_format)>("format"),
    key<Config, CM_MEMBER(access_log)>("access"),
};

constexpr ConfigKey<Config> kWorkers[] = {
    {"count",
     [](Config& config, std::string_view text) {
         config.workers = 0;
         return text == "auto" || read_value(config.workers, text);
     },
     [](const Config& config) {
         return config.workers == 0 ? "auto" : std::to_string(config.workers);
     }},
};

constexpr ConfigKey<Config> kHttp[] = {
    size_key<Config, CM_MEMBER(http.max_request_line_bytes)>("max-request-line"),
    size_key<Config, CM_MEMBER(http.max_head_bytes)>("max-head"),
    key<Config, CM_MEMBER(http.max_fields)>("max-fields"),
    key<Config, CM_MEMBER(http.head_timeout)>("head-timeout"),
    key<Config, CM_MEMBER(http.body_timeout)>("body-timeout"),
    size_key<Config, CM_MEMBER(http.min_body_rate_bytes)>("min-body-rate"),
    key<Config, CM_MEMBER(http.idle_timeout)>("idle-timeout"),
    key<Config, CM_MEMBER(http.write_timeout)>("write-timeout"),
    key<Config, CM_MEMBER(http.max_pipelined)>("max-pipelined"),
    key<Config, CM_MEMBER(http.max_streams)>("max-streams"),
    key<Config, CM_MEMBER(http.max_connections)>("max-connections"),
    key<Config, CM_MEMBER(proxies.field)>("forwarded"),
};

constexpr ConfigKey<Config> kLimits[] = {
    key<Config, CM_MEMBER(limits.address_connections)>("address-connections"),
    key<Config, CM_MEMBER(limits.address_sessions)>("address-sessions"),
    key<Config, CM_MEMBER(limits.address_unauthenticated)>("address-unauthenticated"),
    key<Config, CM_MEMBER(limits.address_creations)>("address-creations"),
    key<Config, CM_MEMBER(limits.address_requests)>("address-requests"),
    size_key<Config, CM_MEMBER(limits.address_bytes)>("address-bytes"),
    key<Config, CM_MEMBER(limits.address_misses)>("address-misses"),
    key<Config, CM_MEMBER(limits.unauthenticated)>("unauthenticated"),
    key<Config, CM_MEMBER(limits.creations)>("creations"),
    key<Config, CM_MEMBER(limits.requests)>("requests"),
    size_key<Config, CM_MEMBER(limits.bytes)>("bytes"),
};

constexpr ConfigKey<Config> kBosh[] = {
    key<Config, CM_MEMBER(bosh_path)>("path"),
    key<Config, CM_MEMBER(bosh.info_page)>("info-page"),
    key<Config, CM_MEMBER(bosh.see_other_uri)>("see-other-uri"),
    key<Config, CM_MEMBER(bosh.wait_max)>("wait"),
    key<Config, CM_MEMBER(bosh.hold_max)>("hold"),
    key<Config, CM_MEMBER(bosh.release_delay)>("release-delay"),
    key<Config, CM_MEMBER(bosh.inactivity)>("inactivity"),
    key<Config, CM_MEMBER(bosh.polling)>("polling"),
    key<Config, CM_MEMBER(bosh.maxpause)>("maxpause"),
    key<Config, CM_MEMBER(bosh.gap_timeout)>("gap-timeout"),
    key<Config, CM_MEMBER(bosh.skip_gaps)>("skip-gaps"),
    key<Config, CM_MEMBER(bosh.features_wait)>("features-wait"),
    size_key<Config, CM_MEMBER(bosh.max_body_bytes)>("max-body"),
    size_key<Config, CM_MEMBER(bosh.max_response_bytes)>("max-response"),
    size_key<Config, CM_MEMBER(bosh.outbox_high_bytes)>("outbox-high"),
    size_key<Config, CM_MEMBER(bosh.outbox_low_bytes)>("outbox-low"),
    size_key<Config, CM_MEMBER(bosh.outbox_hard_bytes)>("outbox-limit"),
    size_key<Config, CM_MEMBER(bosh.replay_cache_bytes)>("replay-cache"),
    key<Config, CM_MEMBER(bosh.max_sessions)>("max-sessions"),
    key<Config, CM_MEMBER(bosh.max_streams)>("max-streams"),
    key<Config, CM_MEMBER(bosh.pre_authentication)>("pre-authentication"),
    domain_key<Config, CM_MEMBER(bosh.default_domain)>("default-domain"),
    key<Config, CM_MEMBER(bosh.compression)>("compression"),
};

constexpr ConfigKey<Config> kCors[] = {
    key<Config, CM_MEMBER(cors.allow_credentials)>("credentials"),
    key<Config, CM_MEMBER(cors.max_age)>("max-age"),
};

constexpr ConfigKey<Config> kWebsocket[] = {
    key<Config, CM_MEMBER(ws_enabled)>("enabled"),
    key<Config, CM_MEMBER(ws_path)>("path"),
    key<Config, CM_MEMBER(ws.see_other_uri)>("see-other-uri"),
    key<Config, CM_MEMBER(ws.open_timeout)>("open-timeout"),
    key<Config, CM_MEMBER(ws.ping_interval)>("ping-interval"),
    key<Config, CM_MEMBER(ws.ping_timeout)>("ping-timeout"),
    key<Config, CM_MEMBER(ws.close_timeout)>("close-timeout"),
    key<Config, CM_MEMBER(ws.pre_authentication)>("pre-authentication"),
    size_key<Config, CM_MEMBER(ws.frames.max_message_bytes)>("max-message"),
    key<Config, CM_MEMBER(ws.frames.max_fragments)>("max-fragments"),
    size_key<Config, CM_MEMBER(ws.outbox_high_bytes)>("outbox-high"),
    size_key<Config, CM_MEMBER(ws.outbox_hard_bytes)>("outbox-limit"),
    key<Config, CM_MEMBER(ws.max_sessions)>("max-sessions"),
    key<Config, CM_MEMBER(ws.deflate)>("deflate"),
};

constexpr ConfigKey<Config> kDiscovery[] = {
    key<Config, CM_MEMBER(discovery.bosh)>("bosh"),
    key<Config, CM_MEMBER(discovery.websocket)>("websocket"),
};

constexpr ConfigKey<Config> kUpstream[] = {
    key<Config, CM_MEMBER(connect.connect_timeout)>("connect-timeout"),
    key<Config, CM_MEMBER(connect.tls_timeout)>("tls-timeout"),
    key<Config, CM_MEMBER(connect.total_timeout)>("total-timeout"),
    key<Config, CM_MEMBER(stream.features_timeout)>("features-timeout"),
    key<Config, CM_MEMBER(stream.keepalive)>("keepalive"),
    key<Config, CM_MEMBER(connect.peer_timeout)>("peer-timeout"),
    key<Config, CM_MEMBER(connect.pace.per_second)>("pace"),
    key<Config, CM_MEMBER(connect.pace.burst)>("burst"),
    key<Config, CM_MEMBER(connect.pace.max_waiting)>("max-waiting"),
    key<Config, CM_MEMBER(connect.health.first_pause)>("first-pause"),
    key<Config, CM_MEMBER(connect.health.longest_pause)>("longest-pause"),
    key<Config, CM_MEMBER(name_servers)>("name-servers"),
};

constexpr ConfigKey<Config> kShutdown[] = {key<Config, CM_MEMBER(shutdown_grace)>("grace")};
constexpr ConfigKey<Config> kMemory[] = {
    size_key<Config, CM_MEMBER(memory_budget_bytes)>("budget"),
    size_key<Config, CM_MEMBER(limits.memory_ceiling_bytes)>("ceiling"),
    key<Config, CM_MEMBER(core_dumps)>("core-dumps"),
};

constexpr ConfigKey<Config> kAdmin[] = {
    key<Config, CM_MEMBER(admin.enabled)>("enabled"),
    key<Config, CM_MEMBER(admin.path)>("path"),
    {"mode",
     [](Config& config, std::string_view text) { return read_mode(config.admin.mode, text); },
     [](const Config& config) { return spell_mode(config.admin.mode); }},
    {"address",
     [](Config& config, std::string_view text) {
         std::optional<net::Address> read = net::Address::parse(text, config.admin.address.port);
         if (read) config.admin.address = *read;
         return read.has_value();
     },
     [](const Config& config) {
         bool written = config.admin.address.port != 0;
         return written ? config.admin.address.host() : std::string();
     }},
    {"port",
     [](Config& config, std::string_view text) {
         return read_value(config.admin.address.port, text);
     },
     [](const Config& config) {
         bool written = config.admin.address.port != 0;
         return written ? spell_value(config.admin.address.port) : std::string();
     }},
    key<Config, CM_MEMBER(admin.token_file)>("token-file"),
};

constexpr ConfigKey<ListenerConfig> kListener[] = {
    {"address",
     [](ListenerConfig& listener, std::string_view text) {
         std::optional<net::Address> read = net::Address::parse(text, listener.address.port);
         if (read) listener.address = *read;
         return read.has_value();
     },
     [](const ListenerConfig& listener) {
         bool written = listener.address.family != net::Address::Family::None;
         return written ? listener.address.host() : std::string();
     }},
    {"port",
     [](ListenerConfig& listener, std::string_view text) {
         return read_value(listener.address.port, text);
     },
     [](const ListenerConfig& listener) {
         bool written = listener.address.port != 0;
         return written ? spell_value(listener.address.port) : std::string();
     }},
    key<ListenerConfig, CM_MEMBER(path)>("path"),
    {"mode",
     [](ListenerConfig& listener, std::string_view text) { return read_mode(listener.mode, text); },
     [](const ListenerConfig& listener) { // without a path there is no file
         return listener.path.empty() ? std::string() : spell_mode(listener.mode);
     }},
    {"proxy-protocol",
     [](ListenerConfig& listener, std::string_view text) {
         listener.proxy_protocol = text == "required";
         return text == "required" || text == "off";
     },
     [](const ListenerConfig& listener) {
         return std::string(listener.proxy_protocol ? "required" : "off");
     }},
    key<ListenerConfig, CM_MEMBER(tls)>("tls"),
    {"http2",
     [](ListenerConfig& listener, std::string_view text) {
         return read_value(listener.http2, text);
     },
     [](const ListenerConfig& listener) {
         bool own = listener.tls == ListenerConfig::Tls::Own;
         return own ? spell_value(listener.speaks_http2()) : spell_value(listener.http2);
     }},
    {"profile",
     [](ListenerConfig& listener, std::string_view text) {
         return read_value(listener.profile, text);
     },
     [](const ListenerConfig& listener) {
         bool own = listener.tls == ListenerConfig::Tls::Own;
         return own ? spell_value(listener.profile) : std::string();
     }},
    key<ListenerConfig, CM_MEMBER(client_ca)>("client-ca"),
};

constexpr ConfigKey<CertificateConfig> kCertificate[] = {
    key<CertificateConfig, CM_MEMBER(chain_file)>("chain"),
    key<CertificateConfig, CM_MEMBER(key_file)>("key"),
};

constexpr ConfigKey<DomainConfig> kDomain[] = {
    domain_key<DomainConfig, CM_MEMBER(name)>("name"),
    key<DomainConfig, CM_MEMBER(retired)>("retired"),
    key<DomainConfig, CM_MEMBER(channel_binding)>("channel-binding"),
    key<DomainConfig, CM_MEMBER(tls)>("tls"),
    key<DomainConfig, CM_MEMBER(ca_file)>("ca-file"),
    key<DomainConfig, CM_MEMBER(certificate.chain)>("client-chain"),
    key<DomainConfig, CM_MEMBER(certificate.key)>("client-key"),
    key<DomainConfig, CM_MEMBER(sources)>("source"),
    key<DomainConfig, CM_MEMBER(keepalive)>("keepalive"),
    key<DomainConfig, CM_MEMBER(peer_timeout)>("peer-timeout"),
};

constexpr ConfigKey<ServerConfig> kServer[] = {
    key<ServerConfig, CM_MEMBER(host)>("host"),
    key<ServerConfig, CM_MEMBER(port)>("port"),
    key<ServerConfig, CM_MEMBER(tls)>("tls"),
    key<ServerConfig, CM_MEMBER(ca_file)>("ca-file"),
    key<ServerConfig, CM_MEMBER(pins)>("pin"),
    key<ServerConfig, CM_MEMBER(certificate.chain)>("client-chain"),
    key<ServerConfig, CM_MEMBER(certificate.key)>("client-key"),
    key<ServerConfig, CM_MEMBER(proxy_protocol)>("proxy-protocol"),
    key<ServerConfig, CM_MEMBER(sources)>("source"),
    key<ServerConfig, CM_MEMBER(priority)>("priority"),
    key<ServerConfig, CM_MEMBER(weight)>("weight"),
};

constexpr ConfigKey<StaticConfig> kStatic[] = {
    key<StaticConfig, CM_MEMBER(path)>("path"),
    key<StaticConfig, CM_MEMBER(directory)>("directory"),
};

constexpr ConfigKey<Config> kWebhooks[] = {
    key<Config, CM_MEMBER(webhooks.node)>("node"),
    key<Config, CM_MEMBER(webhooks.limit_interval)>("limit-interval"),
};

constexpr ConfigKey<hooks::Settings> kWebhook[] = {
    key<hooks::Settings, CM_MEMBER(name)>("name"),
    key<hooks::Settings, CM_MEMBER(url)>("url"),
    key<hooks::Settings, CM_MEMBER(secret_file)>("secret-file"),
    key<hooks::Settings, CM_MEMBER(events)>("events"),
    key<hooks::Settings, CM_MEMBER(ca_file)>("ca-file"),
    key<hooks::Settings, CM_MEMBER(allow_private)>("allow-private"),
    key<hooks::Settings, CM_MEMBER(allow_clear)>("allow-clear"),
    key<hooks::Settings, CM_MEMBER(client_address)>("client-address"),
    key<hooks::Settings, CM_MEMBER(timeout)>("timeout"),
    key<hooks::Settings, CM_MEMBER(connections)>("connections"),
    key<hooks::Settings, CM_MEMBER(queue)>("queue"),
    key<hooks::Settings, CM_MEMBER(max_age)>("max-age"),
    key<hooks::Settings, CM_MEMBER(max_attempts)>("max-attempts"),
    key<hooks::Settings, CM_MEMBER(first_pause)>("first-pause"),
    key<hooks::Settings, CM_MEMBER(longest_pause)>("longest-pause"),
};

#undef CM_MEMBER

} // namespace

std::span<const ConfigKey<Config>> log_keys() {
    return kLog;
}
std::span<const ConfigKey<Config>> workers_keys() {
    return kWorkers;
}
std::span<const ConfigKey<Config>> http_keys() {
    return kHttp;
}
std::span<const ConfigKey<Config>> limits_keys() {
    return kLimits;
}
std::span<const ConfigKey<Config>> bosh_keys() {
    return kBosh;
}
std::span<const ConfigKey<Config>> cors_keys() {
    return kCors;
}
std::span<const ConfigKey<Config>> websocket_keys() {
    return kWebsocket;
}
std::span<const ConfigKey<Config>> discovery_keys() {
    return kDiscovery;
}
std::span<const ConfigKey<Config>> upstream_keys() {
    return kUpstream;
}
std::span<const ConfigKey<Config>> shutdown_keys() {
    return kShutdown;
}
std::span<const ConfigKey<Config>> memory_keys() {
    return kMemory;
}
std::span<const ConfigKey<Config>> admin_keys() {
    return kAdmin;
}
std::span<const ConfigKey<ListenerConfig>> listener_keys() {
    return kListener;
}
std::span<const ConfigKey<CertificateConfig>> certificate_keys() {
    return kCertificate;
}
std::span<const ConfigKey<DomainConfig>> domain_keys() {
    return kDomain;
}
std::span<const ConfigKey<ServerConfig>> server_keys() {
    return kServer;
}
std::span<const ConfigKey<ServerConfig>> route_keys() {
    return std::span(kServer).first(std::size(kServer) - 2); // it is not chosen by rank
}
std::span<const ConfigKey<StaticConfig>> static_keys() {
    return kStatic;
}
std::span<const ConfigKey<Config>> webhooks_keys() {
    return kWebhooks;
}
std::span<const ConfigKey<hooks::Settings>> webhook_keys() {
    return kWebhook;
}

} // namespace cm
