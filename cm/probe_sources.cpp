#include "cm/probe_sources.h"

#include "cm/spelling.h"
#include "tls/certificate.h"

#include <fstream>
#include <iterator>
#include <map>

namespace cm {

namespace {

std::optional<tls::KeyPairFiles> to_pair(const ClientCertificate& certificate) {
    if (certificate.chain.empty()) return std::nullopt;
    return tls::KeyPairFiles{.chain_file = certificate.chain, .key_file = certificate.key};
}

std::vector<net::Address> to_addresses(const std::vector<std::string>& sources) {
    std::vector<net::Address> addresses;
    for (const std::string& source : sources) {
        if (auto address = net::Address::parse(source, 0)) addresses.push_back(*address);
    }
    return addresses;
}

probe::Server to_server(const ServerConfig& server) {
    return {.host = server.host,
            .port = server.port,
            .tls = server.tls,
            .ca_file = server.ca_file,
            .pins = server.pins,
            .certificate = to_pair(server.certificate),
            .sources = to_addresses(server.sources),
            .proxy_protocol = server.proxy_protocol};
}

// In the order of their priority; among equals as they are written.
std::vector<probe::Server> servers_of(const DomainConfig& domain) {
    std::multimap<uint16_t, const ServerConfig*> listed;
    for (const ServerConfig& server : domain.servers) listed.emplace(server.priority, &server);
    std::vector<probe::Server> servers;
    servers.reserve(listed.size());
    for (auto [priority, server] : listed) servers.push_back(to_server(*server));
    return servers;
}

// The first name in the certificate that is shown to whoever asks for it; empty: it has none.
std::string certificate_host(const CertificateConfig& certificate) {
    std::ifstream file(certificate.chain_file);
    std::string pem{std::istreambuf_iterator<char>(file), {}};
    auto facts = tls::facts_of_pem(pem);
    if (!facts) return {};
    for (const std::string& host : facts->names.dns)
        if (!host.starts_with('*')) return host;
    return {};
}

} // namespace

void use_domain(probe::Plan& plan, const DomainConfig& domain) {
    plan.servers = servers_of(domain);
    plan.tls = domain.tls;
    if (!domain.ca_file.empty()) plan.ca_file = domain.ca_file;
    plan.certificate = to_pair(domain.certificate);
    plan.sources = to_addresses(domain.sources);
}

std::optional<net::Address> read_name_server(const std::string& text) {
    constexpr uint16_t kDnsPort = 53;
    if (auto address = net::Address::parse(text, kDnsPort)) return address;
    size_t colon = text.rfind(':');
    if (colon == text.npos) return std::nullopt;
    auto port = parse_count(std::string_view(text).substr(colon + 1));
    if (!port || *port == 0 || *port > UINT16_MAX) return std::nullopt;
    return net::Address::parse(std::string_view(text).substr(0, colon),
                               static_cast<uint16_t>(*port));
}

void use_listener(probe::Plan& plan, const Config& config) {
    const ListenerConfig& listener = config.listeners.front();
    bool own_tls = listener.tls == ListenerConfig::Tls::Own;
    std::string scheme = own_tls ? "https://" : "http://";
    plan.url_door.proxy_protocol = listener.proxy_protocol;
    plan.url_door.socket = listener.path;
    std::string address = "localhost";
    if (listener.path.empty()) {
        std::string host = listener.address.host();
        // The wildcard address is everywhere, so it is here.
        if (host == "0.0.0.0") host = "127.0.0.1";
        if (host == "::") host = "::1";
        if (host.contains(':')) host = '[' + host + ']';
        address = host + ':' + std::to_string(listener.address.port);
    }
    plan.url = scheme + address + config.bosh_path;
    std::string host;
    if (own_tls && !listener.certificates.empty())
        host = certificate_host(listener.certificates.front());
    if (!config.hosts.empty()) host = config.hosts.front(); // it answers to its names only
    if (host.empty()) return;
    plan.url = scheme + host + config.bosh_path;
    if (listener.path.empty()) plan.url_door.address = address;
}

} // namespace cm
