// What differs from run to run is the same here, as chance decides how long the chains of a hash
// table are. The program has these instead of what its libraries have.
#include "tls/random.h"

#include <ctime>

namespace tls {

// Session ids and secrets. What OpenSSL does for them is not counted, therefore.
void fill_random(std::span<uint8_t> bytes) {
    static constinit uint64_t state = 0x9E3779B97F4A7C15U;
    for (uint8_t& byte : bytes) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        byte = static_cast<uint8_t>(state >> 56);
    }
}

} // namespace tls

// libxml2 takes the seeds of its hash tables from it.
extern "C" time_t time(time_t* result) noexcept {
    constexpr time_t kSome = 1'700'000'000;
    if (result != nullptr) *result = kSome;
    return kSome;
}
