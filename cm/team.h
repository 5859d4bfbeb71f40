// Team — what the workers of a process have in common: how much there is of everything together.
// Life:   outlives the workers. Any of them may use it at any time.
#pragma once

#include "base/log.h"
#include "base/places.h"
#include "base/session_watcher.h"
#include "cm/config.h"
#include "http/limit_ledger.h"

#include <cstddef>

namespace cm {

struct Team {
    Team(const Config& config, base::Log* access)
        : limits(config.limits.memory_ceiling_bytes), access_log(access) {}

    // So many are free for connections and streams; before the first of either. Sessions leave an
    // eighth of them free, so that those that are there find one for their next connection, and
    // newcomers one to be told that there is no room.
    void share_descriptors(size_t free) {
        size_t for_sessions = free - free / 8;
        connections.draw_on(descriptors, free, 1);
        bosh_sessions.draw_on(descriptors, for_sessions, 1); // its stream
        websockets.draw_on(descriptors, for_sessions, 2);    // it is no connection of HTTP any more
        most_bosh_sessions = for_sessions / 3;
        most_websockets = for_sessions / 2;
    }

    http::LimitLedger limits;
    base::Places descriptors;
    size_t most_bosh_sessions = 0; // if there is nothing else
    size_t most_websockets = 0;
    base::Places connections;
    base::Places bosh_sessions;
    base::Places websockets;
    base::SessionWatcher* watcher = nullptr; // named before the workers are made
    base::Log* access_log;                   // where requests are written down; null: nowhere
};

} // namespace cm
