// Storm — all connections break at the same time, and everybody comes back at once, as after a
// fault of the network. It is over when the last one is back.
#pragma once

#include "bench/load/scenario.h"

namespace load {

class Storm final : public Scenario {
public:
    Storm(Crowd& crowd, Tally& tally) : crowd_(crowd), tally_(tally) {}

    [[nodiscard]] std::string_view unit() const override { return "logins"; }
    void open(Instant now) override;
    [[nodiscard]] bool complete() const override;
    void on_login(Session& session) override;

private:
    Crowd& crowd_;
    Tally& tally_;
    Instant broke_ = Instant::max();
};

} // namespace load
