#include "bench/load/options.h"

#include "cm/spelling.h"
#include "cm/version.h"
#include "net/address.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <map>
#include <sstream>

namespace load {

namespace {

const std::map<std::string, ScenarioKind> kScenarios{{"echo", ScenarioKind::Echo},
                                                     {"rate", ScenarioKind::Rate},
                                                     {"idle", ScenarioKind::Idle},
                                                     {"churn", ScenarioKind::Churn},
                                                     {"fan-out", ScenarioKind::FanOut},
                                                     {"storm", ScenarioKind::Storm},
                                                     {"handshakes", ScenarioKind::Handshakes}};

constexpr const char* kScenarioHelp =
    "echo: everybody writes to themselves, again as soon as it is back; "
    "rate: the same at a fixed rate, whatever comes back; "
    "idle: nothing is said; "
    "churn: everybody logs in, leaves, and again; "
    "fan-out: the first writes to all others; "
    "storm: all connections break, and everybody comes back at once; "
    "handshakes: as many connections by TLS, each closed when it is secured, and again";

template <class Number>
bool read_number(std::string_view text, Number& number) {
    auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return !text.empty() && error == std::errc() && rest == text.data() + text.size();
}

std::string read_duration(const std::string& text, base::Duration& duration) {
    auto read = cm::parse_duration(text);
    if (!read) return "not a duration such as 30s: " + text;
    duration = *read;
    return {};
}

std::string read_watched(const std::string& text, std::vector<WatchedProcess>& watched) {
    size_t equals = text.find('=');
    WatchedProcess process{.name = text.substr(0, equals)};
    if (equals == std::string::npos || process.name.empty() ||
        !read_number(std::string_view(text).substr(equals + 1), process.pid) || process.pid <= 0) {
        return "not a name and a process such as boshcm=4711: " + text;
    }
    watched.push_back(process);
    return {};
}

void add_duration(CLI::App& app, const char* name, const char* help, base::Duration& duration) {
    app.add_option_function<std::string>(
           name, [](const std::string&) {}, help)
        ->type_name("DURATION")
        ->check([&duration](const std::string& text) { return read_duration(text, duration); })
        ->default_str(cm::spell_duration(duration));
}

void add_what_to_do(CLI::App& app, Options& options) {
    app.add_option_function<std::string>(
           "scenario",
           [&](const std::string& name) { options.scenario.kind = kScenarios.at(name); },
           kScenarioHelp)
        ->required()
        ->type_name("SCENARIO")
        ->check(CLI::IsMember(kScenarios));
    app.add_option_function<std::string>(
           "url",
           [&](const std::string& text) {
               auto url = Url::parse(text);
               if (!url) {
                   throw CLI::ValidationError(
                       "url", "not http://, https://, ws://, wss:// or tcp://: " + text);
               }
               options.url = *url;
           },
           "Where the clients connect: http://HOST:PORT/PATH for BOSH, ws://HOST:PORT/PATH for "
           "WebSocket, https:// and wss:// for the same over TLS, tcp://HOST:PORT for XMPP without "
           "a connection manager")
        ->required()
        ->type_name("URL");
    app.add_option("-n,--sessions", options.sessions, "How many clients")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--rate", options.scenario.per_second,
                   "rate: messages a second of all clients together")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--text", options.scenario.text_bytes, "Bytes of text in a message")
        ->capture_default_str();
    app.add_option("--count", options.count,
                   "Measure until so many have arrived, if the time does not run out before");
    add_duration(app, "--warm-up", "How long before it is measured", options.warm_up);
    add_duration(app, "--time", "How long it is measured; a storm may be over before",
                 options.time);
}

void add_who(CLI::App& app, Options& options) {
    app.add_option("--domain", options.domain,
                   "The domain to log in at; the URL's host by default");
    CLI::Option* user = app.add_option("--user", options.account.user,
                                       "Names of the accounts, %d is the client's number: u%d; "
                                       "without it clients are guests (ANONYMOUS)");
    app.add_option("--password", options.account.password, "The password of all of them")
        ->needs(user);
    app.add_option("--first", options.account.first, "The first client's number")
        ->capture_default_str();
}

void add_how(CLI::App& app, Options& options) {
    app.add_option("--at-once", options.logins_at_once,
                   "How many log in at the same time, except in churn and storm")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    add_duration(app, "--patience", "How long a login, or a message when all is over, may take",
                 options.patience);
    app.add_option("--wait", options.wait_seconds, "BOSH: seconds that requests may be held")
        ->capture_default_str();
    app.add_flag("--http2", options.http2,
                 "BOSH and WebSocket by HTTP/2: all that a client asks goes by one connection; in "
                 "clear the server must know beforehand");
    app.add_option("--source", options.sources,
                   "An address that connections leave from; several take turns, for more than "
                   "28,000 connections")
        ->type_name("ADDRESS")
        ->allow_extra_args(false)
        ->check([](const std::string& text) {
            return net::Address::parse(text, 0) ? std::string() : "not an address: " + text;
        });
}

void add_tls(CLI::App& app, Options& options) {
    CLI::Option* ca_file =
        app.add_option("--ca", options.tls.ca_file,
                       "TLS: certificates that are trusted, of authorities or the server's own; "
                       "those of the system by default")
            ->type_name("FILE")
            ->check(CLI::ExistingFile);
    app.add_flag("--insecure", options.tls.insecure,
                 "TLS: take the key that the server shows first for its own")
        ->excludes(ca_file);
    app.add_option("--server-name", options.tls.server_name,
                   "TLS: whom the certificate must name; the URL's host by default")
        ->type_name("NAME");
    app.add_flag(
        "--resume", options.tls.resume,
        "TLS: connections go on with an earlier session, as those of returning clients do");
}

void add_report(CLI::App& app, Options& options) {
    app.add_option_function<std::vector<std::string>>(
           "--watch",
           [&](const std::vector<std::string>& texts) {
               for (const std::string& text : texts) {
                   std::string fault = read_watched(text, options.watched);
                   if (!fault.empty()) throw CLI::ValidationError("--watch", fault);
               }
           },
           "Tell of this process, too, with its threads and children: CPU time, memory")
        ->type_name("NAME=PID")
        ->allow_extra_args(false);
    app.add_option("--json", options.json_file,
                   "Write the report as JSON, too; - is standard output")
        ->type_name("FILE");
}

} // namespace

