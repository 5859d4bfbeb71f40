#include "bench/load/handshakes.h"

#include <algorithm>
#include <utility>

namespace load {

namespace {

using namespace std::chrono_literals;

constexpr base::Duration kLook = 10ms; // whether a session has come

} // namespace

Handshakes::Handshakes(StreamContext& context, size_t at_once, Tally& tally)
    : context_(context), tally_(tally) {
    while (places_.size() < at_once) places_.emplace_back(Line(context, *this));
}

void Handshakes::begin() {
    running_ = true;
    alone_ = context_.secured && context_.secured->awaits_session();
    if (alone_) {
        dial(places_.front());
        context_.env.wheel.set(*this, context_.env.now() + kLook);
    } else {
        for (Place& place : places_) dial(place);
    }
}

// The first connection has it, or is gone without.
void Handshakes::on_deadline(base::TimePoint now) {
    Line& first = places_.front().line;
    if (context_.secured->awaits_session() && first.state() != Line::State::Down) {
        context_.env.wheel.set(*this, now + kLook);
        return;
    }
    alone_ = false;
    first.hang_up();
    for (Place& place : places_) {
        if (place.line.state() == Line::State::Down) dial(place);
    }
}

void Handshakes::dial(Place& place) {
    place.due = instant_now();
    place.secured = false;
    tally_.on_due(place.due);
    place.line.dial();
}

Handshakes::Place& Handshakes::place_of(const Line& line) {
    return *std::ranges::find(places_, &line, [](const Place& place) { return &place.line; });
}

void Handshakes::on_line_up(Line& line) {
    Place& place = place_of(line);
    place.secured = true;
    tally_.on_arrived(place.due, instant_now());
    if (!alone_) line.hang_up();
}

void Handshakes::on_line_down(Line& line, std::string_view why) {
    Place& place = place_of(line);
    if (!place.secured) {
        tally_.on_fault("connect-failed: " + std::string(why));
        return; // it would fail again, and for ever
    }
    if (running_ && !alone_) dial(place);
}

} // namespace load
