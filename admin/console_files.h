// console_files — the files of web/console, as they were when the program was built. The program
// brings its page along: there is nothing to install beside it, and none is of another version.
#pragma once

#include <span>
#include <string_view>

namespace admin {

struct ConsoleFile {
    std::string_view name; // below /console/
    std::string_view type;
    std::string_view etag; // with its quotes
    std::string_view content;
};

[[nodiscard]] std::span<const ConsoleFile> console_files();

} // namespace admin
