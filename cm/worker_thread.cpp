#include "cm/worker_thread.h"

#include <algorithm>
#include <pthread.h>
#include <string>
#include <utility>

namespace cm {

namespace {

using namespace std::chrono_literals;

// How often a worker that shuts down looks whether everyone has gone.
constexpr base::Duration kDrainTick = 100ms;
// A worker that has so much to do already gets no more requests of others: they are answered 503.
constexpr size_t kMostLetters = 20'000;
// So many sessions more than another worker's, and a quarter more, are no matter: a session whose
// requests come in elsewhere costs more.
constexpr uint64_t kUnevenness = 32;

using base::Counter;

} // namespace

WorkerThread::WorkerThread(const std::shared_ptr<const Config>& config, Team& team, size_t index,
                           size_t count, base::Log& log)
    : worker_(config, team, index, count, loop_, log), mailbox_(loop_), index_(index) {
    if (count > 1) worker_.set_colleagues(*this);
}

WorkerThread::~WorkerThread() {
    join();
}

std::expected<void, std::string> WorkerThread::start(Worker::Plan plan, const WorkerThread* first) {
    return worker_.use(std::move(plan), first != nullptr ? &first->worker_ : nullptr);
}

void WorkerThread::run(Crew& crew) {
    crew_ = &crew;
    thread_ = std::thread([this] { loop_.run(); });
    ::pthread_setname_np(thread_.native_handle(), ("worker-" + std::to_string(index_)).c_str());
}

void WorkerThread::join() {
    if (thread_.joinable()) thread_.join();
}

void WorkerThread::stop() {
    mailbox_.put([this] {
        worker_.hang_up();
        loop_.stop();
    });
}

// `first` has answered before, and changes no more until all have.
void WorkerThread::change(Worker::Plan plan, const WorkerThread* first, Changed done) {
    mailbox_.put([this, plan = std::move(plan), first, done = std::move(done)]() mutable {
        done(worker_.use(std::move(plan), first != nullptr ? &first->worker_ : nullptr));
    });
}

void WorkerThread::use(size_t listener, Worker::Certificates certificates,
                       std::function<void()> done) {
    mailbox_.put([this, listener, certificates = std::move(certificates), done = std::move(done)] {
        worker_.use(listener, certificates);
        done();
    });
}

// A letter for each turn: those that have come meanwhile are read in between.
void WorkerThread::take_turns(std::move_only_function<bool()> slice) {
    mailbox_.put([this, slice = std::move(slice)]() mutable {
        if (slice()) take_turns(std::move(slice));
    });
}

void WorkerThread::shut_down(std::function<void()> drained) {
    take_turns([this, drained = std::move(drained)]() mutable {
        if (worker_.shut_down()) return true;
        drained_ = std::move(drained);
        loop_.wheel().set(*this, loop_.now() + kDrainTick);
        return false;
    });
}

void WorkerThread::walk(std::unique_ptr<SessionWalk> walk) {
    take_turns([this, walk = std::move(walk)] {
        if (walk->go_on(worker_.bosh(), worker_.websocket())) return true;
        walk->over(worker_);
        return false;
    });
}

void WorkerThread::run_there(std::move_only_function<void(Worker&)> errand) {
    mailbox_.put([this, errand = std::move(errand)]() mutable { errand(worker_); });
}

void WorkerThread::ask_for_sign_of_life() {
    asked_for_sign_ = true;
    mailbox_.put([this] { asked_for_sign_ = false; });
}

// It goes on afterwards: others may still forward what it has to answer.
void WorkerThread::on_deadline(base::TimePoint now) {
    if (worker_.drained()) {
        drained_();
    } else {
        loop_.wheel().set(*this, now + kDrainTick);
    }
}

// --- To colleagues

template <class Errand>
void WorkerThread::tell(uint8_t worker, Errand errand) {
    WorkerThread& to = *(*crew_)[worker];
    to.mailbox_.put([&to, errand = std::move(errand)]() mutable { errand(to.worker_.bosh()); });
}

uint64_t WorkerThread::bosh_sessions() const {
    return metrics().open(Counter::BoshSessionsCreated, Counter::BoshSessionsEnded);
}

std::optional<uint8_t> WorkerThread::with_fewer_sessions() const {
    uint64_t own = bosh_sessions();
    uint64_t fewest = own - std::min(own, std::max(kUnevenness, own / 4)); // fewer than these
    std::optional<uint8_t> found;
    for (size_t other = 0; other < crew_->size(); ++other) {
        uint64_t sessions = (*crew_)[other]->bosh_sessions();
        if (sessions >= fewest) continue;
        fewest = sessions;
        found = static_cast<uint8_t>(other);
    }
    return found;
}

bool WorkerThread::forward(uint8_t worker, bosh::ForwardedRequest&& request) {
    if ((*crew_)[worker]->mailbox_.size() >= kMostLetters) return false;
    tell(worker, [request = std::move(request)](bosh::Endpoint& there) mutable {
        there.on_forwarded(std::move(request));
    });
    return true;
}

// It is opened a turn later than it arrives: if the connection's end is there, too, that is seen
// first.
void WorkerThread::send_back(bosh::ForwardedRequest request) {
    uint8_t worker = request.from.worker;
    WorkerThread& to = *(*crew_)[worker];
    to.mailbox_.put([&to, worker, request = std::move(request)]() mutable {
        to.tell(worker, [request = std::move(request)](bosh::Endpoint& there) mutable {
            there.on_sent_back(std::move(request));
        });
    });
}

void WorkerThread::tell_lost(uint8_t worker, bosh::RequestRef request) {
    tell(worker, [request](bosh::Endpoint& there) { there.on_forwarded_lost(request); });
}

void WorkerThread::give_back(bosh::RequestRef request, bosh::ForwardedAnswer answer) {
    tell(request.worker, [request, answer = std::move(answer)](bosh::Endpoint& there) mutable {
        there.on_forwarded_answer(request, std::move(answer));
    });
}

void WorkerThread::tell_dropped(bosh::RequestRef request) {
    tell(request.worker, [request](bosh::Endpoint& there) { there.on_forwarded_dropped(request); });
}

} // namespace cm
