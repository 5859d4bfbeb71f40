// Handshakes — as many connections by TLS as there are clients, each closed as soon as it is
// secured, and again. No client logs in: how many handshakes a server manages is asked, and what
// one costs. A connection is closed in order, so that both sides have done with it before the next
// begins. With resumption one connection is made before all others, and stays until it has been
// given a session.
#pragma once

#include "base/timer_wheel.h"
#include "bench/load/line.h"
#include "bench/load/scenario.h"

#include <deque>

namespace load {

class Handshakes final : public Scenario, private Line::Listener, private base::TimerNode {
public:
    Handshakes(StreamContext& context, size_t at_once, Tally& tally);
    ~Handshakes() override = default;

    [[nodiscard]] std::string_view unit() const override { return "handshakes"; }
    [[nodiscard]] bool wants_everybody_first() const override { return false; }
    void begin() override;
    void end() override { running_ = false; }

private:
    struct Place {
        Line line;
        Instant due{};
        bool secured = false;
    };

    void on_line_up(Line& line) override;
    void on_line_bytes(Line& /*line*/, base::ByteView /*bytes*/) override {}
    void on_line_down(Line& line, std::string_view why) override;
    void on_deadline(base::TimePoint now) override;

    void dial(Place& place);
    [[nodiscard]] Place& place_of(const Line& line);
    StreamContext& context_;
    Tally& tally_;
    std::deque<Place> places_; // a deque: lines stay where they are
    bool running_ = false;
    bool alone_ = false; // the first, until it has its session
};

} // namespace load
