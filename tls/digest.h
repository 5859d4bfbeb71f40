// sha1 — the digest that XEP-0124's key sequences and the WebSocket handshake prescribe. Neither
// use needs collision resistance (S-006); nothing else here may use it.
// hmac_sha256 — RFC 2104 with SHA-256: who has the key has written this.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace tls {

using Sha1Digest = std::array<uint8_t, 20>;

[[nodiscard]] Sha1Digest sha1(std::string_view bytes);

[[nodiscard]] std::array<uint8_t, 32> hmac_sha256(std::span<const uint8_t> key,
                                                  std::string_view bytes);

// Takes as long for a near miss as for a far one (S-047).
[[nodiscard]] bool equal_in_constant_time(const Sha1Digest& a, const Sha1Digest& b);
// Of texts only the length may show.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

} // namespace tls
