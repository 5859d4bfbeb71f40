#include "bosh/media_type.h"

#include <algorithm>

namespace bosh {

namespace {

bool is_token_char(char c) {
    constexpr std::string_view kSymbols = "!#$%&'*+-.^_`|~";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kSymbols.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_token_char);
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

} // namespace

std::optional<std::string> parse_media_type(std::string_view text) {
    size_t semicolon = text.find(';');
    std::string_view type = trim(text.substr(0, semicolon));
    size_t slash = type.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    if (!is_token(type.substr(0, slash)) || !is_token(type.substr(slash + 1))) return std::nullopt;
    if (semicolon != std::string_view::npos) {
        std::string parameter = lower(trim(text.substr(semicolon + 1)));
        if (parameter != "charset=utf-8" && parameter != "charset=\"utf-8\"") return std::nullopt;
    }
    return lower(type);
}

} // namespace bosh
