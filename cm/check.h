// check() — the whole of `boshcm check`, apart from the streams it prints to.
// Errors: every one of the file's to `err`, and kExitUsageOrConfig.
#pragma once

#include <iosfwd>
#include <string>

namespace cm {

// Prints the effective configuration to `out` and warnings to `err`. Returns the exit code.
[[nodiscard]] int check(const std::string& config_file, std::ostream& out, std::ostream& err);

} // namespace cm
