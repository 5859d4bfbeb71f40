#include "admin/url_query.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace admin {

namespace {

std::string decoded(std::string_view text) {
    std::string plain;
    for (size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (c == '+') c = ' ';
        if (c == '%' && at + 2 < text.size()) {
            unsigned byte = 0;
            const char* end = text.data() + at + 3;
            auto [stop, error] = std::from_chars(end - 2, end, byte, 16);
            if (error == std::errc() && stop == end) {
                c = static_cast<char>(byte);
                at += 2;
            }
        }
        plain += c;
    }
    return plain;
}

bool is_plain(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~").contains(c);
}

} // namespace

std::vector<std::pair<std::string, std::string>> url_parameters(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> all;
    while (!query.empty()) {
        std::string_view one = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(one.size() + 1, query.size()));
        if (one.empty()) continue;
        size_t equals = std::min(one.find('='), one.size());
        std::string_view value = one.substr(std::min(equals + 1, one.size()));
        all.emplace_back(decoded(one.substr(0, equals)), decoded(value));
    }
    return all;
}

std::string url_encoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (char c : text) {
        if (is_plain(c)) {
            encoded += c;
        } else {
            auto byte = static_cast<unsigned char>(c);
            encoded.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
        }
    }
    return encoded;
}

} // namespace admin
