#include "cm/probe_plan.h"

#include "cm/spelling.h"
#include "tls/certificate.h"
#include "xmpp/domain.h"

#include <algorithm>
#include <fstream>
#include <istream>
#include <iterator>
#include <map>
#include <optional>

namespace cm {

namespace {

using Failure = std::unexpected<std::string>;

std::expected<xmpp::Domain, std::string> choose_domain(const ProbeCommand& command,
                                                       const Config* config) {
    std::string name = command.domain;
    if (name.empty() && command.account.contains('@')) {
        name = command.account.substr(command.account.find('@') + 1);
    }
    if (name.empty() && config != nullptr) {
        if (config->domains.size() != 1) {
            return Failure("the configuration has several domains: name one of them");
        }
        name = config->domains.front().name;
    }
    if (name.empty()) return Failure("name a domain, or a configuration with --config");
    auto domain = xmpp::Domain::parse(name);
    if (!domain) return Failure(name + " is no domain");
    return *domain;
}

std::expected<std::string, std::string> read_password(const std::string& file,
                                                      std::istream& input) {
    std::ifstream opened;
    if (file != "-") opened.open(file);
    std::istream& from = file == "-" ? input : opened;
    std::string password;
    if (!std::getline(from, password)) return Failure("cannot read a password from " + file);
    if (password.ends_with('\r')) password.pop_back();
    if (password.empty()) return Failure("the first line of " + file + " is empty");
    return password;
}

std::expected<probe::Account, std::string>
read_account(const ProbeCommand& command, const std::string& domain, std::istream& input) {
    probe::Account account;
    account.anonymous = command.anonymous;
    if (command.account.empty()) return account;
    account.user = command.account.substr(0, command.account.find('@'));
    if (command.account.contains('@')) {
        auto jid = xmpp::Jid::parse(command.account);
        if (!jid || !jid->resource.empty()) return Failure("--account is no USER@DOMAIN");
        if (jid->domain != domain) {
            return Failure("the account is at " + jid->domain + ", not at " + domain);
        }
    }
    if (account.user.empty()) return Failure("--account names no user");
    auto password = read_password(command.password_file, input);
    if (!password) return Failure(password.error());
    account.password = std::move(*password);
    return account;
}

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

// "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:5353".
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

// How this host reaches the first listener.
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

} // namespace

std::expected<probe::Plan, std::string> probe_plan(const ProbeCommand& command,
                                                   const Config* config, std::istream& input) {
    auto domain = choose_domain(command, config);
    if (!domain) return Failure(domain.error());
    auto account = read_account(command, domain->name, input);
    if (!account) return Failure(account.error());

    probe::Plan plan; // not by an initialiser: GCC 12 takes parts of it for uninitialised
    plan.domain = domain->name;
    plan.ascii_domain = domain->ascii_name();
    plan.native = !command.web_only;
    plan.web = !command.native_only;
    plan.ca_file = command.ca_file;
    plan.url = command.url;
    plan.url_ca_file = command.ca_file;
    plan.account = std::move(*account);
    plan.timeout = command.timeout;
    if (!command.dns.empty()) {
        auto name_server = read_name_server(command.dns);
        if (!name_server) return Failure("--dns is no address: " + command.dns);
        plan.name_servers = {*name_server};
    }
    if (config != nullptr) {
        if (plan.url.empty()) use_listener(plan, *config);
        if (plan.name_servers.empty()) plan.name_servers = config->name_servers;
        // One that is not listed is probed all the same: boshcm's answer names what is wrong.
        auto listed = std::ranges::find(config->domains, plan.domain, &DomainConfig::name);
        if (listed != config->domains.end() && !listed->retired) {
            plan.servers = servers_of(*listed);
            plan.tls = listed->tls;
            if (!listed->ca_file.empty()) plan.ca_file = listed->ca_file;
            plan.certificate = to_pair(listed->certificate);
            plan.sources = to_addresses(listed->sources);
        }
    }
    if (plan.web && plan.url.empty()) {
        if (!plan.native || config != nullptr) return Failure("there is no URL: give --url");
        plan.web = false; // nothing was said of boshcm
    }
    return plan;
}

} // namespace cm
