// Options — the command line: `boshcm run`, `boshcm check`, `boshcm probe`, `boshcm doctor`,
// `boshcm version`, and what is asked of a running daemon (AdminOptions).
// Errors: UsageFault, a message for standard error that says what to do. Nothing here exits.
#pragma once

#include "cm/admin_options.h"

#include <chrono>
#include <string>
#include <variant>
#include <vector>

namespace cm {

inline constexpr const char* kDefaultConfigFile = "/etc/boshcm/cm.xml";

// What the program's exit tells; also in boshcm(1).
inline constexpr int kExitOk = 0;
inline constexpr int kExitRuntimeFailure = 1; // could not listen, or failed while running
inline constexpr int kExitStepFailed = 1;     // of a probe
inline constexpr int kExitProblemFound = 1;   // by the doctor
inline constexpr int kExitUsageOrConfig = 2;  // the command line or the configuration is wrong
// Of what is asked of a running daemon: it is not there, or does not answer. If it will not do it,
// that is kExitRuntimeFailure.
inline constexpr int kExitNoDaemon = 3;

struct RunCommand {
    std::string config_file = kDefaultConfigFile;
};
struct CheckCommand {
    std::string config_file = kDefaultConfigFile;
};
struct ProbeCommand {
    std::string config_file; // empty: none; then DNS tells where the server is
    std::string domain;      // empty: the account's, or the only one of the configuration
    std::string account;     // "user@domain" or "user"; empty: no login
    std::string password_file;
    bool anonymous = false;
    std::string url; // empty: the first listener's
    std::string ca_file;
    std::string
        dns; // "192.0.2.53" or "192.0.2.53:5353"; empty: the configuration's or the system's
    bool native_only = false;
    bool web_only = false;
    std::chrono::milliseconds timeout{30'000};
    bool json = false;
};
struct DoctorCommand {
    std::string target;      // a URL, a domain, or a configuration file
    std::string config_file; // empty: none
    std::string websocket;   // its URL; empty: at the usual path, or as host-meta or --config say
    std::string domain;
    std::string account; // "user@domain" or "user"; empty: no login
    std::string password_file;
    std::string front; // "nginx"; empty: to be found out
    std::string origin;
    std::string ca_file;
    std::string dns;
    std::vector<std::string> resolve; // "host:port:address[,address]"
    std::chrono::milliseconds hold{65'000};
    bool quick = false;
    bool json = false;
};
// --help, --version and `version`: print to standard output and exit with kExitOk.
struct ShowText {
    std::string text;
};
// Print to standard error and exit with kExitUsageOrConfig.
struct UsageFault {
    std::string text;
};
using Options = std::variant<RunCommand, CheckCommand, ProbeCommand, DoctorCommand, AdminCommand,
                             ShowText, UsageFault>;

[[nodiscard]] Options parse_options(int argc, const char* const* argv);

} // namespace cm
