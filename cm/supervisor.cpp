#include "cm/supervisor.h"

#include "cm/config_changes.h"
#include "cm/config_report.h"
#include "cm/inherited_sockets.h"
#include "cm/relay_domains.h"
#include "cm/version.h"
#include "net/cores.h"
#include "net/descriptor_limit.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unistd.h>
#include <utility>

namespace cm {

namespace {

using base::Counter;

constexpr size_t kMostWorkers = 64; // as the schema has it
// What the supervisor itself moves: pages for administrators.
constexpr size_t kOwnBudgetBytes = 16UL * 1024 * 1024;

// Descriptors that are not open yet when the workers are ready, and are no connections and no
// streams: name servers, files that are served, certificates that are read again, and what webhooks
// connect to.
constexpr size_t kFurtherDescriptors = 16;
constexpr size_t kFurtherOfHook = 16; // as many as the schema allows
constexpr size_t kFurtherOfWorker = 4;

// What is left for connections and streams.
size_t free_descriptors(uint64_t limit, size_t workers, size_t hooks) {
    uint64_t others = net::open_descriptors() + kFurtherDescriptors + kFurtherOfWorker * workers +
                      kFurtherOfHook * hooks;
    return limit > others ? limit - others : 0;
}

size_t worker_count(const Config& config) {
    return config.workers != 0 ? config.workers : std::min(net::core_count(), kMostWorkers);
}

} // namespace

Supervisor::Supervisor(std::shared_ptr<const Config> config, std::function<LoadResult()> reread,
                       const ServiceManager& manager, base::Log& log, base::Log* access)
    : config_(std::move(config)), reread_(std::move(reread)), manager_(manager), log_(log),
      pool_(kOwnBudgetBytes), env_{loop_, pool_, loop_.wheel(), loop_.retired(), log_, metrics_},
      mailbox_(loop_), signals_(loop_, *this),
      hooks_(env_, loop_, mailbox_,
             {.total = [this](Counter counter) { return total(counter); },
              .agent = std::string("boshcm/") + kVersion,
              .name_servers = config_->name_servers}),
      team_(*config_, access), report_(env_, manager_, crew_, [this] { return session_count(); }),
      drain_(
          env_, [this] { return session_count(); },
          [this](bool all_have_left) {
              log_.info("daemon.drained", {{"sessions", session_count()},
                                           {"deadline", all_have_left ? "no" : "over"}});
              shut_down();
          }),
      sessions_(env_, mailbox_, crew_), traces_(env_, sessions_), history_(env_, *this),
      admin_(env_,
             {.subject = *this,
              .sessions = sessions_,
              .steering = *this,
              .traces = traces_,
              .history = history_},
             config_->admin),
      memory_(env_, [this] { return session_count(); }) {
    team_.watcher = &hooks_.watcher();
    size_t count = worker_count(*config_);
    for (size_t index = 0; index < count; ++index) {
        crew_.push_back(std::make_unique<WorkerThread>(config_, team_, index, count, log_));
    }
}

Supervisor::~Supervisor() = default;

std::unique_ptr<Certificates> Supervisor::certificates_of(const Config& config, size_t index) {
    auto deliver = [this, index](const Worker::Certificates& fresh, std::function<void()> in_use) {
        if (reloading_) return; // they are read once more by that
        auto done = std::make_shared<std::function<void()>>(std::move(in_use));
        auto left = std::make_shared<std::atomic<size_t>>(crew_.size());
        for (auto& worker : crew_) {
            worker->use(index, fresh, [done, left] {
                if (left->fetch_sub(1) == 1) (*done)();
            });
        }
    };
    return std::make_unique<Certificates>(env_, config.listeners[index], std::move(deliver));
}

std::expected<Supervisor::Draft, std::string>
Supervisor::draft(std::shared_ptr<const Config> config,
                  const std::vector<PassedDescriptor>& sockets) {
    auto assigned = assign_sockets(sockets, config->listeners);
    if (!assigned) return std::unexpected(assigned.error());
    auto hooks = hooks::Dispatcher::plan(config->webhooks, config->hooks);
    if (!hooks) return std::unexpected(hooks.error());
    Draft made{.config = std::move(config), .hooks = std::move(*hooks)};
    std::vector<Worker::Entrance> entrances;
    for (size_t index = 0; index < made.config->listeners.size(); ++index) {
        std::unique_ptr<Certificates>& certificates = made.certificates.emplace_back();
        if (made.config->listeners[index].tls == ListenerConfig::Tls::Own) {
            certificates = certificates_of(*made.config, index);
            if (auto loaded = certificates->load(); !loaded) {
                return std::unexpected(loaded.error());
            }
        }
        entrances.push_back(
            {.certificates = certificates != nullptr ? certificates->current() : nullptr,
             .socket = (*assigned)[index]});
    }
    for (size_t worker = 0; worker < crew_.size(); ++worker) {
        auto domains = relay_domains(*made.config, contexts_);
        if (!domains) return std::unexpected(domains.error());
        made.plans.push_back(
            {.config = made.config, .domains = std::move(*domains), .entrances = entrances});
    }
    return made;
}

std::expected<void, std::string> Supervisor::start() {
    auto made = draft(config_, manager_.sockets());
    if (!made) return std::unexpected(made.error());
    certificates_ = std::move(made->certificates);
    hooks_.use(std::move(made->hooks));
    for (size_t index = 0; index < crew_.size(); ++index) {
        auto started = crew_[index]->start(std::move(made->plans[index]),
                                           index == 0 ? nullptr : crew_.front().get());
        if (!started) return started;
    }
    if (auto opened = admin_.open(loop_); !opened) return opened;
    if (admin_.is_open()) history_.begin();
    return {};
}

int Supervisor::run() {
    uint64_t descriptors = net::raise_descriptor_limit();
    log_.info("daemon.started", {{"version", kVersion},
                                 {"pid", ::getpid()},
                                 {"descriptors", descriptors},
                                 {"workers", crew_.size()}});
    for (const ConfigWarning& warning : warnings(*config_)) {
        log_.warn("config.doubtful",
                  {{"line", warning.line}, {"place", warning.place}, {"about", warning.text}});
    }
    if (auto started = start(); !started) {
        log_.error("daemon.start-failed", {{"reason", started.error()}});
        report_.failed(started.error());
        return 1;
    }
    team_.share_descriptors(free_descriptors(descriptors, crew_.size(), config_->hooks.size()));
    for (auto& worker : crew_) worker->run(crew_);
    standing_ = admin::Standing::Ready;
    // As many of the one as descriptors allow, if there is none of the other.
    log_.info("daemon.ready",
              {{"bosh_sessions", team_.most_bosh_sessions}, {"websockets", team_.most_websockets}});
    report_.ready();
    loop_.run();

    for (auto& worker : crew_) worker->stop();
    for (auto& worker : crew_) worker->join();
    log_.info("daemon.stopped", {{"sessions", total(Counter::BoshSessionsCreated)},
                                 {"websockets", total(Counter::WsSessionsCreated)},
                                 {"requests", total(Counter::HttpRequests)},
                                 {"stanzas_to_server", total(Counter::StanzasToServer)},
                                 {"stanzas_to_client", total(Counter::MessagesFromServers) +
                                                           total(Counter::PresencesFromServers) +
                                                           total(Counter::IqsFromServers)},
                                 {"long_turns", long_turns()},
                                 {"longest_turn_ms", longest_turn()}});
    return 0;
}

uint64_t Supervisor::total(Counter counter) const {
    uint64_t sum = 0;
    for (const auto& worker : crew_) sum += worker->metrics()[counter];
    return sum;
}

std::vector<const base::Metrics*> Supervisor::worker_metrics() const {
    std::vector<const base::Metrics*> all;
    for (const auto& worker : crew_) all.push_back(&worker->metrics());
    return all;
}

admin::Totals Supervisor::totals() const {
    std::chrono::duration<double> since_1970 = started_.time_since_epoch();
    return {.http_connections = team_.connections.taken(),
            .memory_budget_bytes = config_->memory_budget_bytes,
            .start_seconds = since_1970.count(),
            .version = kVersion};
}

admin::DaemonState Supervisor::state() const {
    admin::DaemonState state{
        .most_bosh_sessions =
            std::min<size_t>(config_->bosh.max_sessions, team_.most_bosh_sessions),
        .most_websockets = std::min<size_t>(config_->ws.max_sessions, team_.most_websockets),
        .log_level = log_.level(),
        .reloads = reloads_,
    };
    for (const DomainConfig& domain : config_->domains) {
        if (!domain.retired) state.domains.push_back(domain.name);
    }
    if (auto left = drain_.left()) {
        state.drain_left = std::chrono::ceil<std::chrono::seconds>(*left);
    }
    state.last_reload = last_reload_;
    return state;
}

std::vector<admin::WebhookFigures> Supervisor::webhooks() const {
    std::vector<admin::WebhookFigures> all;
    for (const std::unique_ptr<hooks::Hook>& hook : hooks_.hooks()) {
        const hooks::Queue::Counts& counts = hook->queue().counts();
        all.push_back({.name = hook->name(),
                       .delivered = counts.delivered,
                       .refused = counts.refused,
                       .expired = counts.expired,
                       .dropped = counts.dropped,
                       .failures = counts.failures,
                       .waiting = hook->queue().size(),
                       .delays = &hook->delays()});
    }
    return all;
}

uint64_t Supervisor::long_turns() const {
    constexpr auto kLong = static_cast<uint32_t>(net::TurnMeter::kLong.count());
    uint64_t sum = 0;
    for (const auto& worker : crew_) {
        sum += worker->metrics()[base::Measure::LoopTurn].above(kLong);
    }
    return sum;
}

uint64_t Supervisor::longest_turn() const {
    uint64_t longest = 0;
    for (const auto& worker : crew_) {
        longest = std::max(longest, worker->metrics()[base::Gauge::LongestTurn]);
    }
    return longest;
}

uint64_t Supervisor::session_count() const {
    uint64_t sum = 0;
    for (const auto& worker : crew_) {
        const base::Metrics& counted = worker->metrics();
        sum += counted.open(Counter::BoshSessionsCreated, Counter::BoshSessionsEnded) +
               counted.open(Counter::WsSessionsCreated, Counter::WsSessionsEnded);
    }
    return sum;
}

void Supervisor::on_signal(net::Signal signal) {
    if (signal == net::Signal::Reload) return reload();
    if (!stopping_) {
        shut_down();
    } else {
        log_.warn("daemon.hurried", {{"sessions", session_count()}});
        loop_.stop();
    }
}

void Supervisor::reload(std::move_only_function<void(const admin::ReloadOutcome&)> reply) {
    (reloading_ ? wait_for_next_ : wait_for_reload_).push_back(std::move(reply));
    reload();
}

// Certificates are read anew with it: those of a configuration that is good, or those in use.
void Supervisor::reload() {
    if (std::exchange(reloading_, true)) {
        reload_again_ = true;
        return;
    }
    log_.info("daemon.reloading");
    outcome_ = {};
    report_.reloading();
    reopen_logs();
    admin_.reload();
    auto loaded = reread_();
    if (!loaded) {
        for (const ConfigError& error : loaded.error()) {
            log_.error("config.refused", {{"line", error.line},
                                          {"place", error.place},
                                          {"found", error.found},
                                          {"expected", error.expected}});
            outcome_.problems.push_back({.file = error.file,
                                         .line = error.line,
                                         .place = error.place,
                                         .found = error.found,
                                         .expected = error.expected,
                                         .text = to_string(error)});
        }
        refuse_reload("the configuration is not good");
        return;
    }
    auto made = draft(std::make_shared<const Config>(std::move(*loaded)), {});
    if (!made) {
        refuse_reload(made.error());
        return;
    }
    // What can fail is tried by the first; the others do as it did.
    auto shared = std::make_shared<Draft>(std::move(*made));
    crew_.front()->change(std::move(shared->plans.front()), nullptr,
                          [this, shared](std::expected<void, std::string> changed) {
                              mailbox_.put([this, shared, changed = std::move(changed)] {
                                  if (changed) {
                                      change_others(shared);
                                  } else {
                                      refuse_reload(changed.error());
                                  }
                              });
                          });
}

void Supervisor::reopen_logs() {
    if (team_.access_log == nullptr) return;
    if (auto opened = team_.access_log->reopen(); !opened) {
        log_.error("log.reopen-failed", {{"reason", opened.error()}});
    }
}

void Supervisor::refuse_reload(const std::string& reason) {
    log_.error("daemon.reload-failed", {{"reason", reason}, {"about", "all goes on as it was"}});
    if (outcome_.problems.empty()) outcome_.problems.push_back({.text = reason});
    reloading_ = false;
    for (auto& one : certificates_) {
        if (one != nullptr) one->reload();
    }
    reload_is_over();
}

void Supervisor::change_others(const std::shared_ptr<Draft>& draft) {
    auto left = std::make_shared<size_t>(crew_.size());
    auto one_more = [this, draft, left] {
        if (--*left == 0) settle_reload(*draft);
    };
    for (size_t index = 1; index < crew_.size(); ++index) {
        crew_[index]->change(std::move(draft->plans[index]), crew_.front().get(),
                             [this, one_more](std::expected<void, std::string> changed) {
                                 if (!changed) {
                                     log_.error("worker.reload-failed",
                                                {{"reason", changed.error()}});
                                 }
                                 mailbox_.put(one_more);
                             });
    }
    one_more();
}

void Supervisor::settle_reload(Draft& draft) {
    const std::shared_ptr<const Config>& config = draft.config;
    for (const std::string& change : changes_for_a_restart(*config_, *config)) {
        log_.warn("config.needs-restart", {{"key", change}});
        outcome_.restart_needed.push_back(change);
    }
    outcome_.changed = changes_in_use(*config_, *config);
    for (const ConfigWarning& warning : warnings(*config)) {
        log_.warn("config.doubtful",
                  {{"line", warning.line}, {"place", warning.place}, {"about", warning.text}});
    }
    log_.set_level(config->log_level);
    {
        std::lock_guard lock(team_.limits.mutex);
        team_.limits.memory.set_ceiling(config->limits.memory_ceiling_bytes);
    }
    for (size_t index = 0; index < draft.certificates.size(); ++index) {
        if (draft.certificates[index] == nullptr) continue;
        const ListenerConfig& listener = config->listeners[index];
        log_.info("certificates.reloaded",
                  {{"count", listener.certificates.size()}, {"line", listener.line}});
    }
    certificates_ = std::move(draft.certificates); // those refer to the configuration
    hooks_.use(std::move(draft.hooks));
    config_ = config;
    log_.info("daemon.reloaded", {{"sessions", session_count()}});
    reload_is_over();
}

void Supervisor::reload_is_over() {
    reloading_ = false;
    ++reloads_;
    outcome_.at = std::chrono::system_clock::now();
    report_.reloaded();
    last_reload_ = outcome_;
    for (auto& told : std::exchange(wait_for_reload_, {})) told(outcome_);
    wait_for_reload_ = std::exchange(wait_for_next_, {});
    if (std::exchange(reload_again_, false)) reload();
}

bool Supervisor::drain(std::optional<std::chrono::seconds> deadline) {
    if (stopping_) return false;
    standing_ = admin::Standing::Draining;
    log_.info("daemon.draining",
              {{"sessions", session_count()}, {"deadline", deadline ? deadline->count() : -1}});
    report_.draining(true);
    refuse_new(true);
    drain_.begin(deadline);
    return true;
}

bool Supervisor::cancel_drain() {
    if (!drain_.goes_on()) return false;
    drain_.stop();
    standing_ = admin::Standing::Ready;
    log_.info("daemon.drain-cancelled", {{"sessions", session_count()}});
    report_.draining(false);
    refuse_new(false);
    return true;
}

void Supervisor::refuse_new(bool refuses) {
    for (auto& worker : crew_) {
        worker->run_there([refuses](Worker& there) { there.refuse_new(refuses); });
    }
}

void Supervisor::set_log_level(base::Level level) {
    log_.warn("log.level-set", {{"level", to_string(level)}, {"before", to_string(log_.level())}});
    log_.set_level(level);
}

void Supervisor::shut_down() {
    stopping_ = true;
    drain_.stop();
    standing_ = admin::Standing::Draining;
    log_.info("daemon.stopping",
              {{"sessions", session_count()}, {"grace", config_->shutdown_grace.count()}});
    report_.stopping(config_->shutdown_grace);
    loop_.wheel().set(*this, loop_.now() + config_->shutdown_grace);
    for (auto& worker : crew_) {
        worker->shut_down([this] { mailbox_.put([this] { on_worker_drained(); }); });
    }
}

// What the workers have told of comes before this, by the same mailbox.
void Supervisor::on_worker_drained() {
    if (++drained_ == crew_.size()) hooks_.finish([this] { loop_.stop(); });
}

void Supervisor::on_deadline(base::TimePoint) {
    log_.warn("daemon.grace-over",
              {{"sessions", session_count()}, {"webhook_events", hooks_.waiting()}});
    loop_.stop();
}

} // namespace cm
