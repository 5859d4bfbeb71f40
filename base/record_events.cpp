#include "base/record_events.h"

#include <string>

namespace base {

std::vector<SessionDetails::Event> events_of(const FlightRecord& record, TimePoint now) {
    std::vector<SessionDetails::Event> events;
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
