// DomainTable — the domains of the configuration: which are served, and by which server.
// Life:   refers to the configuration snapshot, which outlives it.
#pragma once

#include "bosh/creation.h"
#include "cm/config.h"

#include <string_view>
#include <unordered_map>

namespace cm {

class DomainTable final : public bosh::Domains {
public:
    explicit DomainTable(const Config& config);

    [[nodiscard]] Standing standing(std::string_view normalised_domain) const override;

private:
    std::unordered_map<std::string_view, const DomainConfig*> by_name_;
};

} // namespace cm
