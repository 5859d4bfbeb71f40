// Sessions — the sessions of all workers, as the admin API asks for them.
// The answer comes later, once, on the main thread: when all workers have told, or when the time
// that they have for it is over. Then it names those that did not tell.
// Life:   outlives the listener; an answer that nobody waits for any more does no harm.
#pragma once

#include "admin/session_query.h"
#include "base/session_facts.h"
#include "base/session_tracing.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace admin {

template <class Answer>
using Reply = std::move_only_function<void(Answer)>;

struct Listing {
    SessionPick pick;
    std::vector<size_t> silent; // workers
};

// Of one session, named by how its sid begins.
struct Found {
    std::vector<std::string> sids;               // what begins so, short; some, if it is many
    std::optional<base::SessionDetails> details; // if it is one
    std::vector<size_t> silent;
};

// What was heard of a session, on the main thread; and how much was not taken before.
using HearTrace = std::function<void(base::TraceEvent, uint64_t dropped)>;

class Sessions {
public:
    virtual void list(const SessionQuery& query, Reply<Listing> reply) = 0;
    virtual void find(const std::string& sid, Reply<Found> reply) = 0;
    // Ends it if it is one.
    virtual void end(const std::string& sid, Reply<Found> reply) = 0;
    // `target` names sessions as the log and their server do.
    // `listening`: from then on nothing is missed.
    virtual void start_trace(uint64_t id, const base::TraceTarget& target, HearTrace hear,
                             std::function<void()> listening) = 0;
    virtual void stop_trace(uint64_t id) = 0;

protected:
    ~Sessions() = default;
};

} // namespace admin
