// SASL PLAIN, for both of its ends.
// Spec:   RFC 4616 §2; RFC 4648 §4.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace load {

// What <auth/> carries.
[[nodiscard]] std::string plain_response(std::string_view user, std::string_view password);
// Whose it is; nullopt: it is no response of PLAIN.
[[nodiscard]] std::optional<std::string> user_of_plain(std::string_view response);

} // namespace load
