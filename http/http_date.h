// Dates as HTTP writes them: "Sun, 06 Nov 1994 08:49:37 GMT".
// Spec:   RFC 9110 §5.6.7, IMF-fixdate. The two forms of earlier days are not read: what we compare
//         with is what we sent ourselves, and a date that is not understood is as good as none.
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace http {

[[nodiscard]] std::string format_http_date(std::time_t time);
[[nodiscard]] std::optional<std::time_t> parse_http_date(std::string_view text);

} // namespace http
