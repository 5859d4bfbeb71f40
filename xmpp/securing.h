// Securing — the seam at which a connection to a server becomes a TLS one.
// Errors: on_handshake_failed, with Category::Tls or what ended the connection.
// Life:   destroying the transport cancels the handshake; see tls::HandshakeListener.
#pragma once

#include "base/error.h"
#include "net/transport.h"
#include "tls/tls_transport.h"
#include "tls/verify.h"
#include "xmpp/server.h"

#include <memory>
#include <string>

namespace xmpp {

class Securing {
public:
    struct Wanted {
        tls::Identity identity; // whom the certificate must be for (U-043), and SNI (U-041)
        std::string server;     // host and port: whose sessions are resumed (U-049)
        bool direct = false;    // from the first byte on (U-042)
    };
    virtual ~Securing() = default;
    [[nodiscard]] virtual std::unique_ptr<net::Transport>
    secure(std::unique_ptr<net::Transport> lower, const Wanted& wanted, const ServerTerms& terms,
           tls::HandshakeListener& listener) = 0;
    // Inside on_handshake_failed(): what is wrong with this one certificate, with names and dates,
    // for the log.
    [[nodiscard]] virtual std::string explanation(const net::Transport& failed) const = 0;
};

} // namespace xmpp
