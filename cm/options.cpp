#include "cm/options.h"

#include "cm/version.h"

#include <CLI/CLI.hpp>

#include <sstream>

namespace cm {
namespace {

CLI::Option* add_config(CLI::App& command, std::string& file) {
    return command.add_option("-c,--config", file, "The configuration file, see cm.xml(5)")
        ->type_name("FILE")
        ->capture_default_str();
}

std::string version_text() {
    return std::string("boshcm ") + kVersion + "\n";
}

} // namespace

Options parse_options(int argc, const char* const* argv) {
    RunCommand run_command;
    CheckCommand check_command;

    CLI::App app("Connects web chat clients to XMPP servers over HTTP (BOSH, XEP-0124).", "boshcm");
    app.set_version_flag("--version", std::string("boshcm ") + kVersion);
    app.require_subcommand(1);
    CLI::App* run = app.add_subcommand("run", "Serve clients until SIGTERM or SIGINT");
    add_config(*run, run_command.config_file);
    CLI::App* check = app.add_subcommand(
        "check", "Print what the configuration amounts to, or all that is wrong with it");
    add_config(*check, check_command.config_file);
    CLI::App* version = app.add_subcommand("version", "Print the version");

    // CLI11 reports by exceptions; they end here.
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& outcome) {
        std::ostringstream out;
        std::ostringstream err;
        bool asked = app.exit(outcome, out, err) == 0; // prints, does not exit
        if (asked) return ShowText{out.str()};
        std::string command = run->parsed()     ? "boshcm run"
                              : check->parsed() ? "boshcm check"
                                                : "boshcm";
        return UsageFault{std::string("boshcm: ") + outcome.what() + "\nTry '" + command +
                          " --help'.\n"};
    }
    if (version->parsed()) return ShowText{version_text()};
    if (check->parsed()) return check_command;
    return run_command;
}

} // namespace cm
