// Team — what the workers of a process have in common: how much there is of everything together.
// Life:   outlives the workers. Any of them may use it at any time.
#pragma once

#include "base/log.h"
#include "base/places.h"
#include "cm/config.h"
#include "http/limit_ledger.h"

namespace cm {

struct Team {
    Team(const Config& config, base::Log* access)
        : limits(config.limits.memory_ceiling_bytes), access_log(access) {}

    http::LimitLedger limits;
    base::Places connections;
    base::Places bosh_sessions;
    base::Places websockets;
    base::Log* access_log; // where requests are written down; null: nowhere
};

} // namespace cm
