#include "tls/base64.h"

#include <cstddef>

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

std::optional<std::vector<uint8_t>> from_base64(std::string_view text) {
    std::vector<uint8_t> bytes;
    bytes.reserve(text.size() / 4 * 3);
    uint32_t bits = 0;
    unsigned pending = 0;
    for (char c : text.substr(0, text.find('='))) {
        size_t value = kAlphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << 6 | static_cast<uint32_t>(value);
        pending += 6;
        if (pending < 8) continue;
        pending -= 8;
        bytes.push_back(static_cast<uint8_t>(bits >> pending));
    }
    if (base64(bytes) != text) return std::nullopt; // padding, or bits that mean nothing
    return bytes;
}

} // namespace tls
