// Route — the server that a client asks for by the attribute `route`: xmpp:host:port.
// It looks like a URI and is none. A client's words never become a target: they only select one of
// those that the operator listed for the domain.
// Spec:   XEP-0124 §7.1; B-051, B-052, S-030.
// Errors: nullopt for what is not of that form, another protocol than xmpp included.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bosh {

struct Route {
    std::string host; // as normalised_host() gives it
    uint16_t port = 0;

    [[nodiscard]] static std::optional<Route> parse(std::string_view attribute);
    bool operator==(const Route&) const = default;
};

// So that equal hosts are spelled equally: a name in lower case, an address as net::Address does,
// without brackets.
[[nodiscard]] std::string normalised_host(std::string_view host);

} // namespace bosh
