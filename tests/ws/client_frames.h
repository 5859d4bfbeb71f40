// Frames as a client writes them, well-formed or not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ws {

inline constexpr std::string_view kMask = "\x37\xFA\x21\x3D";

// The length as it is to be coded: in 7, 16 or 64 bits; 0 for the shortest.
struct Frame {
    int first = 0x81; // FIN, RSV and opcode
    std::string_view payload{};
    bool masked = true;
    int length_bits = 0;
};

inline std::string frame(const Frame& parts) {
    size_t size = parts.payload.size();
    int bits = parts.length_bits;
    if (bits == 0) bits = size < 126 ? 7 : size < 65536 ? 16 : 64;
    std::string bytes(1, static_cast<char>(parts.first));
    auto length = static_cast<uint8_t>(bits == 7 ? size : bits == 16 ? 126 : 127);
    bytes += static_cast<char>(length | (parts.masked ? 0x80 : 0));
    for (int shift = bits == 7 ? 0 : bits; shift > 0; shift -= 8) {
        bytes += static_cast<char>(size >> (shift - 8) & 0xFF);
    }
    if (parts.masked) bytes += kMask;
    for (size_t i = 0; i < size; ++i) {
        char mask = parts.masked ? kMask[i % 4] : '\0';
        bytes += static_cast<char>(parts.payload[i] ^ mask);
    }
    return bytes;
}

inline std::string text(std::string_view payload) {
    return frame({.payload = payload});
}
inline std::string fragment(int first, std::string_view payload) {
    return frame({.first = first, .payload = payload});
}

} // namespace ws
