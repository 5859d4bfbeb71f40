// server_fault — what an end of a stream to a server comes to, for the session's record.
#pragma once

#include "base/error.h"
#include "base/flight_record.h"
#include "xmpp/upstream.h"

namespace xmpp {

[[nodiscard]] base::ServerFault server_fault(const base::Error& reason);

void note_end(base::FlightRecord& record, UpstreamEnd end, const base::Error& reason,
              base::TimePoint now);

} // namespace xmpp
