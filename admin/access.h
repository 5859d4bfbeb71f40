// AccessRules — who may see an admin page, by the head of the request.
//
// Who can connect to the Unix socket is decided by its file. By TCP everybody on this host can, and
// with them the page of any site that a browser here shows: a page may send requests to 127.0.0.1,
// and may make its own host name mean it (DNS rebinding). So requests that a browser marks as
// another site's are refused everywhere, and where there is no token, names that are not this
// host's own are, too. A token is wanted where there is one, except for the pages that say no more
// than that the program is alive: those who balance load have none.
//
// Errors: 403 another site's page; 401 no token, or a wrong one; 421 another name.
#pragma once

#include "http/message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace admin {

enum class Secrecy : uint8_t { Open, ForAdmins };

class AccessRules {
public:
    // Empty: there is none.
    explicit AccessRules(std::string token = {}) : token_(std::move(token)) {}

    // What refuses the request.
    [[nodiscard]] std::optional<http::Response>
    refusal(const http::RequestHead& head, const http::ClientFacts& client, Secrecy secrecy) const;

private:
    [[nodiscard]] bool bears_token(const http::FieldList& fields) const;

    std::string token_;
};

// Of pages that are only read, and what refuses every other.
inline constexpr std::string_view kReadingMethods = "GET, HEAD, OPTIONS";
[[nodiscard]] std::optional<http::Response> refusal_unless_reading(http::Method method);

} // namespace admin
