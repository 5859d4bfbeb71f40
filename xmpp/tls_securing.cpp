#include "xmpp/tls_securing.h"

#include <utility>

namespace xmpp {

std::unique_ptr<net::Transport> TlsSecuring::secure(std::unique_ptr<net::Transport> lower,
                                                    const Wanted& wanted, const ServerTerms& terms,
                                                    tls::HandshakeListener& listener) {
    CM_ASSERT(terms.trust != nullptr);
    tls::ClientParameters parameters{.identity = wanted.identity,
                                     .protocol = wanted.direct ? tls::kXmppClient : "",
                                     .pins = terms.pins,
                                     .server = wanted.server};
    return tls::TlsTransport::connect(env_, std::move(lower), terms.trust, parameters, listener);
}

std::string TlsSecuring::explanation(const net::Transport& failed) const {
    return static_cast<const tls::TlsTransport&>(failed).explanation();
}

} // namespace xmpp
