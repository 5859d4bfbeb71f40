#include "cm/options.h"

#include "cm/spelling.h"
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

// Durations as the configuration has them.
std::string read_timeout(const std::string& text, std::chrono::milliseconds& timeout) {
    auto duration = parse_duration(text);
    if (!duration || *duration <= base::Duration(0)) return "not a duration such as 30s: " + text;
    timeout = *duration;
    return {};
}

void add_probe_options(CLI::App& probe, ProbeCommand& command, std::string& timeout) {
    probe.add_option("domain", command.domain, "The domain to log in at")->type_name("DOMAIN");
    probe
        .add_option("-c,--config", command.config_file,
                    "Take the domain's servers and the URL from this file, see cm.xml(5)")
        ->type_name("FILE");
    CLI::Option* account =
        probe.add_option("--account", command.account, "Log in with this account")
            ->type_name("USER@DOMAIN");
    CLI::Option* password =
        probe
            .add_option("--password-file", command.password_file,
                        "Its password is the first line of this file; - is standard input")
            ->type_name("FILE");
    account->needs(password);
    password->needs(account);
    probe.add_flag("--anonymous", command.anonymous, "Log in as a guest")->excludes(account);
    CLI::Option* url =
        probe.add_option("--url", command.url, "The BOSH URL, instead of the first listener's")
            ->type_name("URL");
    probe
        .add_option("--ca-file", command.ca_file,
                    "Trust the CAs in this file, for the URL and for servers without one")
        ->type_name("FILE");
    probe.add_option("--dns", command.dns, "Ask this name server, such as 192.0.2.53")
        ->type_name("ADDRESS[:PORT]");
    CLI::Option* native = probe
                              .add_flag("--native-only", command.native_only,
                                        "Only straight to the server, not through boshcm")
                              ->excludes(url);
    probe
        .add_flag("--web-only", command.web_only, "Only through boshcm, not straight to the server")
        ->excludes(native);
    probe.add_option("--timeout", timeout, "Time for each of the two ways")
        ->type_name("DURATION")
        ->check([&command](const std::string& text) { return read_timeout(text, command.timeout); })
        ->default_str("30s");
    probe.add_flag("--json", command.json, "Print one JSON object instead of lines");
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
    ProbeCommand probe_command;
    std::string timeout;
    CLI::App* probe = app.add_subcommand(
        "probe", "Log in at a domain's server and through boshcm, and say what is wrong");
    add_probe_options(*probe, probe_command, timeout);
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
                              : probe->parsed() ? "boshcm probe"
                                                : "boshcm";
        return UsageFault{std::string("boshcm: ") + outcome.what() + "\nTry '" + command +
                          " --help'.\n"};
    }
    if (version->parsed()) return ShowText{version_text()};
    if (check->parsed()) return check_command;
    if (probe->parsed()) return probe_command;
    return run_command;
}

} // namespace cm
