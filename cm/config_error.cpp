#include "cm/config_error.h"

#include "cm/config_element.h"

#include <algorithm>
#include <cstdio>

namespace cm {
namespace {

// Longest piece of the file that a message repeats.
constexpr size_t kLongestQuote = 60;

// No character of UTF-8 is cut in half.
size_t border_before(std::string_view text, size_t at) {
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
    return at;
}

} // namespace

std::string to_string(const ConfigError& error) {
    std::string text = error.file;
    if (error.line > 0) text.append(":").append(std::to_string(error.line));
    if (!error.place.empty()) text.append(": ").append(error.place);
    return text.append(": found ").append(error.found).append(", expected ").append(error.expected);
}

std::string quote(std::string_view text) {
    bool cut = text.size() > kLongestQuote;
    std::string quoted = "\"";
    for (char c : text.substr(0, cut ? border_before(text, kLongestQuote) : text.size())) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\x%02X", static_cast<unsigned char>(c));
            quoted += escape;
        } else {
            quoted += c;
        }
    }
    return quoted += cut ? "...\"" : "\"";
}

void ConfigFaults::add(int line, std::string place, std::string found, std::string expected) {
    auto after = std::ranges::upper_bound(errors_, line, {}, &ConfigError::line);
    errors_.insert(after, {file_, line, std::move(place), std::move(found), std::move(expected)});
}

void ConfigFaults::add(ConfigElement& element, std::string_view attribute, std::string found,
                       std::string expected) {
    add(element.find(attribute)->line, element.place({attribute}), std::move(found),
        std::move(expected));
    element.mark_faulty(attribute);
}

} // namespace cm
