#include "cm/supervisor.h"

#include "cm/config_report.h"
#include "cm/inherited_sockets.h"
#include "cm/version.h"
#include "net/cores.h"
#include "net/descriptor_limit.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <unistd.h>
#include <utility>

namespace cm {

namespace {

using base::Counter;

constexpr size_t kMostWorkers = 64; // as the schema has it
// What the supervisor itself moves: nothing so far.
constexpr size_t kOwnBudgetBytes = 1024UL * 1024;

size_t worker_count(const Config& config) {
    return config.workers != 0 ? config.workers : std::min(net::core_count(), kMostWorkers);
}

} // namespace

Supervisor::Supervisor(std::shared_ptr<const Config> config, const ServiceManager& manager,
                       base::Log& log)
    : config_(std::move(config)), manager_(manager), log_(log), pool_(kOwnBudgetBytes),
      env_{loop_, pool_, loop_.wheel(), loop_.retired(), log_, metrics_}, mailbox_(loop_),
      signals_(loop_, *this), team_(*config_),
      report_(env_, manager_, crew_, [this] { return session_count(); }) {
    size_t count = worker_count(*config_);
    for (size_t index = 0; index < count; ++index) {
        crew_.push_back(std::make_unique<WorkerThread>(config_, team_, index, count, log_));
    }
}

Supervisor::~Supervisor() = default;

std::expected<std::vector<Worker::Entrance>, std::string> Supervisor::entrances() {
    std::vector<Worker::Entrance> made_ready;
    auto sockets = assign_sockets(manager_.sockets(), config_->listeners);
    if (!sockets) return std::unexpected(sockets.error());
    for (const ListenerConfig& listener : config_->listeners) {
        std::unique_ptr<Certificates>& made = certificates_.emplace_back();
        if (listener.tls == ListenerConfig::Tls::Own) {
            auto deliver = [this, index = certificates_.size() - 1](
                               const Worker::Certificates& fresh, std::function<void()> in_use) {
                auto done = std::make_shared<std::function<void()>>(std::move(in_use));
                auto left = std::make_shared<std::atomic<size_t>>(crew_.size());
                for (auto& worker : crew_) {
                    worker->use(index, fresh, [done, left] {
                        if (left->fetch_sub(1) == 1) (*done)();
                    });
                }
            };
            made = std::make_unique<Certificates>(env_, listener, std::move(deliver));
            if (auto loaded = made->load(); !loaded) return std::unexpected(loaded.error());
        }
        made_ready.push_back({.certificates = made != nullptr ? made->current() : nullptr,
                              .socket = (*sockets)[made_ready.size()]});
    }
    return made_ready;
}

std::expected<void, std::string> Supervisor::start() {
    auto made_ready = entrances();
    if (!made_ready) return std::unexpected(made_ready.error());
    for (auto& worker : crew_) {
        bool is_first = worker == crew_.front();
        auto started = worker->start(is_first ? nullptr : crew_.front().get(), *made_ready);
        if (!started) return started;
    }
    for (auto& worker : crew_) worker->run(crew_);
    return {};
}

int Supervisor::run() {
    log_.info("daemon.started", {{"version", kVersion},
                                 {"pid", ::getpid()},
                                 {"descriptors", net::raise_descriptor_limit()},
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
    log_.info("daemon.ready");
    report_.ready();
    loop_.run();

    for (auto& worker : crew_) worker->stop();
    for (auto& worker : crew_) worker->join();
    log_.info("daemon.stopped", {{"sessions", total(Counter::BoshSessionsCreated)},
                                 {"websockets", total(Counter::WsSessionsCreated)},
                                 {"requests", total(Counter::HttpRequests)},
                                 {"stanzas_to_server", total(Counter::StanzasToServer)},
                                 {"stanzas_to_client", total(Counter::StanzasToClient)},
                                 {"long_turns", long_turns()},
                                 {"longest_turn_ms", longest_turn()}});
    return 0;
}

uint64_t Supervisor::total(Counter counter) const {
    uint64_t sum = 0;
    for (const auto& worker : crew_) sum += worker->metrics()[counter];
    return sum;
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
    if (signal == net::Signal::Reload) {
        log_.info("daemon.reloading",
                  {{"what", "certificates; a changed configuration needs a restart"}});
        report_.reloading();
        for (auto& one : certificates_) {
            if (one != nullptr) one->reload();
        }
        report_.reloaded();
        return;
    }
    if (!std::exchange(stopping_, true)) {
        shut_down();
    } else {
        log_.warn("daemon.hurried", {{"sessions", session_count()}});
        loop_.stop();
    }
}

void Supervisor::shut_down() {
    log_.info("daemon.stopping",
              {{"sessions", session_count()}, {"grace", config_->shutdown_grace.count()}});
    report_.stopping(config_->shutdown_grace);
    loop_.wheel().set(*this, loop_.now() + config_->shutdown_grace);
    for (auto& worker : crew_) {
        worker->shut_down([this] { mailbox_.put([this] { on_worker_drained(); }); });
    }
}

void Supervisor::on_worker_drained() {
    if (++drained_ == crew_.size()) loop_.stop();
}

void Supervisor::on_deadline(base::TimePoint) {
    log_.warn("daemon.grace-over", {{"sessions", session_count()}});
    loop_.stop();
}

} // namespace cm
