// PeerFacts — what was agreed with the peer and what it showed: for the log, the probe, and the
// rules that compare one connection with another. Made on demand, never stored.
#pragma once

#include "tls/certificate.h"

#include <string>
#include <vector>

namespace tls {

struct PeerFacts {
    std::string version; // "TLSv1.3"
    std::string cipher;  // "TLS_AES_256_GCM_SHA384"
    std::string alpn;    // empty: none agreed
    bool resumed = false;
    std::vector<CertificateFacts> chain; // the peer's own first; empty if it showed none
};

} // namespace tls
