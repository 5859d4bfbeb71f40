#include "cm/service_report.h"

#include <ctime>
#include <utility>

namespace cm {

namespace {

// A word that comes late by one of these is still in time, and so is the one after it.
constexpr int kLooksForEachWatchdog = 4;
// Beyond the grace: what comes after the last connection.
constexpr std::chrono::seconds kEndTakes{5};

uint64_t monotonic_microseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<uint64_t>(now.tv_nsec) / 1'000;
}

} // namespace

ServiceReport::ServiceReport(const base::Env& env, const ServiceManager& manager,
                             const WorkerThread::Crew& crew, SessionCount sessions)
    : env_(env), manager_(manager), crew_(crew), sessions_(std::move(sessions)),
      interval_(manager.watchdog() ? *manager.watchdog() / kLooksForEachWatchdog : kLookEvery) {}

std::string ServiceReport::status() const {
    const char* what = stops_    ? "Stopping, sessions: "
                       : drains_ ? "Draining, sessions: "
                                 : "Sessions: ";
    return what + std::to_string(sessions_());
}

void ServiceReport::look_again() {
    if (manager_.listens()) env_.wheel.set(*this, env_.now() + interval_);
}

void ServiceReport::ready() {
    told_ = status();
    manager_.tell("READY=1\nSTATUS=" + told_);
    for (const auto& worker : crew_) worker->ask_for_sign_of_life();
    look_again();
}

void ServiceReport::failed(const std::string& reason) {
    manager_.tell("STATUS=" + ServiceManager::on_one_line(reason));
}

void ServiceReport::reloading() {
    manager_.tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()));
}

void ServiceReport::reloaded() {
    manager_.tell("READY=1");
}

void ServiceReport::draining(bool drains) {
    drains_ = drains;
    told_ = status();
    manager_.tell("STATUS=" + told_);
}

void ServiceReport::stopping(std::chrono::seconds grace) {
    stops_ = true;
    told_ = status();
    auto longest = std::chrono::microseconds(grace + kEndTakes).count();
    manager_.tell("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + std::to_string(longest) +
                  "\nSTATUS=" + told_);
}

void ServiceReport::on_deadline(base::TimePoint) {
    std::string lines;
    if (all_alive()) {
        if (manager_.watchdog()) lines = "WATCHDOG=1\n";
        for (const auto& worker : crew_) worker->ask_for_sign_of_life();
    }
    if (std::string now = status(); now != told_) {
        told_ = std::move(now);
        lines += "STATUS=" + told_;
    }
    if (!lines.empty()) manager_.tell(lines);
    look_again();
}

// Of those that have not answered one is named, once.
bool ServiceReport::all_alive() {
    size_t stuck = 0;
    size_t one = 0;
    for (size_t index = 0; index < crew_.size(); ++index) {
        if (crew_[index]->has_given_sign_of_life()) continue;
        ++stuck;
        one = index;
    }
    if (stuck > stuck_) {
        env_.log.error("worker.stuck",
                       {{"worker", one}, {"workers", stuck}, {"milliseconds", interval_.count()}});
    } else if (stuck == 0 && stuck_ != 0) {
        env_.log.warn("worker.recovered");
    }
    stuck_ = stuck;
    return stuck == 0;
}

} // namespace cm
