// ServerContext — what all TLS connections from clients to one listener have in common:
// certificates by name, versions, tickets, application protocols.
// Spec:   rows S-020, S-022, S-035; Mozilla's server side TLS 5.7 for the profiles; RFC 6066 §3
//         (SNI), RFC 7301 (ALPN), RFC 5077 (tickets).
// Errors: create() says as text which file is wrong, and how.
// Life:   an immutable snapshot, shared by workers. A connection keeps the one it began with, so
//         others may be put in its place at any time. Only the ticket keys inside change.
#pragma once

#include "tls/key_pair.h"

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace tls {

enum class Profile : uint8_t {
    Modern,       // TLS 1.3 only: browsers since 2019
    Intermediate, // and TLS 1.2 with forward secrecy and AEAD
};

struct ServerSettings {
    // Each is used for the names in it; those for the same names, an ECDSA and an RSA one, side by
    // side. The first is also for clients that name another host, or none.
    std::vector<KeyPairFiles> key_pairs;
    Profile profile = Profile::Intermediate;
    std::string client_ca_file;         // clients may show a certificate issued by one of these
    std::vector<std::string> protocols; // ALPN, the best first; empty: not answered
    // What those hear, in clear, who begin with HTTP instead of TLS; empty: nothing.
    std::string plain_http_answer;
};

class ServerContext {
public:
    [[nodiscard]] static std::expected<std::shared_ptr<const ServerContext>, std::string>
    create(const ServerSettings& settings);
    ServerContext(const ServerContext&) = delete;
    ServerContext& operator=(const ServerContext&) = delete;
    ~ServerContext();

    // For Engine.
    [[nodiscard]] ssl_ctx_st& native() const;
    [[nodiscard]] std::string_view plain_http_answer() const;

private:
    struct Parts;
    struct Callbacks;
    explicit ServerContext(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

} // namespace tls
