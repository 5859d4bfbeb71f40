#include "bench/simulate/options.h"

#include "cm/spelling.h"

#include <CLI/CLI.hpp>

#include <string>

namespace simulate {

namespace {

void add_duration(CLI::App& app, const char* name, const char* help, base::Duration& duration) {
    app.add_option_function<std::string>(
           name, [](const std::string&) {}, help)
        ->type_name("DURATION")
        ->check([&duration](const std::string& text) {
            auto read = cm::parse_duration(text);
            if (!read) return "not a duration such as 30s: " + text;
            duration = *read;
            return std::string();
        })
        ->default_str(cm::spell_duration(duration));
}

} // namespace

std::optional<Options> parse_options(int argc, const char* const* argv, int& status) {
    Options options;
    CLI::App app("Very many sessions on the real engines of one worker, in simulated time: what "
                 "they cost in memory and in CPU time, and how long its longest turn is.",
                 "boshcm-simulate");
    app.add_option("-n,--sessions", options.sessions, "How many; of several numbers each in turn")
        ->delimiter(',')
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_flag("--websocket", options.websocket, "WebSocket instead of BOSH");
    add_duration(app, "--arriving", "In what time all log in", options.arriving);
    add_duration(app, "--time", "How long all are there", options.time);
    add_duration(app, "--leaving", "In what time all leave", options.leaving);
    add_duration(app, "--message-interval", "How often each client writes to itself",
                 options.message_interval);
    app.add_option("--limit", options.most_bytes,
                   "Fail if a session costs more bytes of the heap than that");
    try { // CLI11 reports by exceptions; they end here.
        app.parse(argc, argv);
    } catch (const CLI::ParseError& outcome) {
        status = app.exit(outcome) == 0 ? 0 : 2;
        return std::nullopt;
    }
    return options;
}

} // namespace simulate
