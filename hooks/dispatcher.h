// Dispatcher — all webhooks, on the supervisor's thread: takes in what the workers tell, looks for
// limits that were hit, and gives each webhook what it wants.
// Errors: plan() says which file is no good, before anything changes.
// Life:   env, the loop and the mailbox outlive it; it outlives the workers.
#pragma once

#include "base/env.h"
#include "base/timer_wheel.h"
#include "hooks/hook.h"
#include "hooks/intake.h"
#include "hooks/limit_watch.h"
#include "net/dns_resolver.h"
#include "net/loop.h"
#include "net/mailbox.h"

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hooks {

class Dispatcher final : private Intake::Listener, private Hook::Host, private base::TimerNode {
public:
    struct Options {
        LimitWatch::Total total; // of a counter, over all workers; asked from the first use() on
        std::string agent;       // "boshcm/1.2.3"
        std::vector<net::Address> name_servers; // none: those of the system
    };
    struct Planned {
        Settings settings;
        Secrets secrets;
    };
    struct Plan {
        CommonSettings common;
        std::vector<Planned> hooks;
    };

    Dispatcher(const base::Env& env, net::Loop& loop, net::Mailbox& mailbox, Options options);
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;
    ~Dispatcher() override;

    // Reads the secrets.
    [[nodiscard]] static std::expected<Plan, std::string>
    plan(const CommonSettings& common, const std::vector<Settings>& settings);
    // From now on. Webhooks are known by their names: one that was there keeps what waits in it,
    // one that is there no more forgets it.
    void use(Plan plan);

    // Where workers tell of sessions.
    [[nodiscard]] base::SessionWatcher& watcher() { return intake_; }

    // Each webhook tries at once, whatever failed before, and goes on trying; `done` is called when
    // nothing waits any more.
    void finish(std::function<void()> done);
    [[nodiscard]] size_t waiting() const;
    [[nodiscard]] const std::vector<std::unique_ptr<Hook>>& hooks() const { return hooks_; }

private:
    void on_events(std::deque<Event> events, const Intake::Dropped& dropped) override;
    void on_idle(const Hook& hook) override;
    void on_deadline(base::TimePoint now) override;
    [[nodiscard]] std::unique_ptr<Hook> take_or_make(Planned planned, const Hook::Sender& sender);
    void look_at_limits();
    void hand_out(Event event);
    void end_if_idle();

    base::Env env_;
    net::Loop& loop_;
    Options options_;
    Intake intake_;
    std::unique_ptr<net::DnsResolver> resolver_; // if there is, or was, anything to look up
    CommonSettings common_;
    std::optional<LimitWatch> limits_; // while somebody wants to know
    std::vector<std::unique_ptr<Hook>> hooks_;
    std::function<void()> done_;
};

} // namespace hooks
