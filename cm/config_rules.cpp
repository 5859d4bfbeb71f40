#include "cm/config_rules.h"

#include "cm/schema.h"
#include "cm/spelling.h"
#include "http/host_meta.h"
#include "net/network.h"
#include "tls/key_pair.h"
#include "xmpp/domain.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <unistd.h>

namespace cm {
namespace {

// Whether any of the attributes was complained about before.
bool any_faulty(const ConfigElement& element, std::initializer_list<std::string_view> attributes) {
    return std::ranges::any_of(attributes, [&](auto one) { return element.is_faulty(one); });
}

// The line to look at: of the first of them that is written at all.
int line_of(const ConfigElement& element, std::initializer_list<std::string_view> attributes) {
    for (std::string_view one : attributes)
        if (const ConfigAttribute* found = element.find(one)) return found->line;
    return element.line;
}

// Two values of one element that must stand in an order. Defaults count as if they were written.
struct Relation {
    std::string_view subject, other;
    bool holds;
    std::string subject_value, other_value;
    std::string_view expected;
};

void check_relation(const ConfigElement& element, const Relation& relation, ConfigFaults& faults) {
    if (relation.holds || any_faulty(element, {relation.subject, relation.other})) return;
    std::string found(relation.subject);
    found.append(" ").append(relation.subject_value).append(" and ");
    found.append(relation.other).append(" ").append(relation.other_value);
    faults.add(line_of(element, {relation.subject, relation.other}),
               element.place({relation.subject, relation.other}), std::move(found),
               std::string(relation.expected));
}

void check_origin(const ConfigElement& element, ConfigFaults& faults) {
    std::string_view origin = element.text;
    size_t colon = origin.rfind(':');
    if (!origin.contains("://") || origin.ends_with(']') || origin.substr(colon).starts_with("://"))
        return; // no port
    std::string_view port = origin.substr(colon + 1);
    if (parse_count(port).value_or(0) > 65535)
        faults.add(element.line, element.place(), quote(origin), "a port from 1 to 65535");
    // Browsers leave it out, so that the origin as written would never match (H-074).
    if ((origin.starts_with("https:") && port == "443") ||
        (origin.starts_with("http:") && port == "80"))
        faults.add(element.line, element.place(), quote(origin),
                   "the origin as browsers send it, without the port that goes without saying");
}

void check_origins(const ConfigElement& element, size_t count, ConfigFaults& faults) {
    for (const ConfigElement& child : element.children) {
        if (child.name != "origin" || child.faulty) continue;
        check_origin(child, faults);
        if (child.text == "*" && count > 1)
            faults.add(child.line, child.place(), "\"*\" among other origins",
                       "\"*\" alone, or only the origins that may");
    }
}

// Complains about the second use of a name.
class UniqueNames {
public:
    UniqueNames(std::string_view thing, ConfigFaults& faults) : thing_(thing), faults_(faults) {}

