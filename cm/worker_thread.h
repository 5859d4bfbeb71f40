// WorkerThread — a worker, its loop, the thread it runs on, and the mailbox that leads to it.
//
// It is made and started on the supervisor's thread, so that what cannot be opened is known before
// anything runs; then its thread runs it, and nobody else touches it but through the mailbox. When
// that has ended it is the supervisor's again.
//
// Life:   all of a team are made before the first runs, and destroyed after the last has ended.
#pragma once

#include "base/timer_wheel.h"
#include "bosh/colleagues.h"
#include "cm/session_walk.h"
#include "cm/worker.h"
#include "net/loop.h"
#include "net/mailbox.h"

#include <atomic>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace cm {

class WorkerThread final : private bosh::Colleagues, private base::TimerNode {
public:
    using Crew = std::vector<std::unique_ptr<WorkerThread>>;

    WorkerThread(const std::shared_ptr<const Config>& config, Team& team, size_t index,
                 size_t count, base::Log& log);
    WorkerThread(const WorkerThread&) = delete;
    WorkerThread& operator=(const WorkerThread&) = delete;
    ~WorkerThread() override;

    // Before it runs.
    [[nodiscard]] std::expected<void, std::string> start(Worker::Plan plan,
                                                         const WorkerThread* first);
    void run(Crew& crew);

    // From the supervisor, while it runs. `done` is called on the worker's thread.
    using Changed = std::function<void(std::expected<void, std::string>)>;
    void change(Worker::Plan plan, const WorkerThread* first, Changed done);
    void use(size_t listener, Worker::Certificates certificates, std::function<void()> done);
    // Ends all sessions, beside what else it does; `drained` is called on the worker's thread when
    // nothing is left.
    void shut_down(std::function<void()> drained);
    // Has all its sessions looked at, beside what else it does.
    void walk(std::unique_ptr<SessionWalk> walk);
    // Has something done there.
    void run_there(std::move_only_function<void(Worker&)> errand);
    [[nodiscard]] uint32_t index() const { return static_cast<uint32_t>(index_); }
    void stop();
    void join();

    // From the supervisor: whether the loop still turns. It answers in its turn, behind all letters
    // that came before.
    void ask_for_sign_of_life();
    [[nodiscard]] bool has_given_sign_of_life() const { return !asked_for_sign_; }

    // From any thread.
    [[nodiscard]] const base::Metrics& metrics() const { return worker_.metrics(); }

private:
    // Has one slice done in a turn, until one says that it was the last (false).
    void take_turns(std::move_only_function<bool()> slice);
    [[nodiscard]] uint64_t bosh_sessions() const;
    // Has `errand` called with that worker's endpoint, there.
    template <class Errand>
    void tell(uint8_t worker, Errand errand);
    [[nodiscard]] std::optional<uint8_t> with_fewer_sessions() const override;
    bool forward(uint8_t worker, bosh::ForwardedRequest&& request) override;
    void send_back(bosh::ForwardedRequest request) override;
    void tell_lost(uint8_t worker, bosh::RequestRef request) override;
    void give_back(bosh::RequestRef request, bosh::ForwardedAnswer answer) override;
    void tell_dropped(bosh::RequestRef request) override;
    void on_deadline(base::TimePoint now) override;

    net::Loop loop_;
    Worker worker_;
    net::Mailbox mailbox_;
    size_t index_;
    Crew* crew_ = nullptr;
    std::function<void()> drained_; // set once all sessions have been told to end
    std::atomic<bool> asked_for_sign_ = false;
    std::thread thread_;
};

} // namespace cm
