#include "cm/domain_table.h"

namespace cm {

DomainTable::DomainTable(const Config& config) {
    for (const DomainConfig& domain : config.domains) by_name_.emplace(domain.name, &domain);
}

bosh::Domains::Standing DomainTable::standing(std::string_view normalised_domain) const {
    auto found = by_name_.find(normalised_domain);
    if (found == by_name_.end()) return Standing::Unknown;
    return found->second->retired ? Standing::Retired : Standing::Served;
}

} // namespace cm
