// Tally — what the clients of a simulation have done, and what went wrong.
#pragma once

#include <cstdint>

namespace simulate {

struct Tally {
    uint64_t online = 0; // at the moment
    uint64_t logins = 0;
    uint64_t left = 0; // as they wanted
    uint64_t requests = 0;
    uint64_t pings = 0;
    uint64_t messages_sent = 0;
    uint64_t messages_back = 0;
    uint64_t lost = 0; // sessions that ended otherwise
    uint64_t odd = 0;  // answers that nobody should get
};

} // namespace simulate
