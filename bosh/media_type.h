// parse_media_type — is `content` of a creation request a media type that may go into a header?
// Spec:   RFC 9110 §8.3.1 (grammar), §5.6.6 (parameters); XEP-0124 §7.1; B-012, H-035.
// Errors: nothing, if it is none, has control characters, or a parameter other than charset=utf-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bosh {

// The type and subtype in lower case, "text/xml".
[[nodiscard]] std::optional<std::string> parse_media_type(std::string_view text);

} // namespace bosh
