// WebAddress — what a URL of HTTP leads to, as the client that will use it reads it.
// Errors: nullopt for what is no such URL, and for one with a user's name in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace net {

struct WebAddress {
    std::string host; // a name in ASCII, or a numeric address without brackets
    uint16_t port = 0;
    bool encrypted = false;

    [[nodiscard]] static std::optional<WebAddress> parse(const std::string& url);
};

} // namespace net
