// Idle — everybody is there and says nothing: what it costs to be connected.
// Only their presence in the beginning: after it a client of BOSH has a request that is held and a
// second connection at rest, as a browser has.
#pragma once

#include "bench/load/scenario.h"

namespace load {

class Idle final : public Scenario {
public:
    explicit Idle(Crowd& crowd) : crowd_(crowd) {}

    void begin() override;
    void on_login(Session& session) override;

private:
    Crowd& crowd_;
    bool running_ = false;
};

} // namespace load
