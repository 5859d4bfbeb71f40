// SharedCertificates — the certificates that servers have shown, kept once for all connections.
//
// OpenSSL keeps the chain of its peer with each connection, parsed: 9 KB for a certificate and its
// issuer, more than a third of an idle connection. But thousands of streams lead to the same few
// servers. So a certificate that was accepted before takes the place of its equal in a new
// handshake, before it is checked.
//
// Units:  certificates; beyond kMost all are let go, and those in use live on with their
//         connections.
// Life:   of a ClientContext. Thread-safe, as certificates are.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

struct x509_st;           // OpenSSL's X509
struct x509_store_ctx_st; // X509_STORE_CTX

namespace tls {

class SharedCertificates {
public:
    static constexpr size_t kMost = 512; // of about 5 KB each

    // Puts those that are known in the place of their equals in a chain that is to be checked.
    void replace_known(x509_store_ctx_st& chain);
    // After it has been accepted.
    void remember(const x509_store_ctx_st& chain);

private:
    struct Freed {
        void operator()(x509_st* certificate) const;
    };

    std::mutex mutex_;
    std::unordered_map<std::string, std::unique_ptr<x509_st, Freed>> by_digest_;
};

} // namespace tls
