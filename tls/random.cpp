#include "tls/random.h"

#include "base/error.h"

#include <openssl/rand.h>

namespace tls {

void fill_random(std::span<uint8_t> bytes) {
    CM_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

} // namespace tls
