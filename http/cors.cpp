#include "http/cors.h"

#include "http/ascii.h"

#include <algorithm>

namespace http {

namespace {

// A serialised origin as browsers write it: scheme "://" host [ ":" port ]. Nothing that could end
// a field line or start another value gets through.
bool is_origin(std::string_view text) {
    size_t scheme = text.find("://");
    if (scheme == std::string_view::npos || scheme == 0) return false;
    std::string_view authority = text.substr(scheme + 3);
    return !authority.empty() && std::ranges::all_of(text.substr(0, scheme), [](char c) {
        return is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
    }) && std::ranges::all_of(authority, [](char c) {
        return is_alphanumeric(c) || std::string_view("-._~:[]%").contains(c);
    });
}

// `pattern` as "https://*.example.org:8443".
bool is_below(std::string_view origin, std::string_view pattern) {
    constexpr std::string_view kStar = "://*.";
    size_t star = pattern.find(kStar);
    if (star == std::string_view::npos) return false;
    std::string_view scheme = pattern.substr(0, star + 3);
    std::string_view rest = pattern.substr(star + kStar.size() - 1); // with its dot
    return origin.size() > scheme.size() + rest.size() && origin.starts_with(scheme) &&
           origin.ends_with(rest) && is_origin(origin) &&
           !origin.substr(scheme.size(), origin.size() - scheme.size() - rest.size()).contains(':');
}

} // namespace

bool lists_origin(const std::vector<std::string>& origins, std::string_view origin) {
    return std::ranges::any_of(
        origins, [&](const std::string& one) { return origin == one || is_below(origin, one); });
}

bool CorsPolicy::allows(std::string_view origin) const {
    if (lists_origin(origins, origin)) return true;
    // "null" is any sandboxed page's origin, so "any" does not mean it once credentials count.
    return any_origin && (is_origin(origin) || (origin == "null" && !allow_credentials));
}

void CorsPolicy::append_answer_fields(std::string& out, std::string_view origin) const {
    if (!depends_on_origin()) {
        out += "Access-Control-Allow-Origin: *\r\n";
        return;
    }
    if (origin.data() != nullptr && allows(origin)) {
        out += "Access-Control-Allow-Origin: ";
        out += origin;
        out += "\r\n";
        if (allow_credentials) out += "Access-Control-Allow-Credentials: true\r\n";
    }
    out += "Vary: Origin\r\n";
}

void CorsPolicy::append_preflight_fields(std::string& out, std::string_view origin) const {
    append_answer_fields(out, origin);
    if (!allows(origin)) return;
    out += "Access-Control-Allow-Methods: GET, POST, OPTIONS\r\n"
           "Access-Control-Allow-Headers: Content-Type";
    for (const std::string& name : extra_headers) {
        out += ", ";
        out += name;
    }
    out += "\r\nAccess-Control-Max-Age: ";
    out += std::to_string(max_age.count());
    out += "\r\n";
}

} // namespace http
