#include "bosh/session_id.h"

#include "tls/random.h"

#include <array>

namespace bosh {

namespace {

constexpr size_t kRoutingBytes = 3;
constexpr size_t kBytes = 20; // 17 of them random
constexpr size_t kStreamNameBytes = 15;

std::string base64url(std::span<const uint8_t> bytes) {
    constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    text.reserve((bytes.size() * 8 + 5) / 6);
    uint32_t bits = 0;
    unsigned pending = 0;
    for (uint8_t byte : bytes) {
        bits = bits << 8 | byte;
        for (pending += 8; pending >= 6; pending -= 6) {
            text += kAlphabet[bits >> (pending - 6) & 63];
        }
    }
    if (pending > 0) text += kAlphabet[bits << (6 - pending) & 63];
    return text;
}

} // namespace

std::string make_session_id(Place place) {
    std::array<uint8_t, kBytes> bytes{static_cast<uint8_t>(place.node >> 8),
                                      static_cast<uint8_t>(place.node & 0xff), place.worker};
    tls::fill_random(std::span(bytes).subspan<kRoutingBytes>());
    return base64url(bytes);
}

std::string make_stream_name() {
    std::array<uint8_t, kStreamNameBytes> bytes{};
    tls::fill_random(bytes);
    return base64url(bytes);
}

} // namespace bosh
