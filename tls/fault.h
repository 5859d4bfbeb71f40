// Fault — what can be wrong with a TLS connection, as the code of an Error of Category::Tls.
// Spec:   rows U-043..U-047: why a server was refused is logged and shown by the probe.
// Errors: the literal names the rule; TlsTransport::explanation() has the sentence with the names
//         and dates of this one certificate.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <string>

namespace tls {

enum class Fault : uint8_t {
    None,
    NotTls,         // what came are no TLS records: a plain-text service, most likely
    VersionTooOld,  // no version in common, ours being the newer ones
    NoCommonCipher, // no cipher suite, group or signature scheme in common
    NoProtocol,     // ALPN: nothing in common
    NoCertificate,  // the peer had to show one and did not
    UnknownIssuer,
    SelfSigned,
    Expired,
    NotYetValid,
    WrongName,
    WrongUsage, // not for servers, or not for clients
    BadCertificate,
    PinMismatch,
    AlertFromPeer,     // it refused us, the sentence says how
    Protocol,          // broken records or messages out of order
    CertificateWanted, // of us, and we show none
    Truncated,         // TCP ended without close_notify: there may have been more
};

[[nodiscard]] base::Error error_of(Fault fault);

struct Verdict {
    Fault fault = Fault::None;
    std::string sentence;      // with the names and dates of the case; empty without a fault
    std::string refused_key{}; // SHA-256 in base64, where it was the peer's certificate
};

} // namespace tls
