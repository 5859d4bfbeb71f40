#include "bosh/route.h"

#include "http/ascii.h"
#include "net/address.h"

#include <algorithm>
#include <charconv>

namespace bosh {

namespace {

constexpr std::string_view kProtocol = "xmpp:";
constexpr size_t kMaxHostBytes = 253; // of a DNS name

// A name or an IPv4 address, or an IPv6 address in brackets.
bool is_host(std::string_view text) {
    if (text.starts_with('[')) {
        auto address = net::Address::parse(text, 0);
        return address && address->family == net::Address::Family::V6;
    }
    return !text.empty() && text.size() <= kMaxHostBytes && std::ranges::all_of(text, [](char c) {
        return http::is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
    });
}

} // namespace

std::optional<Route> Route::parse(std::string_view attribute) {
    size_t colon = attribute.rfind(':');
    if (!attribute.starts_with(kProtocol) || colon < kProtocol.size()) return std::nullopt;
    std::string_view host = attribute.substr(kProtocol.size(), colon - kProtocol.size());
    std::string_view digits = attribute.substr(colon + 1);
    uint16_t port = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    bool whole = error == std::errc() && end == digits.data() + digits.size();
    if (!whole || port == 0 || !is_host(host)) return std::nullopt;
    return Route{.host = normalised_host(host), .port = port};
}

std::string normalised_host(std::string_view host) {
    if (auto address = net::Address::parse(host, 0)) return address->host();
    std::string name(host);
    std::ranges::transform(name, name.begin(), http::lower);
    return name;
}

} // namespace bosh
