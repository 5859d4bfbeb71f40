#include "tls/digest.h"

#include "base/error.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace tls {

Sha1Digest sha1(std::string_view bytes) {
    Sha1Digest digest{};
    CM_ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha1(), nullptr) ==
              1);
    return digest;
}

bool equal_in_constant_time(const Sha1Digest& a, const Sha1Digest& b) {
    return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace tls
