// proxy_header — the PROXY protocol, as it opens a connection to a server that expects it: who the
// client is on whose behalf we connect.
// Spec:   HAProxy's proxy-protocol.txt 2.1 (text), 2.2 (binary), 2.2.5 (TLS); U-090..U-095.
// Units:  a text header has at most 107 bytes. A binary one has 28 or 52, and more only with facts
//         about TLS, which must be asked for: not every server knows how to pass over them.
#pragma once

#include "net/address.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace net {

enum class ProxyProtocol : uint8_t {
    None,
    V1,    // text
    V2,    // binary, addresses only
    V2Tls, // and whether the client came by TLS, with what version and cipher
};

struct ProxyFacts {
    Address client;  // port 0: not known
    Address reached; // where the client met this program
    bool encrypted = false;
    std::string_view tls_version{}; // "TLSv1.3"; empty: not known, as behind a proxy
    std::string_view cipher{};      // "TLS_AES_256_GCM_SHA384"; the same
};

// Never UNKNOWN and never LOCAL: servers take those for a connection of the proxy's own. A client
// without an address, as on a Unix socket, is on this host.
[[nodiscard]] std::string proxy_header(ProxyProtocol version, const ProxyFacts& facts);

} // namespace net
