#include "doctor/front.h"

#include <algorithm>
#include <array>
#include <utility>

namespace doctor {

namespace {

constexpr auto kNames = std::to_array<std::pair<Front, std::string_view>>({
    {Front::Nginx, "nginx"},
    {Front::Haproxy, "haproxy"},
    {Front::Apache, "apache"},
    {Front::Caddy, "caddy"},
    {Front::Boshcm, "boshcm"},
});

} // namespace

std::string_view name_of(Front front) {
    const auto* found = std::ranges::find(kNames, front, &decltype(kNames)::value_type::first);
    return found == kNames.end() ? std::string_view() : found->second;
}

std::optional<Front> front_named(std::string_view name) {
    const auto* found = std::ranges::find(kNames, name, &decltype(kNames)::value_type::second);
    if (found == kNames.end()) return std::nullopt;
    return found->first;
}

Front front_of_server(std::string_view server) {
    if (server.starts_with("nginx") || server.starts_with("openresty")) return Front::Nginx;
    if (server.starts_with("Apache")) return Front::Apache;
    if (server.starts_with("Caddy")) return Front::Caddy;
    return Front::Unknown;
}

Front front_of_refusal(std::string_view answer) {
    size_t field = answer.find("\r\nServer: ");
    if (field != answer.npos) {
        Front front = front_of_server(answer.substr(field + 10));
        if (front != Front::Unknown) return front;
    }
    if (answer.contains("<h1>400 Bad request</h1>\nYour browser sent an invalid request."))
        return Front::Haproxy;
    if (answer.contains("<center>nginx")) return Front::Nginx;
    // Go's net/http, of which Caddy is made: it closes, with the status as the body.
    if (answer.contains("\r\n\r\n400 Bad Request")) return Front::Caddy;
    return Front::Unknown;
}

} // namespace doctor
