// World — a session, a client that keeps the rules, a network that does what it likes, a server.
// It carries out a schedule, then lets everything heal, the client finish and terminate. After each
// step it looks at what must always hold; the first rule that does not is the verdict.
//
// The model knows of the session only what goes in and comes out. Where it cannot know whether a
// request is parked or held, it takes the answer that forgives.
//
// Spec:   B-100..B-145, B-160..B-169, B-180..B-190, B-220..B-230, B-240..B-245.
// Life:   one per schedule.
#pragma once

#include "bosh/session.h"
#include "tests/bosh/model/client.h"
#include "tests/bosh/model/schedule.h"

#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bosh::model {

// Every domain has its server.
class AnyDomain final : public Domains {
public:
    [[nodiscard]] Standing standing(std::string_view) const override { return Standing::Served; }
};

class World {
public:
    // With a trace: every event is told in words.
    explicit World(uint64_t seed, std::string* trace = nullptr);

    // What went wrong; empty: nothing.
    [[nodiscard]] std::string run(const Schedule& schedule);

private:
    World(std::mt19937_64 random, std::string* trace);

    // One copy of a request on its own connection.
    struct Copy {
        enum class At : uint8_t { OnItsWay, Engine, Answered, Gone };
        Rid rid = 0;
        uint32_t attempt = 0;
        At at = At::OnItsWay;
        bool abandoned = false; // the client listens no more
        base::TimePoint arrived;
        Message message;
        std::string answer;
    };

    void take(const Step& step);
    void heal();

    // The client
    void send(Message message);
    void repeat(Message& message, bool abandon_older);
    void resend(uint32_t choice);
    void hear(uint32_t choice);
    void lose(uint32_t choice);
    // The network
    [[nodiscard]] Copy* choose(Copy::At at, uint32_t choice);
    [[nodiscard]] bool too_soon(const Copy& copy) const;
    void deliver(Copy& copy);
    void drop(uint32_t choice);
    void cut(uint32_t choice);
    void client_misses(Copy& copy);
    // The server
    void server_talks(uint32_t choice);
    void server_ends(uint32_t choice);
    void drain_upstream();
    // Time
    void advance(base::Duration by);
    void late(base::Duration by);
    void deadline();

    // The engine's actions
    void carry_out();
    void carry_out(const Respond& respond);
    void carry_out(SendUpstream& sent);
    void carry_out(const Bounce& bounce);
    void take_upstream(uint32_t item);
    void answered_first(const Copy& copy, const Answer& answer);
    void judge_end(std::string_view cause);

    // What must hold
    void check();
    void check_deadlines();
    void check_the_end();
    [[nodiscard]] uint32_t surely_held();
    [[nodiscard]] size_t memory_limit() const;
    [[nodiscard]] bool nobody_is_there() const;
    [[nodiscard]] bool login_is_overdue() const;

    void fail(std::string_view rule);
    template <class... Parts>
    void tell(const Parts&... parts) {
        if (trace_ == nullptr) return;
        std::ostringstream line;
        (line << ... << parts);
        *trace_ += line.str() + "\n";
    }

    std::string* trace_;
    std::string failure_;
    Settings settings_;
    AnyDomain domains_;
    base::SlicePool pool_{64UL << 20};
    ActionQueue queue_;
    bool with_keys_ = false;
    Terms terms_;
    Client client_;
    std::optional<Session> session_;
    base::TimePoint now_{std::chrono::hours(1)};

    std::vector<Copy> copies_; // RequestRef.index is the place in here plus one
    // What the engine has of each request, as far as one can tell.
    struct Known {
        uint32_t copy = 0; // the connection that is to get the answer; 0: none
        bool received = false;
        bool answered = false;
        bool was_cut = false;
        std::string answer;
        uint32_t items_end = 0; // once received: so many items upstream after it
    };
    std::unordered_map<Rid, Known> known_;
    Rid processed_; // surely

    enum class Stream : uint8_t { Silent, Opened, Ready, Gone };
    Stream stream_ = Stream::Silent;
    bool reading_ = true;
    bool congest_next_ = false;
    bool congested_ = false;
    bool authenticated_ = false;
    uint32_t items_up_ = 0;      // payloads and restarts that the server got
    uint32_t items_down_ = 0;    // stanzas that the engine got
    uint32_t items_emitted_ = 0; // and gave out in first answers

    base::TimePoint created_;
    base::TimePoint last_new_arrival_;
    base::TimePoint last_busy_;
    std::chrono::seconds shortest_inactivity_;
    std::chrono::seconds longest_inactivity_;
    std::optional<Rid> pause_;
    Rid last_first_answer_ = 0;
    std::string expected_cause_; // set when the server or a shutdown ends it
    std::string cause_;
    bool over_ = false;
    bool told_ = false; // the last answer was given out, with T
};

} // namespace bosh::model
