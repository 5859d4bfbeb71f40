// compare_clocks — whether a clock on the way agrees with that of this host.
// Certificates, tokens of some servers and the order of what archives keep live by the clock.
#pragma once

#include "doctor/visit.h"

#include <ctime>
#include <string>

namespace doctor {

struct ClockReading {
    std::string name; // of what is found if they agree; else with "-differs"
    std::string whose;
    std::string seen; // "Date: Sun, 29 Nov 2026 05:00:00 GMT"
    time_t theirs = 0;
    time_t ours = 0; // when they said so
};

void compare_clocks(Visit& visit, const ClockReading& reading);

} // namespace doctor
