#include "bench/load/run.h"

#include "bench/load/process.h"

#include <unistd.h>
#include <utility>

namespace load {

namespace {

using namespace std::chrono_literals;

// How often it is looked whether a phase is over.
constexpr base::Duration kTick = 100ms;

std::vector<net::Address> addresses_of(const std::vector<std::string>& texts) {
    std::vector<net::Address> addresses;
    for (const std::string& text : texts) addresses.push_back(*net::Address::parse(text, 0));
    return addresses;
}

std::string http_version(const Options& options) {
    if (options.url.transport == TransportKind::Tcp) return {};
    return options.http2 ? "2" : "1.1";
}

Crowd::Settings crowd_settings(const Options& options) {
    bool all_at_once = options.scenario.kind == ScenarioKind::Churn;
    return {.sessions = options.sessions,
            .logins_at_once = all_at_once ? options.sessions : options.logins_at_once,
            .session = {.transport = options.url.transport, .patience = options.patience},
            .account = options.account};
}

} // namespace

const char* Run::to_string(Phase phase) {
    switch (phase) {
    case Phase::Connecting: return "connecting";
    case Phase::WarmUp: return "warming up";
    case Phase::Steady: return "measuring";
    case Phase::Arriving: return "awaiting what is under way";
    case Phase::Leaving: return "leaving";
    }
    return "";
}

Run::Run(Services& services, const Options& options, std::optional<SecureLines> secured)
    : services_(services), options_(options), signals_(services.loop, *this),
      resolver_(services.loop, services.metrics, {}),
      connector_(services.loop, resolver_, {.race = {.deadline = options.patience}, .tcp = {}}),
      sources_(addresses_of(options.sources)),
      context_{.env = services.env,
               .connector = connector_,
               .target = {.host = options.url.host, .port = options.url.port},
               .host = options.url.authority(),
               .path = options.url.path,
               .domain = options.domain,
               .wait_seconds = options.wait_seconds,
               .secured = std::move(secured),
               .http2 = options.http2},
      crowd_(context_, crowd_settings(options_), tally_),
      scenario_(make_scenario(options.scenario, services.loop, context_, crowd_, tally_)) {
    if (!options.sources.empty()) context_.target.sources = &sources_;
    crowd_.set_listener(*scenario_);
    watched_.push_back({.figures = {.name = "generator", .pid = ::getpid()}, .cpu_at_open = {}});
    for (const WatchedProcess& each : options.watched) {
        watched_.push_back({.figures = {.name = each.name, .pid = each.pid}, .cpu_at_open = {}});
    }
}

Report Run::execute() {
    for (Watched& each : watched_) {
        each.figures.bytes_before = proportional_bytes(each.figures.pid);
    }
    began_ = instant_now();
    if (scenario_->wants_everybody_first()) {
        // Each needs its turn, and has its own patience.
        enter(Phase::Connecting, base::Duration::max() / 2);
        crowd_.bring_all();
    } else {
        warm_up();
    }
    services_.loop.run();

    report_.scenario = load::to_string(options_.scenario.kind);
    report_.transport = load::to_string(options_.url.transport);
    report_.http = http_version(options_);
    report_.url = options_.url.text;
    report_.unit = scenario_->unit();
    report_.sessions = options_.sessions;
    report_.due = tally_.due();
    report_.arrived = tally_.arrived();
    report_.missing = tally_.missing();
    report_.faults = tally_.faults();
    report_.latency = tally_.latency();
    for (Watched& each : watched_) report_.processes.push_back(std::move(each.figures));
    return std::move(report_);
}

// ---------------------------------------------------------------------------- phases

// Whoever waits for a long run would like to know where it is.
void Run::enter(Phase phase, base::Duration lasting) {
    phase_ = phase;
    std::fprintf(stderr, "boshcm-load: %s, %zu online\n", to_string(phase), crowd_.online());
    until_ = services_.loop.now() + lasting;
    services_.loop.wheel().set(*this, services_.loop.now() + std::min(lasting, kTick));
}

void Run::on_deadline(base::TimePoint now) {
    services_.loop.wheel().set(*this, now + kTick);
    go_on(now);
}

void Run::go_on(base::TimePoint now) {
    bool over = now >= until_;
    switch (phase_) {
    case Phase::Connecting:
        if (!crowd_.settled()) return;
        report_.connect_seconds = std::chrono::duration<double>(instant_now() - began_).count();
        if (crowd_.online() > 0) {
            warm_up();
        } else {
            leave(); // the errors say why
        }
        break;
    case Phase::WarmUp:
        if (over) open_window();
        break;
    case Phase::Steady:
        if (over || enough()) close_window();
        break;
    case Phase::Arriving:
        if (over || tally_.under_way() == 0) leave();
        break;
    case Phase::Leaving:
        if (over || crowd_.all_offline()) services_.loop.stop();
        break;
    }
}

bool Run::enough() const {
    return scenario_->complete() || (options_.count > 0 && tally_.arrived() >= options_.count);
}

void Run::warm_up() {
    enter(Phase::WarmUp, options_.warm_up);
    crowd_.set_persistent(true);
    scenario_->begin();
}

void Run::open_window() {
    enter(Phase::Steady, options_.time);
    traffic_at_open_ = context_.traffic;
    for (Watched& each : watched_) each.cpu_at_open = cpu_time(each.figures.pid);
    bytes_at_open_ = own_bytes_moved(); // after what itself has read much
    Instant now = instant_now();
    tally_.open_window(now);
    scenario_->open(now);
}

void Run::close_window() {
    tally_.close_window(instant_now());
    auto bytes = own_bytes_moved();
    if (bytes && bytes_at_open_) report_.bytes = *bytes - *bytes_at_open_;
    for (Watched& each : watched_) {
        auto cpu = cpu_time(each.figures.pid);
        if (!cpu || !each.cpu_at_open) continue;
        each.figures.cpu_seconds = std::chrono::duration<double>(*cpu - *each.cpu_at_open).count();
    }
    for (Watched& each : watched_) {
        each.figures.bytes_steady = proportional_bytes(each.figures.pid);
    }
    scenario_->end();
    report_.seconds = tally_.window_seconds();
    report_.online = crowd_.online();
    report_.requests = context_.traffic.requests - traffic_at_open_.requests;
    report_.connections = context_.traffic.connections - traffic_at_open_.connections;
    report_.handshakes = context_.traffic.handshakes - traffic_at_open_.handshakes;
    report_.resumed = context_.traffic.resumed - traffic_at_open_.resumed;
    enter(Phase::Arriving, options_.patience);
}

void Run::leave() {
    crowd_.send_all_away();
    enter(Phase::Leaving, options_.patience + 1s);
}

// What was measured is told; a second signal does not wait for the clients to leave.
void Run::on_signal(net::Signal signal) {
    if (signal != net::Signal::Terminate) return;
    switch (phase_) {
    case Phase::Connecting:
    case Phase::WarmUp: leave(); break;
    case Phase::Steady: close_window(); break;
    case Phase::Arriving: leave(); break;
    case Phase::Leaving: services_.loop.stop(); break;
    }
}

} // namespace load
