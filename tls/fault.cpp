#include "tls/fault.h"

namespace tls {

namespace {

const char* describe(Fault fault) {
    switch (fault) {
    case Fault::None: return "no TLS fault";
    case Fault::NotTls: return "the peer does not speak TLS on this connection";
    case Fault::VersionTooOld: return "the peer has no TLS version that we accept";
    case Fault::NoCommonCipher: return "no TLS cipher suite in common with the peer";
    case Fault::NoProtocol: return "no application protocol (ALPN) in common with the peer";
    case Fault::NoCertificate: return "the peer shows no certificate";
    case Fault::UnknownIssuer: return "the peer's certificate is of an unknown issuer";
    case Fault::SelfSigned: return "the peer's certificate is signed by itself";
    case Fault::Expired: return "a certificate of the peer has expired";
    case Fault::NotYetValid: return "a certificate of the peer is not valid yet";
    case Fault::WrongName: return "the peer's certificate is for another name";
    case Fault::WrongUsage: return "a certificate of the peer is not for this use";
    case Fault::BadCertificate: return "a certificate of the peer is not acceptable";
    case Fault::PinMismatch: return "the peer's key is none of the pinned ones";
    case Fault::AlertFromPeer: return "the peer ended TLS with an alert";
    case Fault::CertificateWanted: return "the peer wants a certificate of ours";
    case Fault::Protocol: return "the peer broke the TLS protocol";
    case Fault::Truncated: return "the connection ended without close_notify";
    }
    return "unknown TLS fault";
}

} // namespace

base::Error error_of(Fault fault) {
    return {.category = base::Category::Tls,
            .code = static_cast<uint16_t>(fault),
            .what = describe(fault)};
}

} // namespace tls
