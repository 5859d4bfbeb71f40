// Simulation — so many clients come, stay and leave; what that cost.
// Errors: in the outcome's faults.
#pragma once

#include "bench/simulate/options.h"
#include "bench/simulate/world.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace simulate {

struct Outcome {
    uint32_t sessions = 0;
    // Of one session, while all are there.
    double heap_bytes = 0;
    double resident_bytes = 0;
    // CPU time; of one session, or one operation.
    double login_us = 0;
    double hour_ms = 0;
    double operation_us = 0;
    double leave_us = 0;
    uint64_t operations = 0;
    LongTurns arriving, staying, leaving;
    // When all have left: of what they took, as a part of one.
    double heap_left = 0;
    double resident_left = 0;
    uint32_t returns = 0; // of memory to the system, while they left
    double longest_return_ms = 0;
    double seconds = 0; // of ours
    std::vector<std::string> faults;
};

[[nodiscard]] Outcome simulate(const Options& options, uint32_t sessions);

} // namespace simulate
