#include "cm/text_table.h"

#include <algorithm>
#include <ostream>
#include <utility>

namespace cm {

namespace {

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

size_t width(std::string_view text) {
    return static_cast<size_t>(
        std::ranges::count_if(text, [](char c) { return !continues_character(c); }));
}

} // namespace

std::string printable(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string shown;
    for (size_t at = 0; at < text.size(); ++at) {
        auto byte = static_cast<unsigned char>(text[at]);
        // U+0080 to U+009F: controls in two bytes.
        bool is_c1 =
            byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
        if (byte >= 0x20 && byte != 0x7f && !is_c1) {
            shown += text[at];
            continue;
        }
        if (is_c1) byte = static_cast<unsigned char>(text[++at]);
        shown.append({'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]});
    }
    return shown;
}

TextTable::TextTable(std::vector<std::string> heads) {
    for (std::string& head : heads) {
        on_the_right_.push_back(head.starts_with('>'));
        if (on_the_right_.back()) head.erase(0, 1);
    }
    widths_.resize(heads.size());
    add(std::move(heads));
}

void TextTable::add(std::vector<std::string> cells) {
    for (size_t column = 0; column < cells.size(); ++column) {
        cells[column] = printable(cells[column]);
        widths_[column] = std::max(widths_[column], width(cells[column]));
    }
    rows_.push_back(std::move(cells));
}

void TextTable::print(std::ostream& out) const {
    for (const std::vector<std::string>& row : rows_) {
        if (std::ranges::all_of(row, &std::string::empty)) continue; // heads of a table without
        std::string line;
        for (size_t column = 0; column < row.size(); ++column) {
            std::string fill(widths_[column] - width(row[column]), ' ');
            if (column > 0) line += "  ";
            line += on_the_right_[column] ? fill + row[column] : row[column] + fill;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << '\n';
    }
}

} // namespace cm
