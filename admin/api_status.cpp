// How the daemon is, and how it was.

#include "admin/api_services.h"
#include "admin/reload_json.h"
#include "base/metrics.h"
#include "base/rfc3339.h"

#include <chrono>
#include <cmath>
#include <ctime>
#include <string>
#include <utility>

namespace admin {

namespace {

using base::Counter;

std::string_view word(Standing standing) {
    switch (standing) {
    case Standing::Starting: return "starting";
    case Standing::Ready: return "ready";
    case Standing::Draining: break;
    }
    return "draining";
}

} // namespace

Json::Object reload_object(const ReloadOutcome& outcome) {
    Json::Array problems;
    for (const ReloadOutcome::Problem& each : outcome.problems) {
        problems.emplace_back(Json::Object{{"file", Json::or_null(each.file)},
                                           {"line", each.line},
                                           {"place", Json::or_null(each.place)},
                                           {"found", Json::or_null(each.found)},
                                           {"expected", Json::or_null(each.expected)},
                                           {"text", each.text}});
    }
    Json::Array restart(outcome.restart_needed.begin(), outcome.restart_needed.end());
    return {{"at", base::rfc3339(std::chrono::floor<std::chrono::seconds>(outcome.at))},
            {"ok", outcome.ok()},
            {"problems", std::move(problems)},
            {"changed", Json::Array(outcome.changed.begin(), outcome.changed.end())},
            {"restart_needed", std::move(restart)}};
}

void tell_status(const ApiServices& services, const ApiCall& call) {
    Totals totals = services.subject.totals();
    DaemonState state = services.steering.state();
    uint64_t bosh = 0;
    uint64_t websocket = 0;
    size_t workers = 0;
    for (const base::Metrics* each : services.subject.worker_metrics()) {
        ++workers;
        bosh += each->open(Counter::BoshSessionsCreated, Counter::BoshSessionsEnded);
        websocket += each->open(Counter::WsSessionsCreated, Counter::WsSessionsEnded);
    }
    std::time_t now = std::time(nullptr);
    auto started = static_cast<std::time_t>(std::floor(totals.start_seconds));
    Json::Object reload{{"count", state.reloads}, {"last", Json()}};
    if (state.last_reload) reload.back().second = reload_object(*state.last_reload);
    call.answer(Json::Object{
        {"version", totals.version},
        {"standing", word(services.subject.standing())},
        {"uptime_s", std::max<int64_t>(now - started, 0)},
        {"started", base::rfc3339(std::chrono::sys_seconds{std::chrono::seconds(started)})},
        {"workers", workers},
        {"sessions", Json::Object{{"bosh", bosh}, {"websocket", websocket}}},
        {"most",
         Json::Object{{"bosh", state.most_bosh_sessions}, {"websocket", state.most_websockets}}},
        {"drain_left_s", state.drain_left ? Json(state.drain_left->count()) : Json()},
        {"log_level", base::to_string(state.log_level)},
        {"domains", Json::Array(state.domains.begin(), state.domains.end())},
        {"reload", std::move(reload)}});
}

void tell_history(const ApiServices& services, const ApiCall& call) {
    call.answer(services.history.json());
}

} // namespace admin
