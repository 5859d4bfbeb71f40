#include "bench/load/sasl_plain.h"

#include "tls/base64.h"

#include <cstdint>
#include <span>

namespace load {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<std::string> from_base64(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    std::string bytes;
    uint32_t bits = 0;
    int count = 0;
    for (char character : text) {
        size_t value = kAlphabet.find(character);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << 6 | static_cast<uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 0xFF);
    }
    return bytes;
}

} // namespace

std::string plain_response(std::string_view user, std::string_view password) {
    std::string message(1, '\0');
    message.append(user).append(1, '\0').append(password);
    return tls::base64(std::span(reinterpret_cast<const uint8_t*>(message.data()), message.size()));
}

std::optional<std::string> user_of_plain(std::string_view response) {
    auto message = from_base64(response);
    if (!message) return std::nullopt;
    size_t user = message->find('\0'); // before it: who to act as
    if (user == std::string::npos) return std::nullopt;
    size_t password = message->find('\0', user + 1);
    if (password == std::string::npos || password == user + 1) return std::nullopt;
    return message->substr(user + 1, password - user - 1);
}

} // namespace load
