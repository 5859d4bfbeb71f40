// Traces — what administrators listen to of sessions: kept until it is read, and read by asking for
// what comes after the last that was heard.
//
// Units:  a trace keeps kMostEvents, and kMostBytes of text; what is dropped is counted.
// Life:   on the main thread. One that nobody asks about for kForgotten ends; so does listening.
#pragma once

#include "admin/api_call.h"
#include "admin/sessions.h"
#include "base/env.h"
#include "base/session_tracing.h"
#include "base/timer_wheel.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace admin {

class Traces final : private base::TimerNode {
public:
    static constexpr size_t kMostTraces = 16;
    static constexpr size_t kMostEvents = 2'000;
    static constexpr size_t kMostBytes = 2'000'000;
    static constexpr size_t kMostInAnswer = 500;
    static constexpr base::Duration kWaits{20'000};
    static constexpr base::Duration kForgotten{60'000};

    Traces(const base::Env& env, Sessions& sessions) : env_(env), sessions_(sessions) {}

    // `call` is answered when nothing is missed any more.
    void start(const base::TraceTarget& target, const ApiCall& call);
    // Answers when there is something behind the event `after`, or in a while with nothing. False:
    // there is no such trace.
    [[nodiscard]] bool read(uint64_t id, uint64_t after, const ApiCall& call);
    [[nodiscard]] bool stop(uint64_t id);

private:
    struct Heard {
        uint64_t number;
        base::TraceEvent event;
    };
    struct Waiting {
        ApiCall call;
        uint64_t after;
        base::TimePoint until;
    };
    struct Trace {
        std::deque<Heard> events;
        size_t bytes = 0;
        uint64_t next = 1; // number
        uint64_t dropped = 0;
        base::TimePoint asked;
        std::vector<Waiting> waiting;
    };

    void hear(uint64_t id, base::TraceEvent event, uint64_t dropped);
    static void answer(const Trace& trace, uint64_t after, const ApiCall& call);
    void on_deadline(base::TimePoint now) override;
    void forget(std::map<uint64_t, Trace>::iterator trace, const char* why);

    base::Env env_;
    Sessions& sessions_;
    std::map<uint64_t, Trace> traces_;
    uint64_t next_id_ = 1;
};

} // namespace admin
