// Options — the command line: `boshcm run`, `boshcm check`, `boshcm version`.
// Errors: UsageFault, a message for standard error that says what to do. Nothing here exits.
#pragma once

#include <string>
#include <variant>

namespace cm {

inline constexpr const char* kDefaultConfigFile = "/etc/boshcm/cm.xml";

// What the program's exit tells; also in boshcm(1).
inline constexpr int kExitOk = 0;
inline constexpr int kExitRuntimeFailure = 1; // could not listen, or failed while running
inline constexpr int kExitUsageOrConfig = 2;  // the command line or the configuration is wrong

struct RunCommand {
    std::string config_file = kDefaultConfigFile;
};
struct CheckCommand {
    std::string config_file = kDefaultConfigFile;
};
// --help, --version and `version`: print to standard output and exit with kExitOk.
struct ShowText {
    std::string text;
};
// Print to standard error and exit with kExitUsageOrConfig.
struct UsageFault {
    std::string text;
};
using Options = std::variant<RunCommand, CheckCommand, ShowText, UsageFault>;

[[nodiscard]] Options parse_options(int argc, const char* const* argv);

} // namespace cm
