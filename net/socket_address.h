// Address to and from the system's sockaddr. For net's own files.
#pragma once

#include "net/address.h"

#include <sys/socket.h>

namespace net {

// A scope id (fe80::1%eth0) is not kept, nor is the path of a Unix-domain socket. What is none of
// these three is Family::None. An IPv4 address that a socket of both families tells as
// ::ffff:192.0.2.1 is one of IPv4: networks and limits are of that.
[[nodiscard]] Address to_address(const sockaddr* system);

struct SocketAddress {
    explicit SocketAddress(const Address& address);

    [[nodiscard]] const sockaddr* get() const {
        return reinterpret_cast<const sockaddr*>(&storage);
    }

    sockaddr_storage storage{};
    socklen_t length = 0; // 0: the address has no such form
};

} // namespace net
