#include "base/session_end_log.h"

#include <optional>
#include <string>

namespace base {

void log_session_end(Log& log, std::string_view event, std::string_view sid,
                     std::string_view domain, const FlightRecord& record, const CauseFacts& facts,
                     TimePoint now) {
    if (!log.enabled(Level::Info)) return;
    std::optional<LikelyCause> likely = likely_cause(record, facts);
    if (!likely) {
        log.info(event, {{"sid", sid}, {"domain", domain}, {"cause", facts.ended_by}});
    } else {
        log.info(event, {{"sid", sid},
                         {"domain", domain},
                         {"cause", facts.ended_by},
                         {"likely", likely->text},
                         {"see", to_string(likely->cause)}});
    }
    if (is_good_end(facts.ended_by) || !log.enabled(Level::Debug)) return;
    std::string text = to_text(record, now);
    log.debug("session.recorded", {{"sid", sid}, {"record", LogValue::whole(text)}});
}

} // namespace base
