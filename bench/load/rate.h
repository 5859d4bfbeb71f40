// Rate — messages to themselves, by everybody in turn, at a rate that does not depend on how fast
// they come back: an open loop (bench/load/pace.h).
#pragma once

#include "bench/load/alarm.h"
#include "bench/load/pace.h"
#include "bench/load/scenario.h"

#include <optional>

namespace load {

class Rate final : public Scenario, private Alarm::Listener {
public:
    Rate(const ScenarioSettings& settings, net::Loop& loop, Crowd& crowd, Tally& tally)
        : per_second_(settings.per_second), crowd_(crowd), tally_(tally),
          writer_(settings.text_bytes), alarm_(loop, *this) {}

    void begin() override;
    void end() override;
    void on_stanza(Session& session, base::ByteView stanza) override;

private:
    void on_alarm() override;
    [[nodiscard]] Session* next_online();

    double per_second_;
    Crowd& crowd_;
    Tally& tally_;
    MessageWriter writer_;
    Alarm alarm_;
    std::optional<Pace> pace_; // while it lasts
    size_t turn_ = 0;
};

} // namespace load
