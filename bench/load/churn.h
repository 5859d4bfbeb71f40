// Churn — everybody logs in, leaves, and logs in again. How long a login takes is what is measured.
#pragma once

#include "bench/load/scenario.h"

#include <vector>

namespace load {

class Churn final : public Scenario {
public:
    Churn(Crowd& crowd, Tally& tally) : crowd_(crowd), tally_(tally) {}

    [[nodiscard]] std::string_view unit() const override { return "logins"; }
    [[nodiscard]] bool wants_everybody_first() const override { return false; }
    void begin() override;
    void end() override { running_ = false; }
    void on_login(Session& session) override;
    void on_left(Session& session) override;

private:
    void bring(Session& session);

    Crowd& crowd_;
    Tally& tally_;
    std::vector<Instant> due_; // when each client's login was
    bool running_ = false;
};

} // namespace load
