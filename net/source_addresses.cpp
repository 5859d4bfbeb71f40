#include "net/source_addresses.h"

#include "base/error.h"

#include <utility>

namespace net {

SourceAddresses::SourceAddresses(std::span<const Address> addresses) {
    for (Address address : addresses) {
        if (address.family != Address::Family::V4 && address.family != Address::Family::V6)
            continue;
        address.port = 0;
        rings_[address.family == Address::Family::V6].addresses.push_back(address);
    }
}

const SourceAddresses::Ring& SourceAddresses::of(Address::Family family) const {
    return rings_[family == Address::Family::V6];
}

const Address& SourceAddresses::next(Address::Family family) {
    Ring& ring = rings_[family == Address::Family::V6];
    CM_ASSERT(!ring.addresses.empty());
    if (ring.next >= ring.addresses.size()) ring.next = 0;
    return ring.addresses[ring.next++];
}

} // namespace net
