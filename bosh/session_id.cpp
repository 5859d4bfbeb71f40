#include "bosh/session_id.h"

#include "tls/base64.h"
#include "tls/random.h"

#include <array>

namespace bosh {

namespace {

constexpr size_t kRandomBytes = 17;
constexpr size_t kStreamNameBytes = 15;

} // namespace

// Three bytes are four characters: they stand by themselves.
std::string sid_prefix(Place place) {
    std::array<uint8_t, 3> bytes{static_cast<uint8_t>(place.node >> 8),
                                 static_cast<uint8_t>(place.node & 0xff), place.worker};
    return tls::base64url(bytes);
}

SessionId make_session_id(Place place) {
    std::array<uint8_t, kRandomBytes> bytes{};
    tls::fill_random(bytes);
    return SessionId(sid_prefix(place) + tls::base64url(bytes));
}

std::string make_stream_name() {
    std::array<uint8_t, kStreamNameBytes> bytes{};
    tls::fill_random(bytes);
    return tls::base64url(bytes);
}

} // namespace bosh
