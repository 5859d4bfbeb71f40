// TextTable — rows for a terminal, in columns; and text of others made fit for one.
// Units:  widths in characters of Unicode, as if each took one cell.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace cm {

// What others have written cannot move the cursor or change colours.
[[nodiscard]] std::string printable(std::string_view text);

class TextTable {
public:
    // Two blanks between columns, none behind the last. Numbers stand on the right: columns whose
    // head begins with '>'.
    explicit TextTable(std::vector<std::string> heads);
    // As many cells as there are heads; made printable.
    void add(std::vector<std::string> cells);
    void print(std::ostream& out) const;

private:
    std::vector<bool> on_the_right_;
    std::vector<size_t> widths_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace cm
