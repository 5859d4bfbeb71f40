#include "bosh/session_id.h"

#include "tls/base64.h"
#include "tls/random.h"

#include <array>
#include <span>

namespace bosh {

namespace {

constexpr size_t kRoutingBytes = 3;
constexpr size_t kBytes = 20; // 17 of them random
constexpr size_t kStreamNameBytes = 15;

} // namespace

std::string make_session_id(Place place) {
    std::array<uint8_t, kBytes> bytes{static_cast<uint8_t>(place.node >> 8),
                                      static_cast<uint8_t>(place.node & 0xff), place.worker};
    tls::fill_random(std::span(bytes).subspan<kRoutingBytes>());
    return tls::base64url(bytes);
}

std::string make_stream_name() {
    std::array<uint8_t, kStreamNameBytes> bytes{};
    tls::fill_random(bytes);
    return tls::base64url(bytes);
}

} // namespace bosh
