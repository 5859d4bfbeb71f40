#include "probe/servers.h"

#include <algorithm>
#include <utility>

namespace probe {

namespace {

struct Candidate {
    uint16_t priority;
    Server server;
};

void add(std::vector<Candidate>& candidates, const net::SrvAnswer& answer, ServerTls tls,
         const Plan& plan) {
    for (const net::SrvRecord& record : answer.records) {
        if (record.target.empty()) continue; // ".", the service is decidedly not offered
        candidates.push_back({.priority = record.priority,
                              .server = {.host = record.target,
                                         .port = record.port,
                                         .tls = tls,
                                         .ca_file = plan.ca_file,
                                         .pins = {}}});
    }
}

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
    using enum net::DnsOutcome;
    std::vector<Candidate> candidates;
    add(candidates, starttls, ServerTls::Required, plan);
    add(candidates, direct, ServerTls::Direct, plan);
    std::ranges::stable_sort(candidates, {}, &Candidate::priority);
    std::vector<Server> servers;
    for (Candidate& each : candidates) servers.push_back(std::move(each.server));
    if (!servers.empty()) return servers;
    if (starttls.outcome == Found || direct.outcome == Found) {
        return std::unexpected(Problem::ServiceNotOffered);
    }
    if (starttls.outcome == Failed) return std::unexpected(Problem::DnsFailed);
    servers.push_back({.host = plan.ascii_domain, .ca_file = plan.ca_file});
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
