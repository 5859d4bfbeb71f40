// World — a session, a client that keeps the rules, a network that does what it likes, and servers.
// It carries out a schedule, then lets everything heal, the client finish and terminate. After each
// step it looks at what must always hold; the first rule that does not is the verdict.
//
// The model knows of the session only what goes in and comes out. Where it cannot know whether a
// request is parked or held, it takes the answer that forgives.
//
// Spec:   B-100..B-145, B-160..B-169, B-180..B-190, B-200..B-209, B-220..B-230, B-240..B-245,
//         B-260..B-267, X-040..X-042, U-070, U-074.
// Life:   one per schedule.
#pragma once

#include "bosh/session.h"
#include "tests/bosh/model/client.h"
#include "tests/bosh/model/schedule.h"
#include "tests/bosh/model/server_stream.h"

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

    static constexpr uint32_t kMostCopies = 6; // a client tries so often; then the network is kind

    void take(const Step& step);
    void heal();
    [[nodiscard]] bool all_is_said() const;

    // The client
    void send(Message message);
    void overrun(uint32_t choice);
    [[nodiscard]] std::string choose_name(uint32_t choice) const;
    void repeat(Message& message, bool abandon_older);
    void resend(uint32_t choice);
    void hear(uint32_t choice);
    void lose(uint32_t choice);
    // The network
    [[nodiscard]] Copy* choose(Copy::At at, uint32_t choice);
    // Is that request too much by the rules of overactivity? Unclear: as the specification is read.
    enum class Haste : uint8_t { None, Unclear, TooMuch };
    [[nodiscard]] Haste haste_of(const Copy& copy);
    void deliver(Copy& copy, bool hurries = false);
    void note_arrival(const Copy& copy, uint32_t number);
    [[nodiscard]] Decoded decoded(const Message& message);
    void drop(uint32_t choice);
    void cut(uint32_t choice);
    void client_misses(Copy& copy);
    // The servers
    [[nodiscard]] ServerStream* choose_stream(uint32_t choice);
    void server_talks(ServerStream& stream, uint32_t choice);
    void server_sends(ServerStream& stream, xmpp::Stanza stanza, std::string_view name,
                      uint32_t padding);
    void server_manages(ServerStream& stream, bool resumable);
    void server_ends(ServerStream& stream, uint32_t choice);
    void drain_upstream(ServerStream& stream);
    void shut_down();
    // Time
    void advance(base::Duration by);
    void late(base::Duration by);
    void deadline();

    // The engine's actions
    void carry_out();
    void carry_out(const Respond& respond);
    void carry_out(const OpenStream& opened);
    void carry_out(SendUpstream& sent);
    void carry_out(const RestartStream& restart);
    void carry_out(const Bounce& bounce);
    void carry_out(const CloseUpstream& close);
    void set_reading(StreamId id, bool reading);
    void take_upstream(ServerStream& stream, uint32_t item);
    void answered_first(const Copy& copy, const Answer& answer);
    void take_items(const Answer& answer);
    void take_stream_end(const Answer& answer);
    void take_session_end(const Copy& copy, const Answer& answer);
    void judge_end(std::string_view cause);
    void judge_closings();

    // What must hold
    void check();
    void check_deadlines();
    void check_the_end();
    [[nodiscard]] uint32_t surely_held();
    // What is held beyond `hold` because the server may answer what the client sent (B-133).
    [[nodiscard]] uint32_t kept_back();
    [[nodiscard]] bool taken_in(Rid rid) const;
    [[nodiscard]] size_t memory_limit() const;
    [[nodiscard]] bool nobody_is_there() const;
    [[nodiscard]] bool login_is_overdue(const ServerStream& stream) const;
    // Has a stream not got all of its payloads below `end`?
    [[nodiscard]] bool misses_payloads(const ServerStream& stream, uint32_t end) const;
    [[nodiscard]] bool has_open_streams() const;

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
        uint32_t items_end = 0; // its payloads and those of all before it are below this
    };
    std::unordered_map<Rid, Known> known_;
    Rid processed_; // surely

    std::vector<ServerStream> streams_;  // by StreamId
    std::vector<std::string> receivers_; // of each item upward: the name of a stream; empty: all
    bool congest_next_ = false;
    std::optional<StreamId> filled_; // its backlog, by the actions of one event

    base::TimePoint created_;
    base::TimePoint last_busy_;
    base::TimePoint awaited_until_; // an answer of a server
    std::chrono::seconds shortest_inactivity_;
    std::chrono::seconds longest_inactivity_;
    std::optional<Rid> pause_;
    Rid last_first_answer_ = 0;

    Rid highest_arrived_;
    base::TimePoint last_new_arrival_;
    bool last_new_was_empty_ = false;
    bool features_delivered_ = false;
    bool client_overran_ = false;
    bool terminate_arrived_ = false;
    Rid offender_ = 0; // whose haste, or place, may end the session

    std::string expected_cause_;     // set when the server, a shutdown or a request ends it
    std::vector<StreamId> closings_; // by the actions of one event
    std::string cause_;
    bool by_fault_ = false; // of the client
    bool over_ = false;
    bool told_ = false; // the last answer was given out, with T
};

} // namespace bosh::model
