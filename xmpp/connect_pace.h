// ConnectPace — how many connections a second may be begun toward one server.
//
// When a server comes back after an outage, everybody is there at once, and what brings it down
// again are the handshakes. So the attempts wait in line: each server has a bucket of tokens that
// fills at the rate, and whoever finds it empty queues, first come, first served.
// Spec:   RFC 6120 §3.3; U-031, S-040.
// Units:  tokens are counted in thousandths, so that slow rates fill too.
// Errors: Verdict::Full: the line is as long as it may be.
// Life:   one per worker. A server is kept only while its bucket is not full. Whoever waits must
//         call leave() if it goes away before its turn.
#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace xmpp {

class ConnectPace {
public:
    struct Limits {
        uint32_t per_second = 100;
        uint32_t burst = 50;        // begun at once after a time of rest
        size_t max_waiting = 20000; // for one server
    };
    enum class Verdict : uint8_t { Go, Wait, Full };

    class Waiter {
    public:
        virtual void on_turn() = 0;

    protected:
        ~Waiter() = default;
    };
    // A place in the line of one server; 0: none.
    using Ticket = uint64_t;

    explicit ConnectPace(Limits limits) : limits_(limits) {}
    // From now on, for those who wait already, too.
    void use(Limits limits) { limits_ = limits; }

    // Wait: `ticket` is set, and on_turn() comes inside of call_up(), once.
    [[nodiscard]] Verdict ask(std::string_view server, Waiter& waiter, base::TimePoint now,
                              Ticket& ticket);
    void leave(std::string_view server, Ticket ticket);

    // When somebody's turn comes; kNever while nobody waits.
    [[nodiscard]] base::TimePoint next_turn() const;
    // Tells those whose turn it is. They may ask() and leave() meanwhile.
    void call_up(base::TimePoint now);

    [[nodiscard]] size_t waiting() const { return waiting_; }
    [[nodiscard]] size_t servers() const { return lines_.size(); }

private:
    struct Line {
        int64_t tokens = 0; // thousandths
        base::TimePoint filled_at;
        std::map<Ticket, Waiter*> waiting; // in the order they came
    };

    void fill(Line& line, base::TimePoint now) const;
    [[nodiscard]] int64_t full() const { return int64_t{limits_.burst} * kToken; }
    [[nodiscard]] base::TimePoint turn_of(const Line& line) const;
    void sweep(base::TimePoint now);

    static constexpr int64_t kToken = 1000;
    static constexpr size_t kFewServers = 64;

    Limits limits_;
    Ticket last_ticket_ = 0;
    size_t waiting_ = 0;
    size_t sweep_at_ = kFewServers; // so many servers that it is worth a look who is at rest
    bool calling_ = false;
    std::map<std::string, Line, std::less<>> lines_;
};

} // namespace xmpp
