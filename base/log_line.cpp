#include "base/log_line.h"

#include <algorithm>

namespace base {

namespace {

// Long enough for a JID or a path, short enough that a hostile peer cannot fill the disk by it.
constexpr size_t kLongestValue = 200;
constexpr char32_t kReplacement = 0xfffd;
constexpr char kHex[] = "0123456789abcdef";

bool is_plain(char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
}

void append_bytes_quoted(std::string& line, std::string_view text) {
    line += '"';
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            line += '\\';
            line += c;
        } else if (byte < 0x20 || byte >= 0x7f) {
            // Non-ASCII too: C1 controls move a terminal's cursor, and a cut may halve a character.
            line += "\\x";
            line += kHex[byte >> 4];
            line += kHex[byte & 15];
        } else {
            line += c;
        }
    }
    line += '"';
}

// The first character of UTF-8, which is taken off; kReplacement and a byte if there is none.
char32_t take_character(std::string_view& text) {
    auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
    unsigned char first = byte(0);
    size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    char32_t value = size == 1 ? first : first & (0x7fU >> size);
    bool good = first < 0x80 || (first >= 0xc2 && first < 0xf5 && text.size() >= size);
    for (size_t at = 1; good && at < size; ++at) {
        good = (byte(at) & 0xc0U) == 0x80;
        value = value << 6 | (byte(at) & 0x3fU);
    }
    constexpr char32_t kFirstOfSize[] = {0, 0, 0x80, 0x800, 0x10000};
    good = good && value >= kFirstOfSize[size] && value <= 0x10ffff &&
           (value < 0xd800 || value > 0xdfff);
    text.remove_prefix(good ? size : 1);
    return good ? value : kReplacement;
}

void append_unit(std::string& line, uint32_t unit) {
    line += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) line += kHex[unit >> shift & 15U];
}

void append_json_string(std::string& line, std::string_view text, bool cut) {
    line += '"';
    while (!text.empty()) {
        char32_t character = take_character(text);
        if (character == '"' || character == '\\') {
            line += '\\';
            line += static_cast<char>(character);
        } else if (character >= 0x20 && character < 0x7f) {
            line += static_cast<char>(character);
        } else if (character < 0x10000) {
            append_unit(line, character);
        } else {
            append_unit(line, 0xd800 + ((character - 0x10000) >> 10));
            append_unit(line, 0xdc00 + ((character - 0x10000) & 0x3ffU));
        }
    }
    if (cut) line += "...";
    line += '"';
}

} // namespace

void LogValue::append_to(std::string& line, LogFormat format) const {
    if (is_number_) {
        line += std::to_string(number_);
        return;
    }
    bool cut = !is_whole_ && text_.size() > kLongestValue;
    std::string_view shown = text_.substr(0, cut ? kLongestValue : text_.size());
    if (format == LogFormat::Json) return append_json_string(line, shown, cut);
    if (!shown.empty() && !cut && std::ranges::all_of(shown, is_plain)) {
        line += shown;
    } else if (format == LogFormat::Logfmt) {
        append_json_string(line, shown, cut);
    } else {
        append_bytes_quoted(line, shown);
        if (cut) line += "...";
    }
}

std::string log_line(LogFormat format, std::string_view event,
                     std::initializer_list<LogField> fields) {
    std::string line;
    if (format == LogFormat::Json) {
        line.append("\"event\":\"").append(event).append("\"");
    } else {
        line.append(format == LogFormat::Logfmt ? "event=" : "").append(event);
    }
    for (const LogField& field : fields) {
        if (format == LogFormat::Json) {
            line.append(",\"").append(field.key).append("\":");
        } else {
            line.append(" ").append(field.key).append("=");
        }
        field.value.append_to(line, format);
    }
    return line;
}

} // namespace base
