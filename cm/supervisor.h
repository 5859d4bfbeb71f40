// Supervisor — the daemon's life: start, SIGTERM, end.
// SIGTERM or SIGINT: every session is told system-shutdown; the program ends when all have heard
// it and the servers have closed their streams, at the latest after `shutdown grace`. A second
// signal ends it at once.
// SIGHUP: the certificates of listeners are read again.
// Errors: run() returns the exit status; what went wrong is in the log.
#pragma once

#include "base/log.h"
#include "base/timer_wheel.h"
#include "cm/config.h"
#include "cm/worker.h"
#include "net/loop.h"
#include "net/signals.h"

#include <memory>
#include <optional>

namespace cm {

class Supervisor final : private net::SignalListener, private base::TimerNode {
public:
    Supervisor(std::shared_ptr<const Config> config, base::Log& log);
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;
    ~Supervisor() override;

    [[nodiscard]] int run();

private:
    void on_signal(net::Signal signal) override;
    void on_deadline(base::TimePoint now) override;
    void shut_down();

    std::shared_ptr<const Config> config_;
    base::Log& log_;
    net::Loop loop_;
    Worker worker_;
    net::Signals signals_;
    base::TimePoint give_up_at_ = base::kNever; // set once stopping
};

} // namespace cm
