// ProxyPolicy, resolve_client — who sent a request that came through reverse proxies.
//
// Each proxy adds the address it was reached from at the end of a list in the head. Everyone can
// write such a list, so it is believed from its end only, and only as far as the addresses in it
// are of proxies that the operator named: the first other address is the client.
//
// Spec:   RFC 7239; the fields X-Forwarded-For and X-Forwarded-Proto; rows H-060..H-064, H-067.
// Errors: what is no address ends the walk: the last good one counts.
// Life:   functions of their arguments; the policy is part of the configuration snapshot.
#pragma once

#include "http/message.h"
#include "net/network.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace http {

// One kind, never both (H-063): a proxy that sets one of them lets the other pass as it came.
enum class ForwardedField : uint8_t { None, XForwardedFor, Forwarded };

struct ProxyPolicy {
    ForwardedField field = ForwardedField::XForwardedFor;
    std::vector<net::Network> trusted;
    bool trusts_local = false; // peers of Unix sockets

    [[nodiscard]] bool trusts(const net::Address& address) const;
};

// What the connection knows, put right by what its proxies say about this request.
[[nodiscard]] ClientFacts resolve_client(const ClientFacts& connection, const FieldList& fields,
                                         const ProxyPolicy& policy);

// One element of such a list. For tests and fuzzing.
struct ForwardedHop {
    std::optional<net::Address> address; // nothing: unknown, hidden, or garbage
    std::optional<bool> encrypted;       // if it says so
};
// Takes the first element off `list`. False at its end.
bool next_forwarded_hop(std::string_view& list, ForwardedHop& hop);
bool next_x_forwarded_hop(std::string_view& list, ForwardedHop& hop);

} // namespace http
