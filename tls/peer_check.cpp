#include "tls/peer_check.h"

#include "tls/certificate.h"

#include <openssl/x509_vfy.h>

#include <algorithm>

namespace tls {

namespace {

std::string describe(Fault fault, const X509* at_fault, int error) {
    if (at_fault == nullptr) return X509_verify_cert_error_string(error);
    std::string subject = "the certificate of " + subject_of(*at_fault);
    switch (fault) {
    case Fault::Expired: return subject + " expired on " + to_date(not_after_of(*at_fault));
    case Fault::NotYetValid:
        return subject + " is not valid before " + to_date(not_before_of(*at_fault));
    case Fault::SelfSigned: return subject + " is signed by itself and is not trusted";
    case Fault::UnknownIssuer:
        return subject + " is issued by " + issuer_of(*at_fault) + ", which is not trusted";
    case Fault::WrongUsage: return subject + " is not for this use: its extended key usage";
    default: return subject + ": " + X509_verify_cert_error_string(error);
    }
}

} // namespace

Fault fault_of_verification(long error) {
    switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return Fault::Expired;
    case X509_V_ERR_CERT_NOT_YET_VALID: return Fault::NotYetValid;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return Fault::SelfSigned;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return Fault::UnknownIssuer;
    case X509_V_ERR_INVALID_PURPOSE: return Fault::WrongUsage;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return Fault::WrongName;
    default: return Fault::BadCertificate;
    }
}

Verdict check_chain(X509_STORE_CTX& chain) {
    if (X509_verify_cert(&chain) == 1) return {};
    int error = X509_STORE_CTX_get_error(&chain);
    Fault fault = fault_of_verification(error);
    return {fault, describe(fault, X509_STORE_CTX_get_current_cert(&chain), error)};
}

Verdict check_identity(const X509& certificate, const ClientParameters& parameters) {
    if (!parameters.pins.empty()) {
        std::string pin = spki_sha256_of(certificate);
        if (std::ranges::find(parameters.pins, pin) != parameters.pins.end()) return {};
        return {Fault::PinMismatch, "the server's key is " + pin + ", which is not pinned"};
    }
    CertificateNames names = names_of(certificate);
    if (names_the_domain(names, parameters.identity)) return {};
    return {Fault::WrongName, "the certificate is for " + names.to_string() + ", not for " +
                                  parameters.identity.domain};
}

Verdict check_peer(X509_STORE_CTX& chain, const ClientParameters& parameters) {
    const X509* leaf = X509_STORE_CTX_get0_cert(&chain);
    if (leaf == nullptr) return {Fault::NoCertificate, "the server shows no certificate"};
    Verdict verdict;
    if (parameters.pins.empty()) verdict = check_chain(chain);
    if (verdict.fault != Fault::None) return verdict;
    verdict = check_identity(*leaf, parameters);
    switch (verdict.fault) {
    case Fault::None: X509_STORE_CTX_set_error(&chain, X509_V_OK); break;
    case Fault::WrongName: X509_STORE_CTX_set_error(&chain, X509_V_ERR_HOSTNAME_MISMATCH); break;
    default: X509_STORE_CTX_set_error(&chain, X509_V_ERR_CERT_REJECTED); break;
    }
    return verdict;
}

} // namespace tls
