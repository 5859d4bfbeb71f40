// Address — an IP address and port as a value, for limits, logs and the PROXY protocol.
// Errors: parse() refuses what is not a numeric address.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace net {

struct Address {
    enum class Family : uint8_t { None, V4, V6, Local };

    Family family = Family::None;
    uint16_t port = 0;
    std::array<uint8_t, 16> bytes{}; // V4: the first four

    // "192.0.2.1", "2001:db8::1" or "[2001:db8::1]".
    [[nodiscard]] static std::optional<Address> parse(std::string_view host, uint16_t port);
    // "192.0.2.1:5222", "[2001:db8::1]:5222", "local".
    [[nodiscard]] std::string to_string() const;
    [[nodiscard]] std::string host() const;
    [[nodiscard]] bool is_loopback() const;
    bool operator==(const Address&) const = default;
};

} // namespace net
