// url_parameters — the parameters in the query of a URL, and text that is to stand in one.
// Spec:   RFC 3986 §2.1; the URL standard's application/x-www-form-urlencoded.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace admin {

// In order, decoded. A '%' that begins no byte is a '%'.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
url_parameters(std::string_view query);

[[nodiscard]] std::string url_encoded(std::string_view text);

} // namespace admin
