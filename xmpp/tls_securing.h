// TlsSecuring — Securing by tls::TlsTransport.
// Spec:   U-041..U-049.
// Life:   as Securing says.
#pragma once

#include "base/env.h"
#include "xmpp/securing.h"

namespace xmpp {

class TlsSecuring final : public Securing {
public:
    explicit TlsSecuring(base::Env env) : env_(env) {}

    [[nodiscard]] std::unique_ptr<net::Transport> secure(std::unique_ptr<net::Transport> lower,
                                                         const Wanted& wanted,
                                                         const ServerTerms& terms,
                                                         tls::HandshakeListener& listener) override;
    [[nodiscard]] std::string explanation(const net::Transport& failed) const override;

private:
    base::Env env_;
};

} // namespace xmpp
