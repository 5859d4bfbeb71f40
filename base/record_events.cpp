#include "base/record_events.h"

#include <string>

namespace base {

std::vector<SessionDetails::Event> events_of(const FlightRecord& record, TimePoint now) {
    std::vector<SessionDetails::Event> events;
    // The beginning has left the ring by the time that somebody has logged in.
    if (record.size() > 0 && record.entry(0).event != FlightEvent::SessionCreated &&
        record.happened(FlightEvent::SessionCreated)) {
        events.push_back({.before = now - record.begun(),
                          .event = std::string(to_string(FlightEvent::SessionCreated)),
                          .argument = {},
                          .count = 1});
    }
    for (size_t index = 0; index < record.size(); ++index) {
        FlightRecord::Entry entry = record.entry(index);
        events.push_back({.before = now - entry.at,
                          .event = std::string(to_string(entry.event)),
                          .argument = argument_text(entry),
                          .count = entry.count});
    }
    return events;
}

} // namespace base
