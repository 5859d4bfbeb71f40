#include "bench/load/scenario.h"

#include "bench/load/churn.h"
#include "bench/load/echo.h"
#include "bench/load/fan_out.h"
#include "bench/load/handshakes.h"
#include "bench/load/idle.h"
#include "bench/load/rate.h"
#include "bench/load/storm.h"

namespace load {

std::string_view to_string(ScenarioKind kind) {
    switch (kind) {
    case ScenarioKind::Echo: return "echo";
    case ScenarioKind::Rate: return "rate";
    case ScenarioKind::Idle: return "idle";
    case ScenarioKind::Churn: return "churn";
    case ScenarioKind::FanOut: return "fan-out";
    case ScenarioKind::Storm: return "storm";
    case ScenarioKind::Handshakes: return "handshakes";
    }
    return {};
}

std::unique_ptr<Scenario> make_scenario(const ScenarioSettings& settings, net::Loop& loop,
                                        StreamContext& context, Crowd& crowd, Tally& tally) {
    switch (settings.kind) {
    case ScenarioKind::Echo: return std::make_unique<Echo>(settings.text_bytes, crowd, tally);
    case ScenarioKind::Rate: return std::make_unique<Rate>(settings, loop, crowd, tally);
    case ScenarioKind::Idle: return std::make_unique<Idle>(crowd);
    case ScenarioKind::Churn: return std::make_unique<Churn>(crowd, tally);
    case ScenarioKind::FanOut: return std::make_unique<FanOut>(settings.text_bytes, crowd, tally);
    case ScenarioKind::Storm: return std::make_unique<Storm>(crowd, tally);
    case ScenarioKind::Handshakes:
        return std::make_unique<Handshakes>(context, crowd.sessions().size(), tally);
    }
    return nullptr;
}

} // namespace load
