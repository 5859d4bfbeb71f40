// KeyPairFiles — a certificate with what leads to its issuer, and its key; use_key_pair() loads
// them into a TLS context.
// Errors: a KeyPairFault says which of the files is wrong, and how, for the operator.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace tls {

struct KeyPairFiles {
    std::string chain_file; // PEM: the certificate first, then its issuers, without the root
    std::string key_file;   // PEM, not encrypted
    bool operator==(const KeyPairFiles&) const = default;
};

struct KeyPairFault {
    enum class In : uint8_t { Chain, Key };
    In in;
    std::string problem; // "a key that does not belong to the certificate"
};

// "/etc/boshcm/key.pem: a key that does not belong to the certificate"
[[nodiscard]] std::string to_string(const KeyPairFault& fault, const KeyPairFiles& files);

// nullopt: done.
[[nodiscard]] std::optional<KeyPairFault> use_key_pair(ssl_ctx_st& context,
                                                       const KeyPairFiles& files);
// The same, and nothing is kept.
[[nodiscard]] std::optional<KeyPairFault> check_key_pair(const KeyPairFiles& files);

// "a certificate that expired on 2026-01-31", or is not valid yet; nullopt: it is in its time, or
// the file has none.
[[nodiscard]] std::optional<std::string> why_out_of_time(const std::string& chain_file,
                                                         std::chrono::system_clock::time_point now);

// What is wrong with a file of CA certificates, or nullopt.
[[nodiscard]] std::optional<std::string> check_ca_file(const std::string& file);

// Why this file cannot be read, or nullopt: OpenSSL's own words for that are of little use.
[[nodiscard]] std::optional<std::string> why_unreadable(const std::string& file);

} // namespace tls
