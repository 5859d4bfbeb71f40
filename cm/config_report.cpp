#include "cm/config_report.h"

#include "cm/admin_rules.h"
#include "cm/certificate_rules.h"
#include "cm/config_error.h"
#include "cm/config_keys.h"
#include "cm/schema.h"
#include "cm/webhook_rules.h"
#include "net/own_addresses.h"

#include <algorithm>
#include <span>
#include <string_view>

namespace cm {
namespace {

// Builds the file: attributes in the order of the schema, two blanks for each level.
class XmlWriter {
public:
    void open(std::string_view name) { begin_line(name); }

    template <class Owner>
    void attributes(std::span<const ConfigKey<Owner>> keys, const Owner& owner) {
        for (const ConfigKey<Owner>& key : keys) {
            std::string value = key.spell(owner);
            if (!value.empty()) attribute(key.name, value);
        }
    }

    void attribute(std::string_view name, std::string_view value) {
        out_.append(" ").append(name).append("=\"");
        escaped(value);
        out_ += '"';
    }

    void empty() { out_ += "/>\n"; }

    void content() {
        out_ += ">\n";
        ++depth_;
    }

    void text_element(std::string_view name, std::string_view text) {
        begin_line(name);
        out_ += '>';
        escaped(text);
        out_.append("</").append(name).append(">\n");
    }

    void close(std::string_view name) {
        --depth_;
        out_.append(depth_ * 2, ' ').append("</").append(name).append(">\n");
    }

    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    void begin_line(std::string_view name) {
        out_.append(depth_ * 2, ' ').append("<").append(name);
    }

    void escaped(std::string_view text) {
        for (char c : text) {
            switch (c) {
            case '&': out_ += "&amp;"; break;
            case '<': out_ += "&lt;"; break;
            case '>': out_ += "&gt;"; break;
            case '"': out_ += "&quot;"; break;
            // White space that a parser would turn into blanks.
            case '\t': out_ += "&#9;"; break;
            case '\n': out_ += "&#10;"; break;
            case '\r': out_ += "&#13;"; break;
            default: out_ += c;
            }
        }
    }

