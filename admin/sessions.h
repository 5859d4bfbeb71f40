// Sessions — the sessions of all workers, as the admin API asks for them.
// The answer comes later, once, on the main thread: when all workers have told, or when the time
// that they have for it is over. Then it names those that did not tell.
// Life:   outlives the listener; an answer that nobody waits for any more does no harm.
#pragma once

#include "base/session_facts.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "admin/session_query.h"

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

class Sessions {
public:
    virtual void list(const SessionQuery& query, Reply<Listing> reply) = 0;
    virtual void find(const std::string& sid, Reply<Found> reply) = 0;
    // Ends it if it is one.
    virtual void end(const std::string& sid, Reply<Found> reply) = 0;

protected:
    ~Sessions() = default;
};

} // namespace admin
