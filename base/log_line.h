// A line of the log: an event and its fields, in one of three formats.
//   text    session.created sid=Ab3dE6gH domain=example.org wait=60
//   logfmt  the same, with event= before its name; quoted values have JSON's escapes
//   json    "event":"session.created","sid":"Ab3dE6gH","domain":"example.org","wait":60
// A value that comes from a peer is escaped and cut, so that no one outside writes lines or fields
// of ours; all three are plain ASCII. In logfmt and json UTF-8 becomes the characters it stands
// for, and what is not UTF-8 the replacement character; in text bytes remain bytes.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace base {

enum class LogFormat : uint8_t { Text, Logfmt, Json };

class LogValue {
public:
    LogValue(std::string_view text) : text_(text) {}   // NOLINT(google-explicit-constructor)
    LogValue(const char* text) : text_(text) {}        // NOLINT(google-explicit-constructor)
    LogValue(const std::string& text) : text_(text) {} // NOLINT(google-explicit-constructor)
    template <std::integral Number>
    LogValue(Number number) // NOLINT(google-explicit-constructor)
        : number_(static_cast<int64_t>(number)), is_number_(true) {}

    // Text of ours, however long.
    [[nodiscard]] static LogValue whole(std::string_view text) {
        LogValue value(text);
        value.is_whole_ = true;
        return value;
    }

    void append_to(std::string& line, LogFormat format) const;

private:
    std::string_view text_;
    int64_t number_ = 0;
    bool is_number_ = false;
    bool is_whole_ = false;
};

struct LogField {
    LogField(std::string_view field_key, LogValue field_value)
        : key(field_key), value(field_value) {}

    std::string_view key; // ours: a word
    LogValue value;
};

// Without time and level, and in json without the braces around.
[[nodiscard]] std::string log_line(LogFormat format, std::string_view event,
                                   std::initializer_list<LogField> fields);

} // namespace base
