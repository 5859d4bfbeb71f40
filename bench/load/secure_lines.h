// SecureLines — what the TLS connections of a run have in common: whom they trust, whom they
// expect. With `insecure` the key that the server shows first is taken for its own, and no other
// from then on: whoever measures a server knows which one it is, but has no authority that says so.
// Errors: create() says as text which file is wrong, and how.
#pragma once

#include "tls/client_context.h"
#include "tls/tls_transport.h"

#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace load {

// As ALPN calls them.
inline constexpr std::string_view kHttp1Name = "http/1.1";
inline constexpr std::string_view kHttp2Name = "h2";

struct TlsOptions {
    std::string ca_file; // empty: what the system trusts
    bool insecure = false;
    std::string server_name; // whom the certificate must name; SNI
    bool resume = false;     // connections go on with the session that the server gave last
};

class SecureLines {
public:
    [[nodiscard]] static std::expected<SecureLines, std::string>
    create(const TlsOptions& options, const std::string& authority, std::string_view protocol);

    [[nodiscard]] std::unique_ptr<tls::TlsTransport> secure(base::Env& env,
                                                            std::unique_ptr<net::Transport> lower,
                                                            tls::HandshakeListener& listener) const;
    // There is none yet to resume, and one is wanted.
    [[nodiscard]] bool awaits_session() const;
    // Inside on_handshake_failed(): true if it is worth another try, as the key is known now.
    [[nodiscard]] bool learn_from(const tls::TlsTransport& failed);

private:
    std::shared_ptr<const tls::ClientContext> context_;
    tls::ClientParameters parameters_;
    bool insecure_ = false;
};

} // namespace load
