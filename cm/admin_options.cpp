#include "cm/admin_options.h"

#include "cm/spelling.h"

#include <CLI/CLI.hpp>

#include <string_view>
#include <vector>

namespace cm {

namespace {

using What = AdminCommand::What;

std::string read_deadline(const std::string& text, std::optional<std::chrono::seconds>& deadline) {
    auto duration = parse_duration(text);
    if (!duration) return "not a duration such as 5m: " + text;
    deadline = std::chrono::ceil<std::chrono::seconds>(*duration);
    return {};
}

void add_place(CLI::App& command, AdminCommand& into) {
    CLI::Option* config =
        command.add_option("-c,--config", into.config_file, "The configuration says where it is")
            ->type_name("FILE");
    command.add_option("--socket", into.socket, "Its admin socket")
        ->type_name("PATH")
        ->excludes(config);
    command.add_option("--token-file", into.token_file, "The token is the first line of this file")
        ->type_name("FILE");
    command.add_flag("--json", into.json, "Print what the daemon says as JSON");
}

void add_subject(CLI::App& command, AdminCommand& into, const char* name, const char* help) {
    command.add_option(name, into.subject, help)->type_name("")->required();
}

void add_listing(CLI::App& command, AdminCommand& into) {
    command.add_option("--search", into.search, "Those with this in sid, domain, JID or address")
        ->type_name("TEXT");
    command.add_option("--transport", into.transport, "bosh or websocket")
        ->check(CLI::IsMember({"bosh", "websocket"}))
        ->type_name("");
    command.add_option("--state", into.state, "opening, negotiating, open or closing")
        ->check(CLI::IsMember({"opening", "negotiating", "open", "closing"}))
        ->type_name("");
    command
        .add_option("--sort", into.sort, "age, idle or queue, the largest first; or domain or jid")
        ->check(CLI::IsMember({"age", "idle", "queue", "domain", "jid"}))
        ->type_name("");
    command.add_flag("--reverse", into.reverse, "The other way round");
    command.add_option("--limit", into.limit, "Print so many at most")
        ->check(CLI::Range(1, 1000))
        ->type_name("NUMBER")
        ->capture_default_str();
}

} // namespace

struct AdminOptions::Commands {
    struct Entry {
        CLI::App* parser;
        AdminCommand command;
    };
    std::vector<std::unique_ptr<Entry>> all; // parsers point into them

    Entry& add(CLI::App& app, What what, const char* name, const char* help) {
        auto& entry = *all.emplace_back(std::make_unique<Entry>());
        entry.parser = app.add_subcommand(name, help);
        entry.command.what = what;
        return entry;
    }
};

AdminOptions::AdminOptions(CLI::App& app) : commands_(std::make_unique<Commands>()) {
    auto add = [&](What what, const char* name, const char* help) -> Commands::Entry& {
        return commands_->add(app, what, name, help);
    };
    add(What::Status, "status", "Tell how the running daemon is");
    auto& sessions = add(What::Sessions, "sessions", "List its sessions");
    add_listing(*sessions.parser, sessions.command);
    auto& session = add(What::Session, "session", "Tell all about one session");
    add_subject(*session.parser, session.command, "SID", "How its sid begins, as the log has it");
    auto& kill = add(What::Kill, "kill", "End one session; its client is told policy-violation");
    add_subject(*kill.parser, kill.command, "SID", "How its sid begins, as the log has it");
    auto& trace = add(What::Trace, "trace", "Print what a session says and hears, as it happens");
    add_subject(*trace.parser, trace.command, "SID|JID", "The session, or whose sessions");
    trace.parser->add_flag("--bodies", trace.command.bodies,
                           "With what people write; passwords are never shown");
    auto& drain = add(What::Drain, "drain",
                      "Let nobody new in, and end when all sessions have; see boshcm(1)");
    CLI::Option* cancel =
        drain.parser->add_flag("--cancel", drain.command.cancel, "Let newcomers in again");
    drain.parser
        ->add_option_function<std::string>(
            "--deadline", [](const std::string&) {}, "End by then at the latest, such as 5m")
        ->type_name("DURATION")
        ->check([&drain](const std::string& text) {
            return read_deadline(text, drain.command.deadline);
        })
        ->excludes(cancel);
    add(What::Reload, "reload", "Have it read its configuration, and tell how that went");
    auto& level = add(What::LogLevel, "log-level", "Have it log more or less, until a reload");
    add_subject(*level.parser, level.command, "LEVEL", "trace, debug, info, warn, error or off");
    for (auto& entry : commands_->all) add_place(*entry->parser, entry->command);
}

AdminOptions::~AdminOptions() = default;

std::optional<AdminCommand> AdminOptions::chosen() const {
    for (const auto& entry : commands_->all) {
        if (entry->parser->parsed()) return entry->command;
    }
    return std::nullopt;
}

} // namespace cm
