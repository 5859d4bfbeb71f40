// Intake — the way of events from the workers to the supervisor's thread.
//
// Nobody waits in it: a worker puts in, under a lock that is held for as long as that takes, and
// rings once for all that came since the last look. It is bounded; when the supervisor's thread is
// so far behind, the oldest goes, as in Queue.
//
// Life:   on_session() and wants() from any thread; the others on the mailbox's. The mailbox and
//         the listener outlive it, and it outlives the workers.
#pragma once

#include "base/session_watcher.h"
#include "hooks/event.h"
#include "net/mailbox.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>

namespace hooks {

class Intake final : public base::SessionWatcher {
public:
    static constexpr size_t kMost = 10'000;

    // How many of each kind there was no room for.
    using Dropped = std::array<uint64_t, kKindNames.size()>;
    class Listener {
    public:
        virtual void on_events(std::deque<Event> events, const Dropped& dropped) = 0;

    protected:
        ~Listener() = default;
    };

    Intake(net::Mailbox& mailbox, Listener& listener) : mailbox_(mailbox), listener_(listener) {}
    Intake(const Intake&) = delete;
    Intake& operator=(const Intake&) = delete;
    virtual ~Intake() = default;

    // From now on; at first nothing.
    void want(KindSet kinds, bool client);

    [[nodiscard]] bool wants(base::SessionEvent event) const override;
    void on_session(const base::SessionNews& news) override;

private:
    void open();

    net::Mailbox& mailbox_;
    Listener& listener_;
    std::atomic<KindSet> kinds_{};
    std::atomic<bool> client_ = false;
    std::mutex mutex_; // of what follows
    std::deque<Event> events_;
    Dropped dropped_{};
};

} // namespace hooks
