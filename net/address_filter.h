// AddressFilter — which addresses may be connected to on behalf of a client that chose the name.
// Spec:   row S-030: no way through us into the network that we stand in.
// Units:  to be asked about the address that is connected to, never about the name: whoever owns a
//         name decides what it resolves to, and may decide anew for each question.
//
// Refused is what the registries of special-purpose addresses (RFC 6890) do not hold for globally
// reachable, and IPv6 forms that carry such an IPv4 address (mapped, NAT64, 6to4, Teredo): they
// are translated back into it on the way.
#pragma once

#include "net/address.h"
#include "net/network.h"

#include <utility>
#include <vector>

namespace net {

class AddressFilter {
public:
    // `own`: further networks that are refused, such as where we listen ourselves.
    explicit AddressFilter(std::vector<Network> own = {}) : own_(std::move(own)) {}

    // Why it is refused, a literal for the log; nullptr if it is allowed.
    [[nodiscard]] const char* refusal(const Address& given) const;
    [[nodiscard]] bool allows(const Address& address) const { return refusal(address) == nullptr; }

private:
    [[nodiscard]] bool is_own(const Address& address) const;

    std::vector<Network> own_;
};

} // namespace net