std::optional<Url> Url::parse(std::string_view text) {
    Url url{.text = std::string(text)};
    size_t scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos) return {};
    std::string_view scheme = text.substr(0, scheme_end);
    url.tls = scheme == "https" || scheme == "wss";
    if (scheme == "http" || scheme == "https") {
        url.transport = TransportKind::Bosh;
        url.port = url.tls ? 443 : 80;
    } else if (scheme == "ws" || scheme == "wss") {
        url.transport = TransportKind::WebSocket;
        url.port = url.tls ? 443 : 80;
    } else if (scheme == "tcp") {
        url.transport = TransportKind::Tcp;
        url.port = 5222;
    } else {
        return {};
    }
    text.remove_prefix(scheme_end + 3);
    size_t slash = text.find('/');
    if (slash != std::string_view::npos) url.path = text.substr(slash);
    text = text.substr(0, slash);
    if (url.path.empty() && url.transport != TransportKind::Tcp) url.path = "/";
    size_t host_end = text.starts_with('[') ? text.find(']') : std::string_view::npos;
    size_t colon = text.find(':', host_end == std::string_view::npos ? 0 : host_end);
    if (colon != std::string_view::npos && !read_number(text.substr(colon + 1), url.port))
        return {};
    url.host = text.substr(0, colon);
    if (url.host.empty() || url.port == 0) return {};
    return url;
}

std::string Url::authority() const {
    return host + ':' + std::to_string(port);
}

std::variant<Options, ShowText, UsageFault> parse_options(int argc, const char* const* argv) {
    Options options;
    CLI::App app("Many XMPP clients in one process, to measure what they are connected to.",
                 "boshcm-load");
    app.set_version_flag("--version", std::string("boshcm-load ") + cm::kVersion);
    add_what_to_do(app, options);
    add_who(app, options);
    add_how(app, options);
    add_tls(app, options);
    add_report(app, options);
    try { // CLI11 reports by exceptions; they end here.
        app.parse(argc, argv);
    } catch (const CLI::ParseError& outcome) {
        std::ostringstream out;
        std::ostringstream err;
        bool asked = app.exit(outcome, out, err) == 0; // prints, does not exit
        if (asked) return ShowText{out.str()};
        return UsageFault{std::string("boshcm-load: ") + outcome.what() +
                          "\nTry 'boshcm-load --help'.\n"};
    }
    if (options.domain.empty()) options.domain = options.url.host;
    if (options.tls.server_name.empty()) options.tls.server_name = options.url.host;
    if (options.scenario.kind == ScenarioKind::FanOut && options.sessions < 2) {
        return UsageFault{"boshcm-load: fan-out needs two sessions at least\n"};
    }
    if (options.scenario.kind == ScenarioKind::Handshakes && !options.url.tls) {
        return UsageFault{"boshcm-load: handshakes are made by https:// or wss:// only\n"};
    }
    if (options.http2 && options.url.transport == TransportKind::Tcp) {
        return UsageFault{"boshcm-load: there is no HTTP in tcp://\n"};
    }
    return options;
}

} // namespace load
