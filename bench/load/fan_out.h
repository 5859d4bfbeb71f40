// FanOut — the first client writes to each of the others, and again as soon as all have it.
#pragma once

#include "bench/load/scenario.h"

namespace load {

class FanOut final : public Scenario {
public:
    FanOut(size_t text_bytes, Crowd& crowd, Tally& tally)
        : crowd_(crowd), tally_(tally), writer_(text_bytes) {}

    void begin() override;
    void end() override { running_ = false; }
    void on_login(Session& session) override;
    void on_stanza(Session& session, base::ByteView stanza) override;

private:
    void send_to_all();
    [[nodiscard]] Session& sender() const { return *crowd_.sessions().front(); }

    Crowd& crowd_;
    Tally& tally_;
    MessageWriter writer_;
    Instant round_{};    // when its messages were due
    size_t missing_ = 0; // of the round
    bool running_ = false;
};

} // namespace load