    std::string out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    size_t depth_ = 0;
};

template <class Owner>
void write_flat(XmlWriter& xml, std::string_view name, std::span<const ConfigKey<Owner>> keys,
                const Owner& owner) {
    xml.open(name);
    xml.attributes(keys, owner);
    xml.empty();
}

void write_http(XmlWriter& xml, const Config& config) {
    xml.open("http");
    xml.attributes(http_keys(), config);
    const http::ProxyPolicy& proxies = config.proxies;
    if (proxies.trusted.empty() && !proxies.trusts_local && config.hosts.empty())
        return xml.empty();
    xml.content();
    if (proxies.trusts_local) xml.text_element("trusted-proxy", "local");
    for (const net::Network& one : proxies.trusted)
        xml.text_element("trusted-proxy", one.to_string());
    for (std::string_view host : config.hosts) {
        if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
        xml.text_element("host", host);
    }
    xml.close("http");
}

void write_bosh(XmlWriter& xml, const Config& config) {
    xml.open("bosh");
    xml.attributes(bosh_keys(), config);
    xml.content();
    xml.open("cors");
    xml.attributes(cors_keys(), config);
    xml.content();
    if (config.cors.any_origin) xml.text_element("origin", "*");
    for (const std::string& origin : config.cors.origins) xml.text_element("origin", origin);
    for (const std::string& name : config.cors.extra_headers) xml.text_element("header", name);
    xml.close("cors");
    for (const std::string& type : config.bosh.content_types)
        xml.text_element("content-type", type);
    xml.close("bosh");
}

void write_websocket(XmlWriter& xml, const Config& config) {
    xml.open("websocket");
    xml.attributes(websocket_keys(), config);
    xml.content();
    if (config.ws.any_origin) xml.text_element("origin", "*");
    for (const std::string& origin : config.ws.origins) xml.text_element("origin", origin);
    xml.close("websocket");
}

void write_domain(XmlWriter& xml, const DomainConfig& domain) {
    if (domain.retired ||
        (domain.servers.empty() && domain.routes.empty() && domain.denied.empty())) {
        write_flat(xml, "domain", domain_keys(), domain);
        return;
    }
    xml.open("domain");
    xml.attributes(domain_keys(), domain);
    xml.content();
    for (const ServerConfig& server : domain.servers)
        write_flat(xml, "server", server_keys(), server);
    for (const ServerConfig& route : domain.routes) write_flat(xml, "route", route_keys(), route);
    for (const std::string& network : domain.denied) {
        xml.open("deny");
        xml.attribute("network", network);
        xml.empty();
    }
    xml.close("domain");
}

void write_listener(XmlWriter& xml, const ListenerConfig& listener) {
    if (listener.certificates.empty()) {
        write_flat(xml, "listener", listener_keys(), listener);
        return;
    }
    xml.open("listener");
    xml.attributes(listener_keys(), listener);
    xml.content();
    for (const CertificateConfig& one : listener.certificates)
        write_flat(xml, "certificate", certificate_keys(), one);
    xml.close("listener");
}

void write_webhooks(XmlWriter& xml, const Config& config) {
    if (config.hooks.empty()) return;
    xml.open("webhooks");
    xml.attributes(webhooks_keys(), config);
    xml.content();
    for (const hooks::Settings& one : config.hooks) write_flat(xml, "webhook", webhook_keys(), one);
    xml.close("webhooks");
}

bool is_local_host(const ServerConfig& server) {
    if (server.host.starts_with('/')) return true;
    if (std::optional<net::Address> numeric = net::Address::parse(server.host, server.port))
        return numeric->is_loopback();
    std::string lower = server.host;
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower == "localhost" || lower == "localhost.";
}

// It may be one that comes later, so it is no fault; more often it is a slip of the pen.
void warn_of_sources(const std::vector<std::string>& sources, int line, const std::string& place,
                     std::vector<ConfigWarning>& found) {
    for (const std::string& source : sources) {
        auto address = net::Address::parse(source, 0);
        // Every address of 127.0.0.0/8 is this host's, whatever its interface says.
        if (!address || address->is_loopback()) continue;
        std::vector<net::Address> own = net::own_addresses();
        if (std::ranges::find(own, *address) == own.end())
            found.push_back({line, place,
                             source + " is not an address of this host, so no connection leaves "
                                      "from it"});
    }
}

void warn_of_domain(const DomainConfig& domain, std::vector<ConfigWarning>& found) {
    if (domain.retired) return;
    std::string place = "<domain name=" + quote(domain.name) + ">";
    if (domain.is_foreign())
        found.push_back({domain.line, place,
                         "whoever can reach this program can reach the XMPP server of any domain "
                         "through it"});
    if (domain.servers.empty() && domain.tls == xmpp::ServerTls::Optional)
        found.push_back({domain.line, place,
                         "whoever stands between this program and the servers that DNS names can "
                         "keep the stream in clear, and DNS can be lied to as well"});
    warn_of_sources(domain.sources, domain.line, place, found);
    std::vector<ServerConfig> servers = domain.servers;
    servers.insert(servers.end(), domain.routes.begin(), domain.routes.end());
    for (const ServerConfig& server : servers) {
        warn_of_sources(server.sources, server.line, place, found);
        if (is_local_host(server)) continue;
        if (server.tls == xmpp::ServerTls::None)
            found.push_back({server.line, place,
                             "the stream to " + server.host +
                                 " goes in clear over a network: it has to be one that you trust"});
        if (server.tls == xmpp::ServerTls::Optional)
            found.push_back({server.line, place,
                             "whoever stands between this program and " + server.host +
                                 " can keep the stream in clear"});
        if (server.proxy_protocol != net::ProxyProtocol::None) // U-097
            found.push_back({server.line, place,
                             server.host + " believes whoever connects to it what the PROXY "
                                           "protocol says: see to it that only proxies can"});
    }
}

} // namespace

std::string effective_xml(const Config& config) {
    XmlWriter xml;
    xml.open("boshcm");
    xml.attribute("xmlns", kConfigNamespace);
    xml.content();
    write_flat(xml, "log", log_keys(), config);
    for (const ListenerConfig& one : config.listeners) write_listener(xml, one);
    write_http(xml, config);
    write_flat(xml, "limits", limits_keys(), config);
    write_bosh(xml, config);
    write_websocket(xml, config);
    write_flat(xml, "upstream", upstream_keys(), config);
    for (const DomainConfig& one : config.domains) write_domain(xml, one);
    if (config.discovery.offered()) write_flat(xml, "discovery", discovery_keys(), config);
    for (const StaticConfig& one : config.statics) write_flat(xml, "static", static_keys(), one);
    write_flat(xml, "workers", workers_keys(), config);
    write_flat(xml, "shutdown", shutdown_keys(), config);
    write_flat(xml, "memory", memory_keys(), config);
    write_flat(xml, "admin", admin_keys(), config);
    write_webhooks(xml, config);
    xml.close("boshcm");
    return xml.take();
}

std::vector<ConfigWarning> warnings(const Config& config) {
    std::vector<ConfigWarning> found;
    for (const ListenerConfig& one : config.listeners) {
        if (one.tls == ListenerConfig::Tls::Own) {
            warn_of_certificates(one, found);
            continue;
        }
        if (!one.path.empty() || one.address.is_loopback()) continue;
        std::string place = "<listener address=" + quote(one.address.host()) + ">";
        bool sent_away = !config.bosh.see_other_uri.empty() &&
                         (!config.ws_enabled || !config.ws.see_other_uri.empty());
        if (one.tls == ListenerConfig::Tls::None && sent_away) continue; // nobody logs in there
        if (one.tls == ListenerConfig::Tls::None)
            found.push_back({one.line, place,
                             "plain HTTP on an address that other hosts can reach: everyone on the "
                             "way reads passwords and messages"});
        else
            found.push_back({one.line, place,
                             "what comes in here counts as encrypted: see to it that only the "
                             "proxy can reach this address"});
    }
    for (const DomainConfig& one : config.domains) warn_of_domain(one, found);
    warn_of_admin(config, found);
    warn_of_webhooks(config, found);
    return found;
}

std::string to_string(const ConfigWarning& warning, const std::string& file) {
    return file + ":" + std::to_string(warning.line) + ": warning: " + warning.place + ": " +
           warning.text;
}

} // namespace cm
