// SessionWalk — a look at every session of a worker, a few in a turn of its loop: with very many of
// them nobody waits for it longer than for a busy turn. What begins or ends meanwhile is seen or
// not; what is there all the time is seen once.
// Life:   of one walk; on the worker's thread once it has begun.
#pragma once

#include "bosh/live_session.h"
#include "ws/live_session.h"

#include <cstddef>

namespace bosh {
class Endpoint;
}
namespace ws {
class Endpoint;
}

namespace cm {

class Worker;

class SessionWalk {
public:
    // Facts of one are one to four microseconds, by how far away its memory is, so these are about
    // a millisecond. The last portion of a turn may be more than is left of them: of BOSH it is a
    // part in 128 of all, of WebSockets a page.
    static constexpr size_t kInATurn = 256;

    SessionWalk() = default;
    SessionWalk(const SessionWalk&) = delete;
    SessionWalk& operator=(const SessionWalk&) = delete;
    virtual ~SessionWalk() = default;

    // Some more. False: that was all.
    [[nodiscard]] bool go_on(const bosh::Endpoint& bosh, const ws::Endpoint& websocket);
    // All have been visited.
    virtual void over(Worker& worker) = 0;

protected:
    virtual void visit(const bosh::LiveSession& session) = 0;
    virtual void visit(const ws::LiveSession& session) = 0;

private:
    size_t portion_ = 0; // the next, of BOSH first
};

} // namespace cm
