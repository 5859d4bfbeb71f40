// Schedule — a session's life as a list of small steps, drawn from a seed.
// A step's number only chooses among what is possible when its turn comes, and a step with nothing
// to choose does nothing. So any step may be left out and a schedule remains: shrinking is that.
// Units:  the seed decides the session's terms too; the same text always replays the same life.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bosh::model {

// The letter stands for the step in the text of a schedule.
enum class Op : char {
    SendEmpty = 'e',
    SendPayload = 'p',
    SendPause = 'z',
    SendRestart = 'r',
    SendTerminate = 't',
    SendAdd = 'u',       // the client adds a stream
    SendClose = 'g',     // ... and closes one
    Overrun = 'v',       // the client sends more than it may
    Repeat = 'i',        // the client is impatient: again, while the older copy is still out
    Resend = 'a',        // the client repeats what it knows to be lost
    Deliver = 'd',       // a request reaches the engine, in whatever order
    Hurry = 'y',         // ... although the client sent it too soon
    Drop = 'x',          // a request is lost on its way
    Cut = 'c',           // an open request loses its connection
    Hear = 'h',          // an answer reaches the client
    Lose = 'l',          // an answer is lost on its way
    ServerTalks = 's',   // header, features, or a burst of stanzas
    ServerManages = 'm', // it counts the stanzas of a stream, and perhaps keeps them
    ServerEnds = 'q',
    Congest = 'b', // the next payload fills the server's backlog
    Drain = 'n',
    Shutdown = 'o',
    Moment = 'f', // milliseconds
    Wait = 'w',   // less than a second, or some
    Jump = 'j',   // up to minutes; all deadlines are kept
    Late = 'k',   // up to minutes, and one deadline, late
};

struct Step {
    Op op{};
    uint32_t choice = 0;
};

struct Schedule {
    uint64_t seed = 0;
    std::vector<Step> steps;
};

[[nodiscard]] Schedule draw(uint64_t seed);

// Two bytes for the seed, then two for each step. Any bytes are a schedule, and a change of one
// byte is a small change of the life, so that a fuzzer learns.
[[nodiscard]] Schedule from_bytes(std::span<const uint8_t> bytes);

// "17: p3 d0 s21"
[[nodiscard]] std::string to_text(const Schedule& schedule);
[[nodiscard]] std::optional<Schedule> from_text(std::string_view text);

// The shortest schedule that still fails, found by leaving out ever smaller parts.
[[nodiscard]] Schedule shrink(Schedule failing, const std::function<bool(const Schedule&)>& fails);

} // namespace bosh::model
