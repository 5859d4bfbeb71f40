// SourceAddresses — the local addresses from which connections to one server leave, in turn.
// Spec:   TCP tells connections apart by both addresses and both ports. To one server and port,
//         one source address gives as many as there are ephemeral ports: 28,232 on Linux unless
//         net.ipv4.ip_local_port_range says otherwise. Each further source adds as many.
// Life:   one for each server and worker, outliving the attempts that use it.
#pragma once

#include "net/address.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace net {

class SourceAddresses {
public:
    explicit SourceAddresses(std::span<const Address> addresses);

    [[nodiscard]] size_t count(Address::Family family) const { return of(family).addresses.size(); }
    // The next one in turn, with port 0; only if there is one of the family.
    [[nodiscard]] const Address& next(Address::Family family);

private:
    struct Ring {
        std::vector<Address> addresses;
        size_t next = 0;
    };
    [[nodiscard]] const Ring& of(Address::Family family) const;

    std::array<Ring, 2> rings_; // IPv4, IPv6
};

} // namespace net
