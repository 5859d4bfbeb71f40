// A session as who administers sees it.

#include "ws/session.h"

namespace ws {

base::SessionFacts Session::facts(base::TimePoint now) const {
    using enum base::SessionFacts::State;
    base::SessionFacts facts{
        .domain = parameters_.to,
        .jid = std::string(jid_.view()),
        .age = now - record_.begun(),
        // Our Ping goes out when nothing was heard for that long, and time counts anew from then.
        .idle = now - heard_ + (ping_sent_ ? settings_.ping_interval : std::chrono::seconds(0)),
        .waiting_stanzas = outbox_.size(),
        .waiting_bytes = outbox_.size_bytes(),
        .transport = base::Transport::Websocket,
        .authenticated = client_.authenticated,
    };
    switch (state_) {
    case State::Fresh: facts.state = Opening; break;
    case State::Negotiating: facts.state = Negotiating; break;
    case State::Open: facts.state = Open; break;
    case State::HalfClosed:
    case State::Closing:
    case State::Leaving:
    case State::HungUp:
    case State::Over: facts.state = Closing; break;
    }
    return facts;
}

} // namespace ws
