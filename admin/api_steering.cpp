// What the daemon is told to do: to read its configuration again, to let nobody new in, and how
// much to say in its log.

#include "admin/api_services.h"
#include "admin/reload_json.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace admin {

namespace {

// A year: who wants longer wants no deadline.
constexpr int64_t kLongestDrain = 366LL * 24 * 3600;

constexpr std::array kLevels = {base::Level::Trace, base::Level::Debug, base::Level::Info,
                                base::Level::Warn,  base::Level::Error, base::Level::Off};

} // namespace

void reload(const ApiServices& services, const ApiCall& call) {
    services.steering.reload(
        [call](const ReloadOutcome& outcome) { call.answer(reload_object(outcome)); });
}

void drain(const ApiServices& services, const ApiCall& call) {
    std::optional<std::chrono::seconds> deadline;
    if (const Json& wanted = call.body["deadline_s"]; !wanted.is_null()) {
        auto seconds = wanted.integer();
        if (!seconds || *seconds < 0 || *seconds > kLongestDrain) {
            return call.refuse(400, "deadline_s is no whole number of seconds up to a year");
        }
        deadline = std::chrono::seconds(*seconds);
    }
    if (!services.steering.drain(deadline)) return call.refuse(409, "it is stopping already");
    call.answer(Json::Object{{"standing", "draining"},
                             {"deadline_s", deadline ? Json(deadline->count()) : Json()}});
}

void cancel_drain(const ApiServices& services, const ApiCall& call) {
    if (!services.steering.cancel_drain()) {
        return call.refuse(409, services.subject.standing() == Standing::Draining
                                    ? "it is stopping already"
                                    : "it is not draining");
    }
    call.answer(Json::Object{{"standing", "ready"}});
}

void set_log_level(const ApiServices& services, const ApiCall& call) {
    const std::string* wanted = call.body["level"].string();
    const auto* level = std::ranges::find_if(
        kLevels, [&](base::Level each) { return wanted && base::to_string(each) == *wanted; });
    if (level == kLevels.end()) {
        std::string words = "level is none of";
        for (base::Level each : kLevels) words.append(" ").append(base::to_string(each));
        return call.refuse(400, words);
    }
    base::Level before = services.steering.state().log_level;
    services.steering.set_log_level(*level);
    call.answer(Json::Object{{"log_level", *wanted}, {"before", base::to_string(before)}});
}

} // namespace admin
