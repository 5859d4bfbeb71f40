#include "ws/deflate_offer.h"

#include "http/ascii.h"

#include <charconv>
#include <utility>

namespace ws {

namespace {

constexpr int kWideBits = 15;

struct Parameter {
    std::string_view name;
    std::string_view value; // null data: none
};

// Takes the next part off, up to a semicolon.
std::string_view next_part(std::string_view& rest) {
    size_t end = rest.find(';');
    std::string_view part = http::trim(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return part;
}

Parameter to_parameter(std::string_view part) {
    size_t equals = part.find('=');
    if (equals == std::string_view::npos) return {.name = part, .value = {}};
    std::string_view value = http::trim(part.substr(equals + 1));
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
        value = value.substr(1, value.size() - 2);
    }
    return {.name = http::trim(part.substr(0, equals)), .value = value};
}

// "8".."15", without a leading zero.
std::optional<int> window_bits(std::string_view text) {
    int bits = 0;
    auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), bits);
    bool whole = fault == std::errc() && end == text.data() + text.size();
    if (!whole || text.starts_with('0') || bits < 8 || bits > 15) return std::nullopt;
    return bits;
}

} // namespace

std::optional<DeflateTerms> accept_offer(std::string_view offer) {
    if (!http::equal_without_case(next_part(offer), "permessage-deflate")) return std::nullopt;
    DeflateTerms terms;
    bool no_takeover_by_server = false;
    bool no_takeover_by_client = false;
    bool bits_of_server = false;
    bool bits_of_client = false;
    auto once = [](bool& seen) { return !std::exchange(seen, true); };
    while (!offer.empty()) {
        auto [name, value] = to_parameter(next_part(offer));
        bool has_value = value.data() != nullptr;
        bool fits = false;
        if (name == "server_no_context_takeover") {
            fits = once(no_takeover_by_server) && !has_value;
        } else if (name == "client_no_context_takeover") {
            fits = once(no_takeover_by_client) && !has_value;
        } else if (name == "client_max_window_bits") {
            // Whatever it keeps to, ours is large enough.
            fits = once(bits_of_client) && (!has_value || window_bits(value));
        } else if (name == "server_max_window_bits") {
            auto bits = window_bits(value);
            // zlib cannot write for a window of 256 bytes.
            fits = once(bits_of_server) && bits && *bits > 8;
            if (fits && *bits < kWideBits) terms.window = DeflateWindow::Narrow;
        }
        if (!fits) return std::nullopt;
    }
    terms.answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    // An answer may name less than what was asked for, so that two sizes do for all.
    if (bits_of_server) {
        bool wide = terms.window == DeflateWindow::Wide;
        terms.answer += wide ? "; server_max_window_bits=15" : "; server_max_window_bits=9";
    }
    return terms;
}

} // namespace ws
