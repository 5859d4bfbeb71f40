#include "probe/report_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace probe {

namespace {

// A certificate's subject fits; a page of HTML does not.
constexpr size_t kMostCharacters = 300;

std::string text_of(const FactValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
    std::string joined;
    for (const std::string& item : std::get<std::vector<std::string>>(value)) {
        if (!joined.empty()) joined += ", ";
        joined += item;
    }
    return joined.empty() ? "none" : joined;
}

std::string shown(const Fact& fact) {
    std::string value = printable(text_of(fact.value));
    bool quoted = value.empty() || value.contains(' ');
    return fact.name + '=' + (quoted ? '"' + value + '"' : value);
}

} // namespace

std::string printable(std::string_view text) {
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
        if (result.size() >= kMostCharacters) return result + "...";
        auto byte = static_cast<unsigned char>(text[i]);
        // C2 80 to C2 9F are control characters too.
        bool c1 =
            byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (byte >= 0x20 && byte != 0x7f && !c1) {
            result += text[i];
            continue;
        }
        std::array<char, 8> escape{};
        std::snprintf(escape.data(), escape.size(), "\\x%02x", byte);
        result += escape.data();
    }
    return result;
}

std::string line_of(const Step& step) {
    std::string way(to_string(step.way));
    std::array<char, 96> head{};
    std::snprintf(head.data(), head.size(), "%-7s %-6s %-17s %5lld ms", step.ok() ? "ok" : "FAILED",
                  way.c_str(), step.name.c_str(), static_cast<long long>(step.took.count()));
    std::string line = head.data();
    for (const Fact& fact : step.facts) line += "  " + shown(fact);
    line += '\n';
    if (!step.ok()) line += "        " + printable(step.finding.sentence) + '\n';
    return line;
}

std::string last_line_of(const Report& report) {
    std::string name;
    if (const Step* failed = report.first_failed()) {
        name = '[' + std::string(name_of(failed->finding.problem)) + "] ";
    }
    // Sentence and advice may both quote a peer.
    std::string verdict = report.verdict();
    std::string line;
    for (std::string_view rest = verdict; !rest.empty();) {
        std::string_view piece = rest.substr(0, kMostCharacters);
        line += printable(piece);
        rest.remove_prefix(piece.size());
    }
    return name + line + '\n';
}

} // namespace probe
