// events_of — what a session remembers, as copies for who administers.
#pragma once

#include "base/flight_record.h"
#include "base/session_facts.h"

#include <vector>

namespace base {

// Oldest first.
[[nodiscard]] std::vector<SessionDetails::Event> events_of(const FlightRecord& record,
                                                           TimePoint now);

} // namespace base
