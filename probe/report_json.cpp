#include "probe/report_json.h"

#include <nlohmann/json.hpp>

namespace probe {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Step& step) {
    Json object = {{"way", to_string(step.way)},
                   {"name", step.name},
                   {"ok", step.ok()},
                   {"ms", step.took.count()}};
    for (const Fact& fact : step.facts) {
        std::visit([&](const auto& value) { object[fact.name] = value; }, fact.value);
    }
    if (!step.ok()) {
        object["problem"] = name_of(step.finding.problem);
        object["sentence"] = step.finding.sentence;
        object["advice"] = step.finding.advice;
    }
    return object;
}

} // namespace

std::string to_json(const Report& report, const std::string& domain) {
    Json steps = Json::array();
    for (const Step& step : report.steps()) steps.push_back(json_of(step));
    Json object = {{"ok", report.ok()}, {"domain", domain}, {"verdict", report.verdict()}};
    if (const Step* failed = report.first_failed()) {
        object["problem"] = name_of(failed->finding.problem);
    }
    object["steps"] = std::move(steps);
    return object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace probe
