// DomainTable — the domains of the configuration: which are served, and by which server.
// Life:   refers to the configuration snapshot, which outlives it.
#pragma once

#include "bosh/creation.h"
#include "cm/config.h"

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cm {

class DomainTable final : public bosh::Domains {
public:
    explicit DomainTable(const Config& config);

    [[nodiscard]] Standing standing(std::string_view normalised_domain) const override;
    [[nodiscard]] std::span<const bosh::Route>
    routes(std::string_view normalised_domain) const override;

private:
    struct Domain {
        bool retired = false;
        std::vector<bosh::Route> routes;
    };

    std::unordered_map<std::string_view, Domain> by_name_;
    bool serves_foreign_ = false;
};

} // namespace cm
