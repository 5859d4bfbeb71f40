#include "ws/utf8.h"

#include <cstring>

namespace ws {

namespace {

bool all_ascii(const char* bytes) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return (word & 0x8080808080808080) == 0;
}

} // namespace

bool Utf8Check::feed(base::ByteView bytes) {
    size_t at = 0;
    while (at < bytes.size()) {
        if (missing_ == 0 && bytes.size() - at >= sizeof(uint64_t) && all_ascii(&bytes[at])) {
            at += sizeof(uint64_t);
        } else if (!take(static_cast<uint8_t>(bytes[at++]))) {
            return false;
        }
    }
    return true;
}

bool Utf8Check::take(uint8_t byte) {
    if (missing_ == 0) return byte < 0x80 || begin(byte);
    if (byte < low_ || byte > high_) return false;
    --missing_;
    low_ = 0x80;
    high_ = 0xBF;
    return true;
}

bool Utf8Check::begin(uint8_t lead) {
    if (lead < 0xC2 || lead > 0xF4) return false;
    missing_ = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    switch (lead) {
    case 0xE0: low_ = 0xA0; break;  // else overlong
    case 0xED: high_ = 0x9F; break; // else a surrogate
    case 0xF0: low_ = 0x90; break;  // else overlong
    case 0xF4: high_ = 0x8F; break; // else beyond U+10FFFF
    default: break;
    }
    return true;
}

} // namespace ws
