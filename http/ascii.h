// ASCII rules that HTTP is made of: tokens, blanks, comparison without case.
// Spec:   RFC 9110 §5.6; RFC 3986 §2. No locale: bytes above 127 are never letters.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace http {

[[nodiscard]] constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

[[nodiscard]] constexpr bool equal_without_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

[[nodiscard]] constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

[[nodiscard]] constexpr bool is_alphanumeric(char c) {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}

// Letters, digits and some others, looked up in one step.
class CharacterSet {
public:
    constexpr explicit CharacterSet(std::string_view others) {
        for (int c = 0; c < 128; ++c) {
            has_[static_cast<size_t>(c)] = is_alphanumeric(static_cast<char>(c));
        }
        for (char c : others) has_[static_cast<uint8_t>(c)] = true;
    }
    [[nodiscard]] constexpr bool operator[](char c) const { return has_[static_cast<uint8_t>(c)]; }

private:
    std::array<bool, 256> has_{};
};

inline constexpr CharacterSet kTokenCharacters("!#$%&'*+-.^_`|~");
// Characters of a URI that stand for themselves: unreserved and sub-delims (RFC 3986 §2.2, §2.3).
inline constexpr CharacterSet kPlainUriCharacters("-._~!$&'()*+,;=");
inline constexpr CharacterSet kTargetCharacters("-._~!$&'()*+,;=:/?[]@%");

[[nodiscard]] constexpr bool is_token_char(char c) {
    return kTokenCharacters[c];
}

// The value of a hexadecimal digit; -1 if it is none.
[[nodiscard]] constexpr int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    char letter = lower(c);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

[[nodiscard]] constexpr bool is_plain_uri_char(char c) {
    return kPlainUriCharacters[c];
}

[[nodiscard]] constexpr bool is_control(char c) {
    return static_cast<uint8_t>(c) < 0x20 || c == 0x7F;
}

// Without spaces and tabs at both ends.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) {
    constexpr std::string_view kBlanks = " \t";
    size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Takes the next element off a comma-separated list; skips empty ones. False at the end.
// Not for lists whose elements may be quoted strings with commas in them.
constexpr bool next_list_element(std::string_view& rest, std::string_view& element) {
    while (!rest.empty()) {
        size_t comma = rest.find(',');
        element = trim(rest.substr(0, comma));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        if (!element.empty()) return true;
    }
    return false;
}

} // namespace http
