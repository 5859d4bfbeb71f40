// base64 — bytes as text, in the two alphabets, and back.
// Spec:   RFC 4648 §4 (with padding), §5 (base64url, without it).
// Errors: from_base64() takes nothing but the one text that base64() makes of some bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tls {

[[nodiscard]] std::string base64(std::span<const uint8_t> bytes);
[[nodiscard]] std::string base64url(std::span<const uint8_t> bytes);
[[nodiscard]] std::optional<std::vector<uint8_t>> from_base64(std::string_view text);

} // namespace tls
