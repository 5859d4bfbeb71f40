// Certificate — what one says, in types that need no OpenSSL.
// Units:  times in whole seconds of UTC.
// Life:   values; nothing refers to the certificate afterwards.
#pragma once

#include "tls/verify.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

struct x509_st; // OpenSSL's X509

namespace tls {

struct CertificateFacts {
    std::string subject; // RFC 2253: "CN=example.org,O=Example"
    std::string issuer;
    CertificateNames names;
    std::chrono::sys_seconds not_before;
    std::chrono::sys_seconds not_after;
    std::string spki_sha256; // base64, what a pin is compared with
};

// Tells one certificate from all others: half of its SHA-256, which nobody can find another
// certificate for.
using CertificateMark = std::array<uint8_t, 16>;

[[nodiscard]] CertificateMark mark_of(const x509_st& certificate);
// The subject's last, in UTF-8; empty: it has none.
[[nodiscard]] std::string common_name_of(const x509_st& certificate);
[[nodiscard]] CertificateFacts facts_of(const x509_st& certificate);
// Of one as other libraries hand it out; nullopt if that is none.
[[nodiscard]] std::optional<CertificateFacts> facts_of_pem(const std::string& pem);

[[nodiscard]] CertificateNames names_of(const x509_st& certificate);
[[nodiscard]] std::string spki_sha256_of(const x509_st& certificate);
[[nodiscard]] std::string subject_of(const x509_st& certificate);
[[nodiscard]] std::string issuer_of(const x509_st& certificate);
[[nodiscard]] std::chrono::sys_seconds not_before_of(const x509_st& certificate);
[[nodiscard]] std::chrono::sys_seconds not_after_of(const x509_st& certificate);

// "2026-01-02"
[[nodiscard]] std::string to_date(std::chrono::sys_seconds time);

} // namespace tls
