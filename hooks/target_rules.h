// TargetRules — where a webhook's events may go: by its URL, and by the address that it led to.
// Spec:   row S-030's rule, for URLs that an operator has written: no way into networks that are
//         not public unless that is asked for, and nothing in clear over public ones.
#pragma once

#include "hooks/settings.h"
#include "net/address.h"
#include "net/address_filter.h"

#include <string>

namespace hooks {

class TargetRules {
public:
    TargetRules(const Settings& settings, bool encrypted, std::vector<net::Network> own);

    // Why it must not be connected to, a literal; nullptr if it may.
    [[nodiscard]] const char* refusal(const net::Address& address) const;

private:
    net::AddressFilter public_;
    bool allow_private_;
    bool needs_private_; // in clear
};

// With this host's own addresses as they are now.
[[nodiscard]] TargetRules rules_of(const Settings& settings);
// What is wrong with the URL itself; empty if nothing is.
[[nodiscard]] std::string fault_of_url(const Settings& settings);

} // namespace hooks
