#include "tls/base64.h"

#include <cstddef>
#include <string_view>

namespace tls {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::span<const uint8_t> bytes, std::string_view alphabet) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    uint32_t bits = 0;
    unsigned pending = 0;
    for (uint8_t byte : bytes) {
        bits = bits << 8 | byte;
        for (pending += 8; pending >= 6; pending -= 6) {
            text += alphabet[bits >> (pending - 6) & 63];
        }
    }
    if (pending > 0) text += alphabet[bits << (6 - pending) & 63];
    return text;
}

} // namespace

std::string base64(std::span<const uint8_t> bytes) {
    std::string text = encode(bytes, kAlphabet);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::string base64url(std::span<const uint8_t> bytes) {
    return encode(bytes, kUrlAlphabet);
}

} // namespace tls
