// ServiceReport — what the service manager is told: that we listen, reload, stop, how many sessions
// there are, and that all is alive.
//
// The watchdog hears of us only while every worker turns. Each is asked for a sign of life by its
// mailbox, as all its work is; what keeps a loop from turning keeps it from answering. Then nothing
// is said, and when its time is over the service manager starts the service anew. One that has much
// to do is late, and no more than that: the question asked is as old as what it has to do.
//
// Life:   on the supervisor's loop; the workers outlive it.
#pragma once

#include "base/env.h"
#include "base/timer_wheel.h"
#include "cm/service_manager.h"
#include "cm/worker_thread.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace cm {

class ServiceReport final : private base::TimerNode {
public:
    // How often it looks where no watchdog says how often.
    static constexpr base::Duration kLookEvery{10'000};

    using SessionCount = std::function<uint64_t()>;

    ServiceReport(const base::Env& env, const ServiceManager& manager,
                  const WorkerThread::Crew& crew, SessionCount sessions);

    void ready(); // all workers run
    void failed(const std::string& reason);
    void reloading();
    void reloaded();
    // Nobody new is let in any more; or somebody is again.
    void draining(bool drains);
    // It may take so long.
    void stopping(std::chrono::seconds grace);

private:
    void on_deadline(base::TimePoint now) override;
    [[nodiscard]] bool all_alive();
    [[nodiscard]] std::string status() const;
    void look_again();

    base::Env env_;
    const ServiceManager& manager_;
    const WorkerThread::Crew& crew_;
    SessionCount sessions_;
    base::Duration interval_;
    std::string told_; // the latest status
    size_t stuck_ = 0; // workers, at the latest look
    bool drains_ = false;
    bool stops_ = false; // or will soon
};

} // namespace cm
