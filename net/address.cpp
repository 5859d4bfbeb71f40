#include "net/address.h"

#include "net/socket_address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>

namespace net {

std::optional<Address> Address::parse(std::string_view host, uint16_t port) {
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        if (host.find(':') == std::string_view::npos) return std::nullopt;
    }
    char text[INET6_ADDRSTRLEN]; // inet_pton wants a terminated string; nothing longer is valid
    if (host.size() >= sizeof text || host.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    *std::ranges::copy(host, text).out = '\0';

    Address address{.port = port};
    if (inet_pton(AF_INET, text, address.bytes.data()) == 1) {
        address.family = Family::V4;
    } else if (inet_pton(AF_INET6, text, address.bytes.data()) == 1) {
        address.family = Family::V6;
    } else {
        return std::nullopt;
    }
    return address;
}

std::string Address::host() const {
    if (family == Family::None) return "none";
    if (family == Family::Local) return "local";
    char text[INET6_ADDRSTRLEN];
    return inet_ntop(family == Family::V4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof text);
}

std::string Address::to_string() const {
    switch (family) {
    case Family::None:
    case Family::Local: return host();
    case Family::V4: return host() + ':' + std::to_string(port);
    case Family::V6: return '[' + host() + "]:" + std::to_string(port);
    }
    return {};
}

bool Address::is_loopback() const {
    constexpr std::array<uint8_t, 16> kV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    switch (family) {
    case Family::None: return false;
    case Family::Local: return true;
    case Family::V4: return bytes[0] == 127;
    case Family::V6:
        if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) return bytes[12] == 127;
        return bytes == kV6;
    }
    return false;
}

Address to_address(const sockaddr* system) {
    Address address;
    if (system->sa_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, system, sizeof v4);
        address.family = Address::Family::V4;
        address.port = ntohs(v4.sin_port);
        std::memcpy(address.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
    } else if (system->sa_family == AF_INET6) {
        sockaddr_in6 v6;
        std::memcpy(&v6, system, sizeof v6);
        address.port = ntohs(v6.sin6_port);
        bool mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr);
        address.family = mapped ? Address::Family::V4 : Address::Family::V6;
        std::memcpy(address.bytes.data(), v6.sin6_addr.s6_addr + (mapped ? 12 : 0),
                    mapped ? 4 : 16);
    } else if (system->sa_family == AF_UNIX) {
        address.family = Address::Family::Local;
    }
    return address;
}

SocketAddress::SocketAddress(const Address& address) {
    if (address.family == Address::Family::V4) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(address.port);
        std::memcpy(&v4.sin_addr, address.bytes.data(), sizeof v4.sin_addr);
        std::memcpy(&storage, &v4, length = sizeof v4);
    } else if (address.family == Address::Family::V6) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(address.port);
        std::memcpy(&v6.sin6_addr, address.bytes.data(), sizeof v6.sin6_addr);
        std::memcpy(&storage, &v6, length = sizeof v6);
    }
}

} // namespace net
