#include "tls/openssl_error.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace tls {

namespace {

// As TLS 1.3 has it; before, it was a handshake failure like others.
constexpr int kCertificateRequired = 116;

Fault fault_of_alert(int alert) {
    switch (alert) {
    case SSL_AD_PROTOCOL_VERSION: return Fault::VersionTooOld;
    case SSL_AD_NO_APPLICATION_PROTOCOL: return Fault::NoProtocol;
    case kCertificateRequired: return Fault::CertificateWanted;
    default: return Fault::AlertFromPeer;
    }
}

Fault fault_of_reason(int reason) {
    switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER: // of a record: nobody's TLS has had another than 3.x
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST: return Fault::NotTls;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_UNSUPPORTED_SSL_VERSION:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_VERSION_TOO_HIGH: return Fault::VersionTooOld;
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SHARED_GROUPS:
    case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
    case SSL_R_NO_SUITABLE_GROUPS:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_WRONG_CIPHER_RETURNED:
    case SSL_R_UNKNOWN_CIPHER_RETURNED: return Fault::NoCommonCipher;
    case SSL_R_NO_APPLICATION_PROTOCOL: return Fault::NoProtocol;
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return Fault::NoCertificate;
    default: return Fault::Protocol;
    }
}

// OpenSSL 3.0 has no words for the one that TLS 1.3 brought.
std::string alert_text(int alert) {
    const char* text =
        alert == kCertificateRequired ? "certificate required" : SSL_alert_desc_string_long(alert);
    return "alert " + std::to_string(alert) + ", " + text;
}

std::string reason_text(unsigned long code) {
    const char* text = ERR_reason_error_string(code);
    return text != nullptr ? text : "unknown reason";
}

} // namespace

Verdict verdict_of_last_error() {
    // The first is the cause, the others are who passed it on.
    unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (ERR_GET_LIB(code) != ERR_LIB_SSL) return {Fault::Protocol, reason_text(code)};
    int reason = ERR_GET_REASON(code);
    if (reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256) {
        int alert = reason - SSL_AD_REASON_OFFSET;
        return {fault_of_alert(alert), "the peer refused with " + alert_text(alert)};
    }
    return {fault_of_reason(reason), reason_text(code)};
}

} // namespace tls
