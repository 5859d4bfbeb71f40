#include "cm/domain_table.h"

#include "xmpp/domain.h"

namespace cm {

DomainTable::DomainTable(const Config& config) {
    for (const DomainConfig& domain : config.domains) {
        if (domain.is_foreign()) {
            serves_foreign_ = true;
            continue;
        }
        Domain& known = by_name_[domain.name];
        known.retired = domain.retired;
        for (const ServerConfig& route : domain.routes) {
            known.routes.push_back({.host = bosh::normalised_host(route.host), .port = route.port});
        }
    }
}

bosh::Domains::Standing DomainTable::standing(std::string_view normalised_domain) const {
    auto found = by_name_.find(normalised_domain);
    if (found == by_name_.end()) {
        // S-030: an address is no domain of DNS, whose answers are what is judged.
        auto domain = xmpp::Domain::parse(normalised_domain);
        bool by_dns =
            serves_foreign_ && domain && !domain->is_ip_literal && domain->name.contains('.');
        return by_dns ? Standing::Served : Standing::Unknown;
    }
    return found->second.retired ? Standing::Retired : Standing::Served;
}

std::span<const bosh::Route> DomainTable::routes(std::string_view normalised_domain) const {
    auto found = by_name_.find(normalised_domain);
    if (found == by_name_.end()) return {};
    return found->second.routes;
}

} // namespace cm
