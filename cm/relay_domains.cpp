#include "cm/relay_domains.h"

#include "net/own_addresses.h"
#include "tls/client_context.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace cm {

namespace {

using Context = std::shared_ptr<const tls::ClientContext>;

// One for each file, so that sessions can be resumed across domains' streams to one server.
class Contexts {
public:
    std::expected<Context, std::string> of(const std::string& ca_file) {
        Context& known = by_file_[ca_file];
        if (known) return known;
        auto made = tls::ClientContext::create({.ca_file = ca_file});
        if (made) known = *made;
        return made;
    }

private:
    std::map<std::string, Context> by_file_;
};

class Reader {
public:
    Reader(const net::AddressFilter& filter, size_t max_element_bytes)
        : filter_(filter), max_element_bytes_(max_element_bytes) {}

    std::expected<xmpp::RelayFactory::Domains, std::string> run(const Config& config) {
        xmpp::RelayFactory::Domains domains;
        for (const DomainConfig& domain : config.domains) {
            if (domain.retired) continue;
            xmpp::DomainServers servers = read(domain);
            if (domain.is_foreign()) {
                servers.allowed = &filter_;
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
            .found = {.tls = domain.tls, .trust = trust(domain.ca_file)},
            .features = {.channel_binding = domain.channel_binding,
                         .max_element_bytes = static_cast<uint32_t>(max_element_bytes_)}};
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
                                    .proxy_protocol = server.proxy_protocol}};
        if (server.tls != xmpp::ServerTls::None) read.terms.trust = trust(server.ca_file);
        return read;
    }

    Context trust(const std::string& ca_file) {
        auto context = contexts_.of(ca_file);
        if (context) return *context;
        problem_ = context.error();
        return nullptr;
    }

    const net::AddressFilter& filter_;
    size_t max_element_bytes_;
    Contexts contexts_;
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

std::expected<xmpp::RelayFactory::Domains, std::string>
relay_domains(const Config& config, const net::AddressFilter& filter) {
    return Reader(filter, config.bosh.max_body_bytes).run(config);
}

} // namespace cm
