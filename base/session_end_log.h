// log_session_end — the line that says how a session ended, and why that may have been.
#pragma once

#include "base/flight_record.h"
#include "base/likely_cause.h"
#include "base/log.h"

#include <string_view>

namespace base {

// `event` with sid, domain and cause; after a bad end also the likely cause, if there is a mark of
// one, and at debug a line with the record itself.
void log_session_end(Log& log, std::string_view event, std::string_view sid,
                     std::string_view domain, const FlightRecord& record, const CauseFacts& facts,
                     TimePoint now);

} // namespace base
