#include "tls/digest.h"

#include "base/error.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace tls {

Sha1Digest sha1(std::string_view bytes) {
    Sha1Digest digest{};
    CM_ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha1(), nullptr) ==
              1);
    return digest;
}

std::array<uint8_t, 32> hmac_sha256(std::span<const uint8_t> key, std::string_view bytes) {
    std::array<uint8_t, 32> mac{};
    CM_ASSERT(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                   reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), mac.data(),
                   nullptr) != nullptr);
    return mac;
}

bool equal_in_constant_time(const Sha1Digest& a, const Sha1Digest& b) {
    return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace tls
