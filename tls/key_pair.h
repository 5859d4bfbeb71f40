// use_key_pair — loads a certificate, what leads to its issuer, and its key into a TLS context.
// Errors: text for the operator: names the file, what was found and what was expected.
#pragma once

#include <optional>
#include <string>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace tls {

struct KeyPairFiles {
    std::string chain_file; // PEM: the certificate first, then its issuers, without the root
    std::string key_file;   // PEM, not encrypted
};

// nullopt: done.
[[nodiscard]] std::optional<std::string> use_key_pair(ssl_ctx_st& context,
                                                      const KeyPairFiles& files);

// Why this file cannot be read, or nullopt: OpenSSL's own words for that are of little use.
[[nodiscard]] std::optional<std::string> why_unreadable(const std::string& file);

} // namespace tls
