#include "xmpp/xml_text.h"

#include <cstdint>
#include <cstring>

namespace xmpp {

namespace {

constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kHighs = 0x8080808080808080;

// True if all eight bytes are in 0x20..0x7F.
bool all_plain(const char* bytes) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return ((word | (word - kOnes * 0x20)) & kHighs) == 0;
}

bool in_range(uint8_t byte, uint8_t low, uint8_t high) {
    return byte >= low && byte <= high;
}

// Length of the character that starts `bytes`, by the table of RFC 3629 §4; 0 if there is none.
size_t character_length(base::ByteView bytes) {
    auto at = [&](size_t index) -> uint8_t {
        return index < bytes.size() ? static_cast<uint8_t>(bytes[index]) : 0;
    };
    auto continues = [&](size_t index) { return in_range(at(index), 0x80, 0xBF); };
    uint8_t lead = at(0);
    if (lead < 0x80) return lead >= 0x20 || lead == '\t' || lead == '\n' || lead == '\r' ? 1 : 0;
    if (in_range(lead, 0xC2, 0xDF)) return continues(1) ? 2 : 0;
    if (in_range(lead, 0xE0, 0xEF)) {
        uint8_t low = lead == 0xE0 ? 0xA0 : 0x80;  // else overlong
        uint8_t high = lead == 0xED ? 0x9F : 0xBF; // else a surrogate
        if (!in_range(at(1), low, high) || !continues(2)) return 0;
        bool no_character = lead == 0xEF && at(1) == 0xBF && at(2) >= 0xBE; // U+FFFE, U+FFFF
        return no_character ? 0 : 3;
    }
    if (in_range(lead, 0xF0, 0xF4)) {
        uint8_t low = lead == 0xF0 ? 0x90 : 0x80;  // else overlong
        uint8_t high = lead == 0xF4 ? 0x8F : 0xBF; // else beyond U+10FFFF
        return in_range(at(1), low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

// Empty: the character may stand for itself, in text and in values.
std::string_view reference_for(char byte) {
    switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '\'': return "&apos;";
    case '"': return "&quot;";
    case '\t': return "&#9;";
    case '\n': return "&#10;";
    case '\r': return "&#13;";
    default: return {};
    }
}

} // namespace

std::optional<size_t> find_illegal_character(base::ByteView bytes) {
    size_t at = 0;
    while (at < bytes.size()) {
        if (bytes.size() - at >= sizeof(uint64_t) && all_plain(bytes.data() + at)) {
            at += sizeof(uint64_t);
            continue;
        }
        size_t length = character_length(bytes.substr(at));
        if (length == 0) return at;
        at += length;
    }
    return std::nullopt;
}

void append_escaped(std::string& out, base::ByteView text) {
    size_t written = 0;
    for (size_t at = 0; at < text.size(); ++at) {
        std::string_view reference = reference_for(text[at]);
        if (reference.empty()) continue;
        out.append(text, written, at - written).append(reference);
        written = at + 1;
    }
    out.append(text, written);
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
    out += ' ';
    out += name;
    out += "='";
    append_escaped(out, value);
    out += '\'';
}

} // namespace xmpp
