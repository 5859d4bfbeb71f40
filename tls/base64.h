// base64 — bytes as text, in the two alphabets.
// Spec:   RFC 4648 §4 (with padding), §5 (base64url, without it).
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tls {

[[nodiscard]] std::string base64(std::span<const uint8_t> bytes);
[[nodiscard]] std::string base64url(std::span<const uint8_t> bytes);

} // namespace tls
