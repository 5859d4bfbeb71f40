// Supervisor — the daemon's life: start, SIGTERM, end. It has the main thread; the workers have
// theirs.
// SIGTERM or SIGINT: every session is told system-shutdown; the program ends when all have heard
// it and the servers have closed their streams, at the latest after `shutdown grace`. A second
// signal ends it at once.
// A drain, by an administrator: nobody new is let in; when all have left, or at its deadline, it
// goes on as by SIGTERM.
// SIGHUP: the configuration is read again, and the certificates of listeners; the file of the
// access log is opened anew. Where the configuration cannot be used, all stays as it was. A service
// manager hears of each of these, and takes part in the start by opening sockets.
// Errors: run() returns the exit status; what went wrong is in the log.
#pragma once

#include "admin/history.h"
#include "admin/listener.h"
#include "admin/steering.h"
#include "admin/subject.h"
#include "admin/traces.h"
#include "base/env.h"
#include "base/timer_wheel.h"
#include "cm/certificates.h"
#include "cm/client_contexts.h"
#include "cm/config.h"
#include "cm/config_loader.h"
#include "cm/drain.h"
#include "cm/memory_keeper.h"
#include "cm/service_manager.h"
#include "cm/service_report.h"
#include "cm/session_desk.h"
#include "cm/team.h"
#include "cm/worker_thread.h"
#include "hooks/dispatcher.h"
#include "net/loop.h"
#include "net/mailbox.h"
#include "net/signals.h"

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cm {

class Supervisor final : private net::SignalListener,
                         private admin::Subject,
                         private admin::Steering,
                         private base::TimerNode {
public:
    // `reread`: the configuration as its file has it by then. `access`: where requests are written
    // down; null: nowhere.
    Supervisor(std::shared_ptr<const Config> config, std::function<LoadResult()> reread,
               const ServiceManager& manager, base::Log& log, base::Log* access);
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;
    ~Supervisor() override;

    [[nodiscard]] int run();

private:
    [[nodiscard]] std::expected<void, std::string> start();
    // All that is made of a configuration before anything changes.
    struct Draft {
        std::shared_ptr<const Config> config;
        std::vector<std::unique_ptr<Certificates>> certificates; // null where TLS is not ours
        std::vector<Worker::Plan> plans;                         // of each worker
        hooks::Dispatcher::Plan hooks;
    };
    [[nodiscard]] std::expected<Draft, std::string>
    draft(std::shared_ptr<const Config> config, const std::vector<PassedDescriptor>& sockets);
    [[nodiscard]] std::unique_ptr<Certificates> certificates_of(const Config& config, size_t index);
    void reload();
    void reload(std::move_only_function<void(const admin::ReloadOutcome&)> reply) override;
    bool drain(std::optional<std::chrono::seconds> deadline) override;
    bool cancel_drain() override;
    void set_log_level(base::Level level) override;
    void refuse_new(bool refuses);
    void refuse_reload(const std::string& reason);
    void change_others(const std::shared_ptr<Draft>& draft);
    void settle_reload(Draft& draft);
    void reload_is_over();
    [[nodiscard]] uint64_t total(base::Counter counter) const;
    [[nodiscard]] uint64_t session_count() const;
    // Of the workers' loops, see net::TurnMeter.
    [[nodiscard]] uint64_t long_turns() const;
    [[nodiscard]] uint64_t longest_turn() const;
    [[nodiscard]] admin::Standing standing() const override { return standing_; }
    [[nodiscard]] std::vector<const base::Metrics*> worker_metrics() const override;
    [[nodiscard]] admin::Totals totals() const override;
    [[nodiscard]] admin::DaemonState state() const override;
    [[nodiscard]] std::vector<admin::WebhookFigures> webhooks() const override;
    void on_signal(net::Signal signal) override;
    void on_deadline(base::TimePoint now) override;
    void reopen_logs();
    void shut_down();
    void on_worker_drained();

    std::shared_ptr<const Config> config_;
    std::function<LoadResult()> reread_;
    const ServiceManager& manager_;
    base::Log& log_;
    net::Loop loop_;
    base::Metrics metrics_;
    base::SlicePool pool_;
    base::Env env_;
    net::Mailbox mailbox_;
    net::Signals signals_;
    ClientContexts contexts_;
    // Of each listener; null where TLS is not ours.
    std::vector<std::unique_ptr<Certificates>> certificates_;
    hooks::Dispatcher hooks_;
    Team team_;
    WorkerThread::Crew crew_;
    ServiceReport report_;
    Drain drain_;
    SessionDesk sessions_;
    admin::Traces traces_;
    admin::History history_;
    admin::Listener admin_;
    admin::Standing standing_ = admin::Standing::Starting;
    std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
    MemoryKeeper memory_;
    bool reloading_ = false; // until all workers have changed
    bool reload_again_ = false;
    bool stopping_ = false;
    uint64_t reloads_ = 0;
    admin::ReloadOutcome outcome_; // of the one at hand
    std::optional<admin::ReloadOutcome> last_reload_;
    using Waiting = std::vector<std::move_only_function<void(const admin::ReloadOutcome&)>>;
    Waiting wait_for_reload_;
    Waiting wait_for_next_; // as the one at hand may have read the file before they asked
    size_t drained_ = 0;    // workers
};

} // namespace cm
