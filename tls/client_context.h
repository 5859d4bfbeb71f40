// ClientContext — what all TLS connections to servers have in common: trust anchors, versions, our
// own certificate if any, the sessions to resume. ClientParameters — what one of them is for.
// Spec:   rows U-041..U-043, U-046..U-049.
// Errors: create() says as text which file is wrong, and how.
// Life:   an immutable snapshot, shared by workers; connections hold it. Only what
//         it remembers changes, under locks.
#pragma once

#include "tls/key_pair.h"
#include "tls/verify.h"

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace tls {

class SessionCache;
class SharedCertificates;

// ALPN's name for clients of XMPP, where TLS begins with the first byte.
inline constexpr std::string_view kXmppClient = "xmpp-client";

enum class Version : uint8_t { Tls12, Tls13 };

struct ClientSettings {
    std::string ca_file; // PEM: whatever is in it is trusted; empty: what the system trusts
    Version minimum_version = Version::Tls12;
    std::optional<KeyPairFiles> key_pair; // shown to a server that asks (U-048)
};

// Where the system has what it trusts: a file, and folders. One of them is enough.
[[nodiscard]] std::vector<std::string> system_anchors();

struct ClientParameters {
    Identity identity;             // whom the certificate must name; the domain is the SNI as well
    std::string_view protocol;     // offered by ALPN, a literal; empty: none is (U-042)
    std::vector<std::string> pins; // SHA-256 of keys in base64; if any, nothing else is checked
    std::string server;            // with the domain, whose sessions are resumed; empty: none
};

class ClientContext {
public:
    [[nodiscard]] static std::expected<std::shared_ptr<const ClientContext>, std::string>
    create(const ClientSettings& settings);
    ClientContext(const ClientContext&) = delete;
    ClientContext& operator=(const ClientContext&) = delete;
    ~ClientContext();

    // For Engine.
    [[nodiscard]] ssl_ctx_st& native() const { return *native_; }
    [[nodiscard]] SessionCache& sessions() const { return *sessions_; }
    [[nodiscard]] SharedCertificates& certificates() const { return *certificates_; }

private:
    struct Freed {
        void operator()(ssl_ctx_st* context) const;
    };
    explicit ClientContext(ssl_ctx_st* native);

    std::unique_ptr<ssl_ctx_st, Freed> native_;
    std::unique_ptr<SessionCache> sessions_;
    std::unique_ptr<SharedCertificates> certificates_;
};

} // namespace tls
