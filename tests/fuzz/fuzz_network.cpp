// What is taken for a network or an address is what it is printed as, and a network holds its own
// address and no other family's.

#include "base/error.h"
#include "net/address_filter.h"
#include "net/network.h"

#include <string_view>

using net::Address;
using net::Network;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(bytes), size);
    if (auto network = Network::parse(text)) {
        std::string printed = network->to_string();
        CM_ASSERT(Network::parse(printed) == network);
        auto base = Address::parse(printed.substr(0, printed.find('/')), 1);
        CM_ASSERT(base && network->contains(*base));
        bool v4 = base->family == Address::Family::V4;
        CM_ASSERT(!network->contains(*Address::parse(v4 ? "::" : "0.0.0.0", 1)));
    }
    if (auto address = Address::parse(text, 53)) {
        CM_ASSERT(Address::parse(address->host(), 53) == address);
        CM_ASSERT(Network::of(*address).contains(*address));
        // Our own is never allowed, whatever it is.
        net::AddressFilter filter(std::vector{Network::of(*address)});
        CM_ASSERT(!filter.allows(*address));
    }
    return 0;
}
