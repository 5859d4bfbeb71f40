#include "probe/servers.h"

#include "xmpp/server_choice.h"

#include <string>

namespace probe {

namespace {

constexpr auto kNoChance = [](uint32_t bound) { return bound - 1; };

void add(std::vector<std::string>& records, const net::SrvAnswer& answer, const char* prefix) {
    for (const net::SrvRecord& record : answer.records) {
        records.push_back(
            prefix + std::to_string(record.priority) + ' ' + std::to_string(record.weight) + ' ' +
            (record.target.empty() ? "." : record.target) + ':' + std::to_string(record.port));
    }
}

} // namespace

std::expected<std::vector<Server>, Problem>
servers_in(const net::SrvAnswer& starttls, const net::SrvAnswer& direct, const Plan& plan) {
    auto chosen = xmpp::choose_servers(plan.ascii_domain, starttls, direct, kNoChance);
    if (!chosen) return std::unexpected(Problem::ServiceNotOffered);
    std::vector<Server> servers;
    for (const xmpp::FoundServer& each : *chosen) {
        Server& server = servers.emplace_back();
        server.host = each.host;
        server.port = each.port;
        server.tls = each.direct_tls ? ServerTls::Direct : plan.tls;
        server.ca_file = plan.ca_file;
        server.certificate = plan.certificate;
        server.sources = plan.sources;
    }
    return servers;
}

std::vector<std::string> records_in(const net::SrvAnswer& starttls, const net::SrvAnswer& direct) {
    std::vector<std::string> records;
    add(records, starttls, "");
    add(records, direct, "direct ");
    return records;
}

Problem problem_of(const net::AddressAnswer& answer) {
    switch (answer.outcome) {
    case net::DnsOutcome::Found: return Problem::None;
    case net::DnsOutcome::NoName: return Problem::DomainNotFound;
    case net::DnsOutcome::NoData: return Problem::NoAddress;
    case net::DnsOutcome::Failed: break;
    }
    return Problem::DnsFailed;
}

} // namespace probe
