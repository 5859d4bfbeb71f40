#include "cm/supervisor.h"

#include "cm/config_report.h"
#include "cm/version.h"
#include "net/descriptor_limit.h"

#include <unistd.h>

namespace cm {

namespace {

using namespace std::chrono_literals;

// How often a stopping daemon looks whether everyone has gone.
constexpr base::Duration kDrainTick = 100ms;

} // namespace

Supervisor::Supervisor(std::shared_ptr<const Config> config, base::Log& log)
    : config_(std::move(config)), log_(log), worker_(config_, loop_, log_), signals_(loop_, *this) {
}

Supervisor::~Supervisor() = default;

int Supervisor::run() {
    log_.info("daemon.started", {{"version", kVersion},
                                 {"pid", ::getpid()},
                                 {"descriptors", net::raise_descriptor_limit()}});
    for (const ConfigWarning& warning : warnings(*config_)) {
        log_.warn("config.doubtful",
                  {{"line", warning.line}, {"place", warning.place}, {"about", warning.text}});
    }
    if (auto started = worker_.start(); !started) {
        log_.error("daemon.start-failed", {{"reason", started.error()}});
        return 1;
    }
    log_.info("daemon.ready");
    loop_.run();

    const base::Metrics& metrics = worker_.metrics();
    log_.info("daemon.stopped", {{"sessions", metrics[base::Counter::BoshSessionsCreated]},
                                 {"websockets", metrics[base::Counter::WsSessionsCreated]},
                                 {"requests", metrics[base::Counter::HttpRequests]},
                                 {"stanzas_to_server", metrics[base::Counter::StanzasToServer]},
                                 {"stanzas_to_client", metrics[base::Counter::StanzasToClient]}});
    return 0;
}

void Supervisor::on_signal(net::Signal signal) {
    if (signal == net::Signal::Reload) {
        log_.info("daemon.reloading",
                  {{"what", "certificates; a changed configuration needs a restart"}});
        worker_.reload_certificates();
        return;
    }
    if (give_up_at_ == base::kNever) {
        shut_down();
    } else {
        log_.warn("daemon.hurried", {{"sessions", worker_.session_count()}});
        loop_.stop();
    }
}

void Supervisor::shut_down() {
    log_.info("daemon.stopping",
              {{"sessions", worker_.session_count()}, {"grace", config_->shutdown_grace.count()}});
    give_up_at_ = loop_.now() + config_->shutdown_grace;
    worker_.shut_down();
    loop_.wheel().set(*this, loop_.now() + kDrainTick);
}

void Supervisor::on_deadline(base::TimePoint now) {
    if (worker_.drained()) {
        loop_.stop();
    } else if (now >= give_up_at_) {
        log_.warn("daemon.grace-over", {{"sessions", worker_.session_count()}});
        loop_.stop();
    } else {
        loop_.wheel().set(*this, now + kDrainTick);
    }
}

} // namespace cm
