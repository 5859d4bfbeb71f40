#include "net/own_addresses.h"

#include "net/socket_address.h"

#include <ifaddrs.h>
#include <memory>

namespace net {

std::vector<Address> own_addresses() {
    ifaddrs* found = nullptr;
    if (getifaddrs(&found) != 0) return {};
    std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> list(found, freeifaddrs);
    std::vector<Address> addresses;
    for (const ifaddrs* one = list.get(); one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr) continue;
        Address address = to_address(one->ifa_addr);
        address.port = 0;
        if (address.family != Address::Family::None) addresses.push_back(address);
    }
    return addresses;
}

} // namespace net
