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

CLI::Option* add_account(CLI::App& command, std::string& account, std::string& password_file) {
    CLI::Option* named = command.add_option("--account", account, "Log in with this account")
                             ->type_name("USER@DOMAIN");
    CLI::Option* password =
        command
            .add_option("--password-file", password_file,
                        "Its password is the first line of this file; - is standard input")
            ->type_name("FILE");
    named->needs(password);
    password->needs(named);
    return named;
}

void add_probe_options(CLI::App& probe, ProbeCommand& command, std::string& timeout) {
    probe.add_option("domain", command.domain, "The domain to log in at")->type_name("DOMAIN");
    probe
        .add_option("-c,--config", command.config_file,
                    "Take the domain's servers and the URL from this file, see cm.xml(5)")
        ->type_name("FILE");
    CLI::Option* account = add_account(probe, command.account, command.password_file);
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

void add_doctor_options(CLI::App& doctor, DoctorCommand& command, std::string& hold) {
    doctor
        .add_option("target", command.target,
                    "A URL such as https://chat.example.org/http-bind, a domain whose host-meta "
                    "leads on, or a configuration file")
        ->type_name("URL|DOMAIN|FILE");
    doctor
        .add_option("-c,--config", command.config_file,
                    "Take from this file what it says of listeners and servers, see cm.xml(5)")
        ->type_name("FILE");
    doctor.add_option("--websocket", command.websocket, "The WebSocket's URL")->type_name("URL");
    doctor.add_option("--domain", command.domain, "The domain that clients log in at")
        ->type_name("DOMAIN");
    add_account(doctor, command.account, command.password_file);
    doctor
        .add_option("--front", command.front,
                    "The program in front, if it does not tell: nginx, haproxy, apache, caddy or "
                    "boshcm")
        ->check(CLI::IsMember({"nginx", "haproxy", "apache", "caddy", "boshcm"}))
        ->type_name("PROGRAM");
    doctor.add_option("--origin", command.origin, "Come as a page of this origin")
        ->type_name("ORIGIN");
    doctor
        .add_option("--ca-file", command.ca_file,
                    "Trust the CAs in this file, for URLs and for servers without one")
        ->type_name("FILE");
    doctor.add_option("--dns", command.dns, "Ask this name server, such as 192.0.2.53")
        ->type_name("ADDRESS[:PORT]");
    doctor
        .add_option("--resolve", command.resolve,
                    "Take these addresses for the host, whatever DNS says")
        ->type_name("HOST:PORT:ADDRESS[,ADDRESS]");
    CLI::Option* held =
        doctor.add_option("--hold", hold, "For how long a request is held, to see who cuts it")
            ->type_name("DURATION")
            ->check(
                [&command](const std::string& text) { return read_timeout(text, command.hold); })
            ->default_str("65s");
    doctor.add_flag("--quick", command.quick, "Hold no request")->excludes(held);
    doctor.add_flag("--json", command.json, "Print one JSON object instead of text");
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
    DoctorCommand doctor_command;
    std::string hold;
    CLI::App* doctor = app.add_subcommand(
        "doctor", "Look at the whole way from outside, and say which lines to change");
    add_doctor_options(*doctor, doctor_command, hold);
    const AdminOptions admin(app);
    CLI::App* version = app.add_subcommand("version", "Print the version");

    // CLI11 reports by exceptions; they end here.
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& outcome) {
        std::ostringstream out;
        std::ostringstream err;
        bool asked = app.exit(outcome, out, err) == 0; // prints, does not exit
        if (asked) return ShowText{out.str()};
        std::string command = "boshcm";
        for (const CLI::App* each : app.get_subcommands()) command += " " + each->get_name();
        return UsageFault{std::string("boshcm: ") + outcome.what() + "\nTry '" + command +
                          " --help'.\n"};
    }
    if (version->parsed()) return ShowText{version_text()};
    if (check->parsed()) return check_command;
    if (probe->parsed()) return probe_command;
    if (doctor->parsed()) return doctor_command;
    if (auto command = admin.chosen()) return *command;
    return run_command;
}

} // namespace cm
