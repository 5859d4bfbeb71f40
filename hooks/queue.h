// Queue — the events that wait for one webhook: which may be sent now, and when to try again.
//
// Events of one session form a lane: one after the other, also when it has to be repeated. Lanes do
// not wait for each other. When several attempts in a row have failed the receiver counts as down:
// then one attempt at a time tries whether it is back, after pauses that grow, and the first that
// succeeds ends everybody's waiting.
//
// It is bounded. When it is full, the oldest event that is not on its way goes: a receiver that is
// back after long hears how things are, not how they were.
//
// Units:  attempts and events; time as it is given.
// Errors: an event is given up when it was refused, tried too often, or is too old; counted.
// Life:   an engine: no clock, no chance, no I/O of its own.
#pragma once

#include "base/time.h"
#include "hooks/event.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace hooks {

struct QueueRules {
    size_t most = 10'000;
    size_t at_once = 4;
    base::Duration max_age{86'400'000};
    uint32_t max_attempts = 100;
    base::Duration first_pause{1'000};
    base::Duration longest_pause{300'000};
};

class Queue {
public:
    using EventPtr = std::shared_ptr<const Event>;
    // From 0 up to 1.
    using Chance = std::function<double()>;

    enum class Outcome : uint8_t {
        Delivered,
        Refused, // for good
        Failed,  // to be tried again
    };
    struct Counts {
        uint64_t delivered = 0;
        uint64_t refused = 0;
        uint64_t expired = 0;  // too old, or tried too often
        uint64_t dropped = 0;  // there was no room
        uint64_t failures = 0; // attempts
    };
    // Names an event that is on its way, until its outcome is told.
    using Ticket = uint64_t;
    struct Delivery {
        Ticket ticket = 0;
        EventPtr event;
        uint32_t attempt = 1;
        base::TimePoint added; // when it came in
    };

    Queue(const QueueRules& rules, Chance chance) : rules_(rules), chance_(std::move(chance)) {}
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    // From now on. What is more than there is room for goes with the next that comes in.
    void use(const QueueRules& rules) { rules_ = rules; }

    void add(EventPtr event, base::TimePoint now);
    // For events that did not even come as far as here.
    void count_dropped(uint64_t events) { counts_.dropped += events; }

    // What may be sent now; to be asked until there is nothing.
    [[nodiscard]] std::optional<Delivery> next(base::TimePoint now);
    // `retry_after`: what the receiver has asked for; nobody waits longer than the longest pause.
    void tell(Ticket ticket, Outcome outcome, base::TimePoint now,
              std::optional<base::Duration> retry_after = std::nullopt);
    // Each is due at once, whatever failed before: it is the last time to try.
    void hurry(base::TimePoint now);

    // When next() has something to look at; kNever: not before add() or tell().
    [[nodiscard]] base::TimePoint next_deadline() const;
    [[nodiscard]] size_t size() const { return entries_.size(); }
    [[nodiscard]] bool is_down() const { return failed_in_a_row_ >= rules_.at_once; }
    [[nodiscard]] const Counts& counts() const { return counts_; }

private:
    struct Lane;
    struct Entry {
        EventPtr event;
        base::TimePoint added;
        uint32_t attempts = 0;
        Lane* lane = nullptr;
    };
    using Entries = std::list<Entry>; // in the order in which they came
    using Due = std::multimap<base::TimePoint, Lane*>;
    struct Lane {
        std::string key;
        std::deque<Entries::iterator> waiting; // the first may be on its way
        bool on_its_way = false;
        Due::iterator due; // unless it is on its way
    };

    void make_due(Lane& lane, base::TimePoint at);
    void remove_first(Lane& lane, base::TimePoint now);
    void drop_oldest();
    void make_all_due(base::TimePoint now);
    void pause(base::TimePoint until);
    [[nodiscard]] base::Duration pause_after(uint32_t failures);
    [[nodiscard]] bool is_spent(const Entry& entry, base::TimePoint now) const;
    [[nodiscard]] size_t allowed() const { return is_down() ? 1 : rules_.at_once; }

    QueueRules rules_;
    Chance chance_;
    Counts counts_;
    Entries entries_;
    std::map<std::string, Lane, std::less<>> lanes_;
    Due due_;
    std::map<Ticket, Lane*> on_their_way_;
    Ticket last_ticket_ = 0;
    uint32_t failed_in_a_row_ = 0;
    base::TimePoint paused_until_{};
};

} // namespace hooks
