#include "cm/relay_domains.h"

#include "net/own_addresses.h"
#include "net/source_addresses.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace cm {

namespace {

std::shared_ptr<net::SourceAddresses> pool_of(const std::vector<std::string>& sources) {
    if (sources.empty()) return nullptr;
    std::vector<net::Address> addresses;
    for (const std::string& source : sources) {
        if (auto address = net::Address::parse(source, 0)) addresses.push_back(*address);
    }
    return std::make_shared<net::SourceAddresses>(addresses);
}

bool shows_certificate(const DomainConfig& domain) {
    auto shows = [](const auto& one) { return !one.certificate.chain.empty(); };
    return shows(domain) || std::ranges::any_of(domain.servers, shows) ||
           std::ranges::any_of(domain.routes, shows);
}

class Reader {
public:
    Reader(size_t max_element_bytes, ClientContexts& contexts)
        : max_element_bytes_(max_element_bytes), contexts_(contexts) {}

    std::expected<xmpp::RelayFactory::Domains, std::string> run(const Config& config) {
        xmpp::RelayFactory::Domains domains;
        for (const DomainConfig& domain : config.domains) {
            if (domain.retired) continue;
            xmpp::DomainServers servers = read(domain);
            if (domain.is_foreign()) {
                domains.foreign = std::move(servers);
            } else {
                domains.listed.emplace(domain.name, std::move(servers));
            }
        }
        if (!problem_.empty()) return std::unexpected(problem_);
        return domains;
    }

private:
    xmpp::DomainServers read(const DomainConfig& domain) {
        xmpp::DomainServers read{
            .name = domain.name,
            .found = {.tls = domain.tls, .sources = pool_of(domain.sources)},
            .features = {.channel_binding = domain.channel_binding,
                         .strip_external = shows_certificate(domain), // U-048
                         .max_element_bytes = static_cast<uint32_t>(max_element_bytes_)},
            .keepalive = domain.keepalive,
            .peer_timeout = domain.peer_timeout};
        if (domain.servers.empty() && domain.tls != xmpp::ServerTls::None)
            read.found.trust = trust(domain.ca_file, domain.certificate);
        for (const ServerConfig& server : domain.servers) read.servers.push_back(read_one(server));
        for (const ServerConfig& route : domain.routes) { // in the order of DomainTable::routes()
            read.routes.push_back(read_one(route));
        }
        return read;
    }

    xmpp::Server read_one(const ServerConfig& server) {
        xmpp::Server read{.host = server.host,
                          .port = server.port,
                          .priority = server.priority,
                          .weight = server.weight,
                          .terms = {.tls = server.tls,
                                    .pins = server.pins,
                                    .proxy_protocol = server.proxy_protocol,
                                    .sources = pool_of(server.sources)}};
        if (server.tls != xmpp::ServerTls::None)
            read.terms.trust = trust(server.ca_file, server.certificate);
        return read;
    }

    ClientContexts::Context trust(const std::string& ca_file,
                                  const ClientCertificate& certificate) {
        auto context = contexts_.of(ca_file, certificate);
        if (context) return *context;
        problem_ = context.error();
        return nullptr;
    }

    size_t max_element_bytes_;
    ClientContexts& contexts_;
    std::string problem_;
};

} // namespace

net::AddressFilter foreign_filter(const Config& config) {
    std::vector<net::Network> own;
    for (const DomainConfig& domain : config.domains) {
        for (const std::string& text : domain.denied) {
            if (auto network = net::Network::parse(text)) own.push_back(*network);
        }
    }
    for (const ListenerConfig& listener : config.listeners) {
        if (listener.path.empty()) own.push_back(net::Network::of(listener.address));
    }
    for (const net::Address& address : net::own_addresses()) {
        own.push_back(net::Network::of(address));
    }
    return net::AddressFilter(std::move(own));
}

std::expected<xmpp::RelayFactory::Domains, std::string> relay_domains(const Config& config,
                                                                      ClientContexts& contexts) {
    return Reader(config.bosh.max_body_bytes, contexts).run(config);
}

} // namespace cm
