// Team — what the workers of a process have in common: how much there is of everything together.
// Life:   outlives the workers. Any of them may use it at any time.
#pragma once

#include "base/places.h"
#include "cm/config.h"
#include "http/limit_ledger.h"

namespace cm {

struct Team {
    explicit Team(const Config& config) : limits(config.limits.memory_ceiling_bytes) {}

    http::LimitLedger limits;
    base::Places connections;
    base::Places bosh_sessions;
    base::Places websockets;
};

} // namespace cm
