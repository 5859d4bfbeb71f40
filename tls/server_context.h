// ServerContext — what all TLS connections from clients have in common: certificate, versions.
// Spec:   rows S-020, S-035.
// Errors: create() says as text which file is wrong, and how.
// Life:   an immutable snapshot, shared by workers; connections hold it.
#pragma once

#include "tls/key_pair.h"

#include <expected>
#include <memory>
#include <string>
#include <vector>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace tls {

struct ServerSettings {
    std::vector<KeyPairFiles> key_pairs; // of which a client may choose by what it can verify
};

class ServerContext {
public:
    [[nodiscard]] static std::expected<std::shared_ptr<const ServerContext>, std::string>
    create(const ServerSettings& settings);
    ServerContext(const ServerContext&) = delete;
    ServerContext& operator=(const ServerContext&) = delete;
    ~ServerContext();

    // For Engine.
    [[nodiscard]] ssl_ctx_st& native() const { return *native_; }

private:
    struct Freed {
        void operator()(ssl_ctx_st* context) const;
    };
    explicit ServerContext(ssl_ctx_st* native);

    std::unique_ptr<ssl_ctx_st, Freed> native_;
};

} // namespace tls
