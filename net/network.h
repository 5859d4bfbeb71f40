// Network — the addresses that begin with the same bits: "192.0.2.0/24", "2001:db8::/32".
// Errors: parse() refuses what is no such thing, and a network whose address has bits set behind
//         its prefix, which is a slip of whoever wrote it.
#pragma once

#include "net/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace net {

struct Network {
    Address first; // without a port
    uint8_t prefix_bits = 0;

    // With a prefix, or a single address.
    [[nodiscard]] static std::optional<Network> parse(std::string_view text);
    // A network of one.
    [[nodiscard]] static Network of(const Address& address);
    // An IPv4 address that comes mapped into IPv6 counts as itself, here and in a network's text.
    [[nodiscard]] bool contains(const Address& address) const;
    [[nodiscard]] std::string to_string() const;
    bool operator==(const Network&) const = default;
};

// ::ffff:192.0.2.1 as 192.0.2.1; all others as they are.
[[nodiscard]] Address unmapped(const Address& address);

} // namespace net
