#include "base/metrics.h"
#include "doctor/checks.h"
#include "doctor/raw_connection.h"
#include "net/dns_resolver.h"
#include "net/loop.h"
#include "probe/lookup.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace doctor {

namespace {

constexpr base::Duration kDnsPatience{5'000};
constexpr base::Duration kConnectPatience{4'000};

// There is nothing to look up.
bool is_literal(const UrlParts& parts) {
    return net::Address::parse(parts.host, 0).has_value();
}

// Those that --resolve gives; empty: it says nothing of that host and port.
std::vector<std::string> given_addresses(const Plan& plan, const UrlParts& parts) {
    std::string prefix = parts.host + ':' + parts.port + ':';
    std::vector<std::string> addresses;
    for (const std::string& line : plan.resolve) {
        if (!line.starts_with(prefix)) continue;
        std::string_view rest = std::string_view(line).substr(prefix.size());
        while (!rest.empty()) {
            size_t comma = std::min(rest.find(','), rest.size());
            addresses.emplace_back(rest.substr(0, comma));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
    return addresses;
}

std::vector<std::string> look_up(const Plan& plan, const std::string& host) {
    net::Loop loop;
    base::Metrics metrics;
    net::DnsResolver resolver(loop, metrics,
                              {.servers = plan.name_servers, .deadline = kDnsPatience});
    probe::Deadline deadline(2 * kDnsPatience);
    probe::Turns turns(loop, deadline);
    probe::Lookup lookup(resolver, turns);
    std::vector<std::string> found;
    for (const net::Address& each : lookup.addresses(host).addresses) {
        found.push_back(each.host());
    }
    return found;
}

struct Attempt {
    std::string address;
    bool good = false;
    long system_error = 0;
    std::string words;
    // This host has no way to IPv6 at all, which says nothing of the site.
    [[nodiscard]] bool is_ours() const {
        return address.contains(':') &&
               (system_error == ENETUNREACH || system_error == EADDRNOTAVAIL);
    }
};

Attempt attempt(const Visit& visit, const UrlParts& parts, const std::string& address) {
    Reach reach = visit.reach;
    std::string place = parts.host + ':' + parts.port + ':';
    // To be in clear here says nothing of what is spoken: only the connection is made.
    std::string written = address.contains(':') ? '[' + address + ']' : address;
    if (is_literal(parts)) {
        reach.resolve.clear();
    } else {
        reach.resolve = {place + written};
    }
    RawConnection connection(reach);
    Attempt result{.address = address};
    std::string host = parts.host.contains(':') ? '[' + parts.host + ']' : parts.host;
    result.good = connection.open("http://" + host + ':' + parts.port + '/', kConnectPatience);
    result.system_error = connection.system_error();
    result.words = result.system_error != 0 ? std::strerror(static_cast<int>(result.system_error))
                                            : connection.error();
    return result;
}

void add_dead(Visit& visit, const UrlParts& parts, const Attempt& dead, bool all) {
    std::string place = dead.address + " port " + parts.port;
    std::string seen = place + ": " + dead.words;
    std::string record = dead.address.contains(':') ? " AAAA " : " A ";
    if (dead.is_ours()) {
        visit.hint("ipv6-not-tried", "This host has no IPv6, so " + dead.address + " was not tried",
                   seen,
                   "Clients with IPv6 go there first. Ask the doctor from a host that has it.");
    } else if (all) {
        visit.problem(
            "nothing-listens", "Nothing answers at " + parts.host, seen,
            "No client can connect. Start the proxy, or correct the address in DNS or the "
            "port in the URL; a firewall may be in between.",
            {});
    } else {
        visit.problem(
            "address-dead", "One of the addresses of " + parts.host + " is dead", seen,
            "Clients take any of the addresses: some wait for this one first, others fail. "
            "Start the proxy there, or take the address out of DNS.",
            {{.program = "dns",
              .place = "zone",
              .remove = {parts.host + record + dead.address},
              .add = {}}});
    }
}

} // namespace

void check_addresses(Visit& visit, const std::string& url) {
    UrlParts parts = parts_of(url);
    const probe::UrlDoor& door = visit.plan.door;
    if (!door.address.empty() || !door.socket.empty()) return; // it is not looked for by its name
    std::vector<std::string> addresses = given_addresses(visit.plan, parts);
    if (addresses.empty() && is_literal(parts)) addresses = {parts.host};
    if (addresses.empty()) addresses = look_up(visit.plan, parts.host);
    if (addresses.empty()) {
        visit.problem("name-not-found", "DNS has no address for " + parts.host,
                      "no A or AAAA record",
                      "No client finds it. Correct the URL, or add the records.",
                      {{.program = "dns",
                        .place = "zone",
                        .remove = {},
                        .add = {parts.host + " A ADDRESS"}}});
        return;
    }
    std::vector<Attempt> attempts;
    attempts.reserve(addresses.size());
    for (const std::string& address : addresses) {
        attempts.push_back(attempt(visit, parts, address));
    }
    bool all_dead = std::ranges::none_of(attempts, &Attempt::good);
    std::vector<std::string> living;
    for (const Attempt& each : attempts) {
        if (each.good) {
            living.push_back(each.address);
        } else {
            add_dead(visit, parts, each, all_dead);
        }
    }
    if (all_dead) return;
    if (!is_literal(parts)) {
        visit.reach.resolve.push_back(parts.host + ':' + parts.port + ':' + joined(living));
        std::erase(visit.reach.resolve.back(), ' ');
    }
    visit.findings.ok("addresses", parts.host + " answers at port " + parts.port, joined(living));
}

} // namespace doctor