    // Line 0: it is the default of that element.
    void use(const std::string& name, int line, const std::string& place,
             std::string_view element = "") {
        std::string where = line > 0 ? "in line " + std::to_string(line)
                                     : "as the default of " + std::string(element);
        auto [at, first] = first_place_.emplace(name, std::move(where));
        if (first) return;
        faults_.add(line, place, "the " + std::string(thing_) + " " + name + " a second time",
                    "each " + std::string(thing_) + " once; the first is " + at->second);
    }

private:
    std::string_view thing_;
    ConfigFaults& faults_;
    std::map<std::string, std::string> first_place_;
};

void complain(ConfigElement& element, std::string_view attribute, std::string expected,
              ConfigFaults& faults) {
    faults.add(element, attribute, quote(element.find(attribute)->value), std::move(expected));
}

} // namespace

void check_listener(const ConfigElement& element, ConfigFaults& faults) {
    bool path = element.find("path") != nullptr;
    bool address = element.find("address") != nullptr;
    bool port = element.find("port") != nullptr;
    if (path && (address || port))
        faults.add(line_of(element, {"path"}), element.place({"path", "address", "port"}),
                   "a path and an address or port", "address and port, or a path");
    else if (!path && !(address && port))
        faults.add(element.line, element.place({"address", "port"}),
                   address ? "no attribute port"
                   : port  ? "no attribute address"
                           : "neither address and port nor a path",
                   "address and port, or the path of a Unix socket");
    if (!path && element.find("mode") != nullptr)
        faults.add(line_of(element, {"mode"}), element.place({"mode"}), "a mode without a path",
                   "mode only for the file of a Unix socket");
}

void check_discovery(const ConfigElement& element, ConfigFaults& faults) {
    if (element.find("bosh") == nullptr && element.find("websocket") == nullptr)
        faults.add(element.line, element.place(), "nothing to tell clients",
                   "one of bosh and websocket, or both");
}

void check_http(const ConfigElement& element, const http::Limits& limits, ConfigFaults& faults) {
    Relation whole_and_part = {
        .subject = "max-head",
        .other = "max-request-line",
        .holds = limits.max_head_bytes >= limits.max_request_line_bytes,
        .subject_value = spell_size(limits.max_head_bytes),
        .other_value = spell_size(limits.max_request_line_bytes),
        .expected = "max-head not smaller than max-request-line, which is a part of it"};
    check_relation(element, whole_and_part, faults);
}

void check_bosh(const ConfigElement& element, const bosh::Settings& s, ConfigFaults& faults) {
    const Relation relations[] = {
        {.subject = "inactivity",
         .other = "polling",
         .holds = s.inactivity > s.polling,
         .subject_value = spell_duration(s.inactivity),
         .other_value = spell_duration(s.polling),
         .expected = "inactivity longer than polling, or polling clients lose their sessions"},
        {.subject = "gap-timeout",
         .other = "wait",
         .holds = s.gap_timeout <= s.wait_max,
         .subject_value = spell_duration(s.gap_timeout),
         .other_value = spell_duration(s.wait_max),
         .expected = "gap-timeout not longer than wait, which bounds how long any request is held"},
        {.subject = "outbox-low",
         .other = "outbox-high",
         .holds = s.outbox_low_bytes < s.outbox_high_bytes,
         .subject_value = spell_size(s.outbox_low_bytes),
         .other_value = spell_size(s.outbox_high_bytes),
         .expected = "outbox-low less than outbox-high"},
        {.subject = "outbox-high",
         .other = "outbox-limit",
         .holds = s.outbox_high_bytes < s.outbox_hard_bytes,
         .subject_value = spell_size(s.outbox_high_bytes),
         .other_value = spell_size(s.outbox_hard_bytes),
         .expected = "outbox-high less than outbox-limit"},
    };
    for (const Relation& one : relations) check_relation(element, one, faults);
}

void check_cors(ConfigElement& element, const http::CorsPolicy& cors, ConfigFaults& faults) {
    check_origins(element, cors.origins.size(), faults);
    bool any_left = std::ranges::none_of(element.children, [](const ConfigElement& child) {
        return child.name == "origin" && child.faulty;
    });
    if (cors.any_origin && cors.allow_credentials && any_left)
        faults.add(line_of(element, {"credentials"}), element.place({"credentials"}),
                   "credentials for every origin (\"*\", which is also the default)",
                   "an <origin> for each site that may send credentials");
}

void check_websocket(const ConfigElement& element, const ws::Settings& s, ConfigFaults& faults) {
    check_origins(element, s.origins.size(), faults);
    Relation outbox = {.subject = "outbox-high",
                       .other = "outbox-limit",
                       .holds = s.outbox_high_bytes < s.outbox_hard_bytes,
                       .subject_value = spell_size(s.outbox_high_bytes),
                       .other_value = spell_size(s.outbox_hard_bytes),
                       .expected = "outbox-high less than outbox-limit"};
    check_relation(element, outbox, faults);
}

void check_upstream(const ConfigElement& element, const xmpp::ConnectSettings& s,
                    ConfigFaults& faults) {
    const Relation relations[] = {
        {.subject = "connect-timeout",
         .other = "total-timeout",
         .holds = s.connect_timeout <= s.total_timeout,
         .subject_value = spell_duration(s.connect_timeout),
         .other_value = spell_duration(s.total_timeout),
         .expected = "connect-timeout not longer than total-timeout, of which it is a part"},
        {.subject = "tls-timeout",
         .other = "total-timeout",
         .holds = s.tls_timeout <= s.total_timeout,
         .subject_value = spell_duration(s.tls_timeout),
         .other_value = spell_duration(s.total_timeout),
         .expected = "tls-timeout not longer than total-timeout, of which it is a part"},
        {.subject = "first-pause",
         .other = "longest-pause",
         .holds = s.health.first_pause <= s.health.longest_pause,
         .subject_value = spell_duration(s.health.first_pause),
         .other_value = spell_duration(s.health.longest_pause),
         .expected = "first-pause not longer than longest-pause"},
    };
    for (const Relation& one : relations) check_relation(element, one, faults);
}

namespace {

void check_sources(ConfigElement& element, const std::vector<std::string>& sources,
                   ConfigFaults& faults) {
    if (!element.has_sound("source")) return;
    std::set<std::string> seen;
    bool good = std::ranges::all_of(sources, [&](const std::string& source) {
        auto address = net::Address::parse(source, 0);
        bool any = address && address->bytes == decltype(address->bytes){};
        return address && !any && seen.insert(address->host()).second;
    });
    if (!good)
        complain(element, "source", expected_value(*find_schema_key(element.name, "source")),
                 faults);
}

// Whether any source can lead to the host, as far as the file tells.
void check_way(ConfigElement& element, const ServerConfig& server, ConfigFaults& faults) {
    if (!element.has_sound("source") || !element.has_sound("host")) return;
    if (server.host.starts_with('/')) {
        complain(element, "source", "none: connections to a Unix socket have no address", faults);
        return;
    }
    auto host = net::Address::parse(server.host, server.port);
    bool fits = !host || std::ranges::any_of(server.sources, [&](const std::string& source) {
        return net::Address::parse(source, 0)->family == host->family;
    });
    if (!fits)
        complain(element, "source", "at least one address of the same family as host", faults);
}

} // namespace

void check_server(ConfigElement& element, const ServerConfig& server, ConfigFaults& faults) {
    if (element.has_sound("host") && !server.host.starts_with('/') &&
        !xmpp::Domain::parse(server.host) && !net::Address::parse(server.host, server.port)) {
        complain(element, "host", expected_value(*find_schema_key(element.name, "host")), faults);
    }
    check_sources(element, server.sources, faults);
    check_way(element, server, faults);
    if (server.tls != xmpp::ServerTls::None) return;
    // Or somebody believes to be protected.
    for (std::string_view unused : {"ca-file", "pin", "client-chain", "client-key"}) {
        if (element.has_sound(unused))
            complain(element, unused, "none together with tls=\"none\", where nothing is verified",
                     faults);
    }
}

void check_domain(ConfigElement& element, const DomainConfig& domain, ConfigFaults& faults) {
    bool listed = std::ranges::any_of(
        element.children, [](const ConfigElement& child) { return child.name == "server"; });
    if (element.has_sound("tls") &&
        (domain.tls == xmpp::ServerTls::None || domain.tls == xmpp::ServerTls::Direct)) {
        complain(element, "tls",
                 "required or optional: how a server that DNS names begins TLS is said by its "
                 "record, and in clear it is only met where a <server> says so",
                 faults);
    }
    constexpr std::string_view kForDns =
        "this at each <server>; here it is for servers that DNS names";
    if (listed && element.has_sound("tls") && domain.tls != xmpp::ServerTls::Required)
        complain(element, "tls", std::string(kForDns), faults);
    for (std::string_view only_for_dns : {"ca-file", "client-chain", "client-key", "source"}) {
        if (listed && element.has_sound(only_for_dns))
            complain(element, only_for_dns, std::string(kForDns), faults);
    }
    check_sources(element, domain.sources, faults);
    for (ConfigElement& child : element.children) {
        bool foreign = domain.is_foreign();
        if (child.faulty || foreign == (child.name == "deny")) continue;
        faults.add(child.line, child.place(), "one in " + element.place({"name"}),
                   foreign ? "only <deny> in it: its servers are those that DNS names"
                           : "it only in <domain name=\"*\">: here the operator knows the servers");
        child.faulty = true;
    }
    if (!domain.is_foreign()) return;
    if (domain.retired)
        complain(element, "retired", "the names of domains that are retired, each by itself",
                 faults);
    if (element.has_sound("tls") && domain.tls != xmpp::ServerTls::Required)
        complain(element, "tls",
                 "required, or it left out: nobody knows the ways to servers of foreign domains",
                 faults);
}

void check_network(ConfigElement& element, ConfigFaults& faults) {
    if (element.has_sound("network") && !net::Network::parse(element.find("network")->value))
        complain(element, "network", expected_value(*find_schema_key("deny", "network")), faults);
}

void check_relay(const Config& config, ConfigFaults& faults) {
    auto foreign = std::ranges::find_if(config.domains, &DomainConfig::is_foreign);
    if (foreign == config.domains.end()) return;
    std::string place = "<domain name=" + quote(foreign->name) + ">";
    if (config.cors.any_origin)
        faults.add(foreign->line, place, "foreign domains for the pages of every site",
                   "an <origin> in <cors> for each site that may use this program as its way to "
                   "any domain");
    if (config.ws_enabled && config.ws.any_origin)
        faults.add(foreign->line, place, "foreign domains by WebSocket for the pages of every site",
                   "an <origin> in <websocket> for each site that may use this program as its way "
                   "to any domain, or enabled=\"false\" there");
    for (const ListenerConfig& listener : config.listeners) {
        bool local = !listener.path.empty() || listener.address.is_loopback();
        if (listener.tls != ListenerConfig::Tls::None || local) continue;
        faults.add(foreign->line, place,
                   "foreign domains for everyone who can reach the listener " +
                       listener.address.to_string() + " by plain HTTP",
                   "no <listener> with tls=\"none\" but on loopback");
    }
}

std::string check_path(ConfigElement& element, std::string_view path, ConfigFaults& faults) {
    std::string closed = std::string(path) + "/";
    if (closed.find("/./") != std::string::npos || closed.find("/../") != std::string::npos)
        complain(element, "path",
                 "a path without the segments . and .., which no request arrives with", faults);
    if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    return std::string(path);
}

std::string check_directory(ConfigElement& element, const std::string& name,
                            const std::string& start, ConfigFaults& faults) {
    namespace fs = std::filesystem;
    std::error_code fault;
    fs::path full = fs::absolute(fs::path(start) / name, fault).lexically_normal();
    if (!full.has_filename() && full.has_relative_path()) full = full.parent_path(); // "/a/"
    std::string problem;
    if (!fs::exists(full, fault))
        problem = "nothing of that name: ";
    else if (!fs::is_directory(full, fault))
        problem = "no directory: ";
    else if (::access(full.c_str(), R_OK | X_OK) != 0)
        problem = "a directory that this user may not read: ";
    if (!problem.empty())
        faults.add(line_of(element, {"directory"}), element.place({"directory"}),
                   problem + quote(full.string()), "a directory that this user may read");
    return full.string();
}

std::string check_ca_file(ConfigElement& element, std::string_view attribute,
                          const std::string& name, const std::string& start, ConfigFaults& faults) {
    namespace fs = std::filesystem;
    if (!element.has_sound(attribute)) return {};
    std::error_code fault;
    std::string full = fs::absolute(fs::path(start) / name, fault).lexically_normal().string();
    if (auto problem = tls::check_ca_file(full)) {
        faults.add(line_of(element, {attribute}), element.place({attribute}),
                   full + ": " + *problem, "a file of certificates in PEM that this user may read");
        element.mark_faulty(attribute);
    }
    return full;
}

ClientCertificate check_client_certificate(ConfigElement& element, const ClientCertificate& names,
                                           const std::string& start, ConfigFaults& faults) {
    namespace fs = std::filesystem;
    bool has_chain = element.find("client-chain") != nullptr;
    if (has_chain != (element.find("client-key") != nullptr)) {
        std::string_view written = has_chain ? "client-chain" : "client-key";
        complain(element, written, "client-chain and client-key together", faults);
        return {};
    }
    if (!element.has_sound("client-chain") || !element.has_sound("client-key")) return {};
    auto absolute = [&](const std::string& name) {
        std::error_code fault;
        return fs::absolute(fs::path(start) / name, fault).lexically_normal().string();
    };
    ClientCertificate full{.chain = absolute(names.chain), .key = absolute(names.key)};
    const tls::KeyPairFiles files{.chain_file = full.chain, .key_file = full.key};
    if (auto fault = tls::check_key_pair(files)) {
        faults.add(line_of(element, {"client-chain"}),
                   element.place({"client-chain", "client-key"}), to_string(*fault, files),
                   "a certificate and its key in PEM that this user may read");
        element.mark_faulty("client-chain");
        element.mark_faulty("client-key");
    }
    return full;
}

void check_names(const Config& config, const ConfigElement* bosh, const ConfigElement* websocket,
                 ConfigFaults& faults) {
    UniqueNames addresses("address and port", faults);
    for (const ListenerConfig& one : config.listeners)
        if (one.address.family != net::Address::Family::None && one.address.port != 0)
            addresses.use(one.address.to_string(), one.line,
                          "<listener address=" + quote(one.address.host()) +
                              " port=" + quote(std::to_string(one.address.port)) + ">");
    UniqueNames sockets("path of a socket", faults);
    for (const ListenerConfig& one : config.listeners)
        if (!one.path.empty())
            sockets.use(one.path, one.line, "<listener path=" + quote(one.path) + ">");

    const admin::Settings& admin = config.admin;
    if (admin.enabled && admin.address.port != 0)
        addresses.use(admin.address.to_string(), config.admin_line,
                      "<admin port=" + quote(std::to_string(admin.address.port)) + ">");
    if (admin.enabled && !admin.path.empty())
        sockets.use(admin.path, config.admin_line, "<admin path=" + quote(admin.path) + ">");

    UniqueNames domains("domain", faults);
    bool default_served = false;
    bool all_known = true; // or the one that is wrong may be meant
    for (const DomainConfig& one : config.domains) {
        all_known = all_known && !one.name.empty();
        default_served = default_served || (one.name == config.bosh.default_domain && !one.retired);
        if (!one.name.empty())
            domains.use(one.name, one.line, "<domain name=" + quote(one.name) + ">");
    }
    if (bosh != nullptr && bosh->has_sound("default-domain") && !default_served && all_known)
        faults.add(line_of(*bosh, {"default-domain"}), bosh->place({"default-domain"}),
                   "a domain that is not served", "a <domain> of that name that is not retired");

    UniqueNames paths("path", faults);
    auto closed = [](const std::string& path) { return path.ends_with('/') ? path : path + "/"; };
    paths.use(closed(config.bosh_path), bosh != nullptr ? line_of(*bosh, {"path"}) : 0, "",
              "<bosh>");
    if (config.ws_enabled)
        paths.use(closed(config.ws_path), websocket != nullptr ? line_of(*websocket, {"path"}) : 0,
                  "<websocket path=" + quote(config.ws_path) + ">", "<websocket>");
    if (config.discovery.offered())
        for (std::string_view path : {http::HostMeta::kXrdPath, http::HostMeta::kJrdPath})
            paths.use(closed(std::string(path)), config.discovery.line, "<discovery>");
    for (const StaticConfig& one : config.statics)
        if (!one.path.empty())
            paths.use(closed(one.path), one.line, "<static path=" + quote(one.path) + ">");
}

void check_proxies(const Config& config, ConfigFaults& faults) {
    if (!config.proxies.trusted.empty()) return;
    for (const ListenerConfig& one : config.listeners)
        if (one.proxy_protocol && one.path.empty())
            faults.add(one.line, "<listener proxy-protocol=\"required\">",
                       "nobody who may send the header of the PROXY protocol",
                       "the proxy's address as a <trusted-proxy> in <http>");
}

} // namespace cm
