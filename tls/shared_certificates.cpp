#include "tls/shared_certificates.h"

#include "base/error.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <array>

namespace tls {

namespace {

std::string digest_of(const X509* certificate) {
    std::array<unsigned char, 32> digest{};
    CM_ASSERT(X509_digest(certificate, EVP_sha256(), digest.data(), nullptr) == 1);
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

} // namespace

void SharedCertificates::Freed::operator()(X509* certificate) const {
    X509_free(certificate);
}

// The stack is the one that OpenSSL keeps with the connection: the certificate itself first.
void SharedCertificates::replace_known(X509_STORE_CTX& chain) {
    STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(&chain);
    std::scoped_lock lock(mutex_);
    for (int i = 0; i < sk_X509_num(sent); ++i) {
        X509* own = sk_X509_value(sent, i);
        auto known = by_digest_.find(digest_of(own));
        if (known == by_digest_.end() || known->second.get() == own) continue;
        X509* shared = known->second.get();
        X509_up_ref(shared);
        sk_X509_set(sent, i, shared);
        if (X509_STORE_CTX_get0_cert(&chain) == own) X509_STORE_CTX_set_cert(&chain, shared);
        X509_free(own);
    }
}

void SharedCertificates::remember(const X509_STORE_CTX& chain) {
    STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(&chain);
    std::scoped_lock lock(mutex_);
    for (int i = 0; i < sk_X509_num(sent); ++i) {
        X509* certificate = sk_X509_value(sent, i);
        auto [place, is_new] = by_digest_.try_emplace(digest_of(certificate));
        if (!is_new) continue;
        X509_up_ref(certificate);
        place->second.reset(certificate);
    }
    if (by_digest_.size() > kMost) by_digest_.clear();
}

} // namespace tls
