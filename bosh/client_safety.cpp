#include "bosh/client_safety.h"

namespace bosh {

bool is_as_safe(const http::ClientFacts& request, const http::ClientFacts& creation) {
    if (creation.encrypted && !request.encrypted) return false;
    if (!creation.tls || !creation.tls->has_certificate()) return true;
    return request.tls && request.tls->certificate == creation.tls->certificate;
}

} // namespace bosh
