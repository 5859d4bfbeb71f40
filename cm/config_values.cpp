#include "cm/config_values.h"

#include "cm/spelling.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <sstream>

namespace cm {

namespace {

// A name server: an address, and a port if it is not the usual one.
std::optional<net::Address> parse_name_server(std::string_view text) {
    constexpr uint16_t kDnsPort = 53;
    if (auto address = net::Address::parse(text, kDnsPort)) return address;
    size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::optional<uint64_t> port = parse_count(text.substr(colon + 1));
    if (!port || *port == 0 || *port > std::numeric_limits<uint16_t>::max()) return std::nullopt;
    return net::Address::parse(text.substr(0, colon), static_cast<uint16_t>(*port));
}

} // namespace

bool read_value(std::vector<std::string>& value, std::string_view text) {
    std::istringstream words{std::string(text)};
    value.clear();
    for (std::string word; words >> word;) value.push_back(word);
    return !value.empty();
}

bool read_value(std::vector<net::Address>& value, std::string_view text) {
    std::vector<std::string> words;
    std::vector<net::Address> read;
    if (!read_value(words, text)) return false;
    for (const std::string& word : words) {
        std::optional<net::Address> server = parse_name_server(word);
        if (!server) return false;
        read.push_back(*server);
    }
    value = std::move(read);
    return true;
}

std::string spell_value(const std::vector<net::Address>& value) {
    std::string text;
    for (const net::Address& address : value)
        text.append(text.empty() ? "" : " ").append(address.to_string());
    return text;
}
std::string spell_value(const std::vector<std::string>& value) {
    std::string text;
    for (const std::string& word : value) text.append(text.empty() ? "" : " ").append(word);
    return text;
}

bool read_value(hooks::KindSet& value, std::string_view text) {
    std::vector<std::string> words;
    if (!read_value(words, text)) return false;
    hooks::KindSet kinds;
    for (const std::string& word : words) {
        auto found = std::ranges::find(hooks::kKindNames, word);
        if (found == hooks::kKindNames.end()) return false;
        auto kind = static_cast<hooks::Kind>(found - hooks::kKindNames.begin());
        if (kinds.has(kind)) return false;
        kinds.add(kind);
    }
    value = kinds;
    return true;
}
std::string spell_value(hooks::KindSet value) {
    std::string text;
    for (size_t i = 0; i < hooks::kKindNames.size(); ++i) {
        if (!value.has(static_cast<hooks::Kind>(i))) continue;
        text.append(text.empty() ? "" : " ").append(hooks::kKindNames[i]);
    }
    return text;
}

bool read_mode(unsigned& mode, std::string_view text) {
    auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    return fault == std::errc{} && rest == text.data() + text.size();
}
std::string spell_mode(unsigned mode) {
    std::string digits = "0000";
    for (size_t i = 0; i < 3; ++i) digits[3 - i] = static_cast<char>('0' + (mode >> (3 * i) & 7U));
    return digits;
}

} // namespace cm
