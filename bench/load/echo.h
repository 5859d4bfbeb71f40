// Echo — everybody writes to themselves, and again as soon as it is back: a closed loop, as fast as
// it goes.
#pragma once

#include "bench/load/scenario.h"

namespace load {

class Echo final : public Scenario {
public:
    Echo(size_t text_bytes, Crowd& crowd, Tally& tally)
        : crowd_(crowd), tally_(tally), writer_(text_bytes) {}

    void begin() override;
    void end() override { running_ = false; }
    void on_login(Session& session) override;
    void on_stanza(Session& session, base::ByteView stanza) override;

private:
    void send(Session& session);

    Crowd& crowd_;
    Tally& tally_;
    MessageWriter writer_;
    bool running_ = false;
};

} // namespace load
