// Listening to what sessions say and hear.

#include "admin/api_services.h"
#include "admin/found_json.h"
#include "admin/url_query.h"

#include <charconv>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

namespace admin {

namespace {

// None is no number; nor is 0.
uint64_t number(std::string_view text) {
    uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && value <= std::numeric_limits<int64_t>::max() ? value : 0;
}

} // namespace

void start_trace(const ApiServices& services, const ApiCall& call) {
    const std::string* sid = call.body["sid"].string();
    const std::string* jid = call.body["jid"].string();
    bool one = (sid != nullptr && !sid->empty()) != (jid != nullptr && !jid->empty());
    if (!one) return call.refuse(400, "either sid or jid says whose sessions");
    base::TraceTarget target{.bodies = call.body["bodies"].boolean().value_or(false)};
    if (jid != nullptr && !jid->empty()) {
        target.jid = *jid;
        return services.traces.start(target, call);
    }
    services.sessions.find(*sid,
                           [&traces = services.traces, target, call](const Found& found) mutable {
                               if (!is_one(found, call)) return;
                               target.sid = found.details->facts.sid;
                               traces.start(target, call);
                           });
}

void read_trace(const ApiServices& services, const ApiCall& call) {
    uint64_t after = 0;
    for (const auto& [name, value] : url_parameters(call.query)) {
        if (name == "after") after = number(value);
    }
    if (!services.traces.read(number(call.name), after, call)) {
        call.refuse(404, "there is no such trace; one that nobody asks about for a minute ends");
    }
}

void stop_trace(const ApiServices& services, const ApiCall& call) {
    if (!services.traces.stop(number(call.name))) return call.refuse(404, "there is no such trace");
    call.answer(Json::Object{{"stopped", call.name}});
}

} // namespace admin
