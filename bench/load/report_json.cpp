#include "bench/load/report.h"

#include <nlohmann/json.hpp>

namespace load {

namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json json_of(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json json_of(const Histogram& latency) {
    if (latency.count() == 0) return nullptr;
    Json object = {{"count", latency.count()}, {"mean", milliseconds(latency.mean())}};
    for (const Percentile& percentile : kPercentiles) {
        object[percentile.name] = milliseconds(latency.percentile(percentile.fraction));
    }
    object["max"] = milliseconds(latency.max());
    return object;
}

} // namespace

std::string to_json(const Report& report) {
    Json processes = Json::array();
    for (const ProcessFigures& process : report.processes) {
        processes.push_back(
            {{"name", process.name},
             {"pid", process.pid},
             {"cpu_seconds", json_of(process.cpu_seconds)},
             {"cpu_seconds_per_1000", json_of(report.cpu_per_thousand(process))},
             {"pss_bytes_before", json_of(process.bytes_before)},
             {"pss_bytes_steady", json_of(process.bytes_steady)},
             {"pss_bytes_per_session", json_of(report.bytes_per_session(process))}});
    }
    Json object = {{"ok", report.ok()},
                   {"scenario", report.scenario},
                   {"transport", report.transport},
                   {"http_version", report.http.empty() ? Json(nullptr) : Json(report.http)},
                   {"url", report.url},
                   {"sessions", report.sessions},
                   {"online", report.online},
                   {"connect_seconds", json_of(report.connect_seconds)},
                   {"seconds", report.seconds},
                   {"unit", report.unit},
                   {"due", report.due},
                   {"arrived", report.arrived},
                   {"missing", report.missing},
                   {"per_second", report.seconds > 0
                                      ? Json(static_cast<double>(report.arrived) / report.seconds)
                                      : Json(nullptr)},
                   {"latency_ms", json_of(report.latency)},
                   {"bytes", json_of(report.bytes)},
                   {"http_requests", report.requests},
                   {"http_requests_per_unit", json_of(report.requests_per_unit())},
                   {"connections", report.connections},
                   {"tls_handshakes", report.handshakes},
                   {"tls_resumed", report.resumed},
                   {"errors", Json(report.faults)},
                   {"processes", std::move(processes)}};
    return object.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace load
