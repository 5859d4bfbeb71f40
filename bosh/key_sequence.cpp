#include "bosh/key_sequence.h"

#include "base/error.h"

#include <algorithm>

namespace bosh {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

tls::Sha1Digest to_digest(std::string_view key) {
    tls::Sha1Digest digest{};
    for (size_t i = 0; i < digest.size(); ++i) {
        digest[i] = static_cast<uint8_t>(hex_digit(key[2 * i]) << 4 | hex_digit(key[2 * i + 1]));
    }
    return digest;
}

} // namespace

bool KeySequence::is_key(std::string_view text) {
    return text.size() == 2 * std::tuple_size_v<tls::Sha1Digest> &&
           std::ranges::all_of(text, [](char c) { return hex_digit(c) >= 0; });
}

KeySequence::KeySequence(std::string_view newkey) : expected_(to_digest(newkey)) {
    CM_ASSERT(is_key(newkey));
}

bool KeySequence::admit(std::string_view key, std::string_view newkey) {
    if (!is_key(key) || (!newkey.empty() && !is_key(newkey))) return false;
    // B-241: the text is hashed as it came, not the bytes it stands for.
    if (!tls::equal_in_constant_time(tls::sha1(key), expected_)) return false;
    expected_ = to_digest(newkey.empty() ? key : newkey); // B-244
    return true;
}

bool KeySequence::same(std::string_view key, std::string_view original) {
    return is_key(key) && is_key(original) &&
           tls::equal_in_constant_time(to_digest(key), to_digest(original));
}

} // namespace bosh
