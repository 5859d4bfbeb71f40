// server_choice — where the servers of a domain are, in the order in which they are tried.
// What DNS says of STARTTLS and of direct TLS is one list, and so are the servers that an operator
// wrote down: lowest priority first, and among equals by chance, in proportion to their weights.
// Spec:   RFC 2782, RFC 6120 §3.2, XEP-0368 §3, §5; U-020..U-027.
// Units:  at most kMostServers are tried; a domain with more has enough.
// Errors: Category::Stream, ConnectFault::NoService or NoServer.
// Life:   functions of their arguments.
#pragma once

#include "base/error.h"
#include "net/resolver.h"
#include "xmpp/chance.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace xmpp {

inline constexpr size_t kMostServers = 16;
inline constexpr uint16_t kClientPort = 5222;

struct SrvRank {
    uint16_t priority = 0;
    uint16_t weight = 0;
};
// Indices into `ranks`, each once.
[[nodiscard]] std::vector<size_t> order_of(std::span<const SrvRank> ranks, const Chance& chance);

// A server that DNS named. How its TLS begins is the record's word, never a guess (U-023).
struct FoundServer {
    std::string host;
    uint16_t port = kClientPort;
    bool direct_tls = false;

    bool operator==(const FoundServer&) const = default;
};
// `domain`: in A-labels. `starttls` and `direct` answer for _xmpp-client and _xmpps-client.
[[nodiscard]] base::Result<std::vector<FoundServer>> choose_servers(const std::string& domain,
                                                                    const net::SrvAnswer& starttls,
                                                                    const net::SrvAnswer& direct,
                                                                    const Chance& chance);

} // namespace xmpp
