#include "http/http_date.h"

#include <array>
#include <cstring>

namespace http {

namespace {

// Names of days and months are English in the "C" locale, which a daemon never leaves.
constexpr const char* kForm = "%a, %d %b %Y %H:%M:%S GMT";
constexpr size_t kLength = 29;

} // namespace

std::string format_http_date(std::time_t time) {
    std::tm utc{};
    gmtime_r(&time, &utc);
    std::array<char, kLength + 8> text{};
    return {text.data(), std::strftime(text.data(), text.size(), kForm, &utc)};
}

std::optional<std::time_t> parse_http_date(std::string_view text) {
    if (text.size() != kLength || text.contains('\0')) return std::nullopt;
    std::string terminated(text);
    std::tm utc{};
    const char* end = ::strptime(terminated.c_str(), kForm, &utc);
    if (end == nullptr || *end != '\0') return std::nullopt;
    std::time_t time = ::timegm(&utc);
    // strptime() forgives a wrong weekday, one digit, more blanks: what it read must read the same.
    if (format_http_date(time) != text) return std::nullopt;
    return time;
}

} // namespace http
