// proxy_header — the PROXY protocol, as it opens a connection to a server that expects it: who the
// client is on whose behalf we connect.
// Spec:   HAProxy's proxy-protocol.txt 2.1 (text), 2.2 (binary), 2.2.5 (TLS); U-090..U-095.
// Units:  a text header has at most 107 bytes. A binary one has 28 or 52, and more only with facts
//         about TLS, which must be asked for: not every server knows how to pass over them. With
//         these it stays below the 536 that every receiver takes in one piece.
#pragma once

#include "net/address.h"
#include "net/tls_facts.h"

#include <cstdint>
#include <string>

namespace net {

enum class ProxyProtocol : uint8_t {
    None,
    V1,    // text
    V2,    // binary, addresses only
    V2Tls, // and whether the client came by TLS; if it ends here, what was agreed, and with whom
};

struct ProxyFacts {
    Address client;  // port 0: not known
    Address reached; // where the client met this program
    bool encrypted = false;
    const TlsFacts* tls = nullptr; // null: not known, as behind a proxy
};

// Never UNKNOWN and never LOCAL: servers take those for a connection of the proxy's own. A client
// without an address, as on a Unix socket, is on this host.
[[nodiscard]] std::string proxy_header(ProxyProtocol version, const ProxyFacts& facts);

} // namespace net
