#include "xmpp/server_choice.h"

#include "xmpp/connect_failure.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace xmpp {

namespace {

// RFC 2782, "Weight": those without weight first, a running sum, and the first whose sum reaches a
// number drawn from 0 to the whole.
size_t draw(std::span<const size_t> left, std::span<const SrvRank> ranks, const Chance& chance) {
    uint32_t total = 0;
    for (size_t index : left) total += ranks[index].weight;
    uint32_t drawn = chance(total + 1);
    uint32_t sum = 0;
    for (size_t at = 0; at < left.size(); ++at) {
        sum += ranks[left[at]].weight;
        if (sum >= drawn) return at;
    }
    return left.size() - 1;
}

bool names_a_server(const net::SrvRecord& record) {
    return !record.target.empty() && record.port != 0;
}

struct Candidates {
    std::vector<FoundServer> servers;
    std::vector<SrvRank> ranks;

    void add(const net::SrvAnswer& answer, bool direct_tls) {
        for (const net::SrvRecord& record : answer.records) {
            if (!names_a_server(record)) continue;
            FoundServer server{
                .host = record.target, .port = record.port, .direct_tls = direct_tls};
            if (std::ranges::find(servers, server) != servers.end()) continue;
            servers.push_back(std::move(server));
            ranks.push_back({.priority = record.priority, .weight = record.weight});
        }
    }
};

bool answered(const net::SrvAnswer& answer) {
    return answer.outcome == net::DnsOutcome::Found;
}

} // namespace

std::vector<size_t> order_of(std::span<const SrvRank> ranks, const Chance& chance) {
    std::vector<size_t> left;
    left.reserve(ranks.size());
    for (size_t index = 0; index < ranks.size(); ++index) left.push_back(index);
    std::ranges::sort(left, {}, [&](size_t index) {
        return std::tuple(ranks[index].priority, ranks[index].weight != 0, index);
    });
    std::vector<size_t> order;
    while (!left.empty()) {
        uint16_t priority = ranks[left.front()].priority;
        auto others = std::ranges::find_if(
            left, [&](size_t index) { return ranks[index].priority != priority; });
        size_t drawn = draw(std::span(left.begin(), others), ranks, chance);
        order.push_back(left[drawn]);
        left.erase(left.begin() + static_cast<std::ptrdiff_t>(drawn));
    }
    return order;
}

base::Result<std::vector<FoundServer>> choose_servers(const std::string& domain,
                                                      const net::SrvAnswer& starttls,
                                                      const net::SrvAnswer& direct,
                                                      const Chance& chance) {
    Candidates candidates;
    candidates.add(direct, true);
    candidates.add(starttls, false);
    if (!candidates.servers.empty()) {
        std::vector<FoundServer> chosen;
        for (size_t index : order_of(candidates.ranks, chance)) {
            if (chosen.size() == kMostServers) break;
            chosen.push_back(std::move(candidates.servers[index]));
        }
        return chosen;
    }
    // U-025..U-027: whoever answers with nothing to use has said that there is nothing. The
    // domain's own address is for those who say nothing at all.
    if (answered(starttls) || answered(direct)) {
        return fail(ConnectFault::NoService, "the domain's SRV records name no server");
    }
    return std::vector{FoundServer{.host = domain, .port = kClientPort}};
}

} // namespace xmpp
