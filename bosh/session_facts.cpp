// A session as who administers sees it.

#include "bosh/session.h"

#include <algorithm>

namespace bosh {

base::SessionFacts Session::facts(base::TimePoint now) const {
    const Stream& first = streams_.front();
    base::TimePoint heard = std::max(first.opened, overactivity_.last_arrival());
    for (const OpenRequest& request : window_.all_open()) {
        heard = std::max(heard, request.arrived);
    }
    using enum base::SessionFacts::State;
    base::SessionFacts facts{
        .sid = std::string(base::sid_prefix(sid_.view())),
        .domain = first.terms.to,
        .jid = std::string(jid()),
        .age = now - first.opened,
        .idle = now - heard,
        .held = static_cast<uint32_t>(window_.held()),
        .transport = base::Transport::Bosh,
        .authenticated = logged_in(),
    };
    for (const Stream& stream : streams_) {
        facts.waiting_stanzas += stream.outbox.size();
        facts.waiting_bytes += stream.outbox.size_bytes();
    }
    switch (state_) {
    case State::Opening: facts.state = Opening; break;
    case State::Open:
        facts.state = first.state == Stream::State::Negotiating ? Negotiating : Open;
        break;
    case State::Ending:
    case State::Over: facts.state = Closing; break;
    }
    return facts;
}

std::vector<base::SessionDetails::Field> Session::negotiated() const {
    auto seconds = [](std::chrono::seconds time) { return int64_t{time.count()}; };
    return {{"wait", seconds(terms_.wait)},
            {"hold", int64_t{terms_.hold}},
            {"requests", int64_t{terms_.requests}},
            {"inactivity", seconds(terms_.inactivity)},
            {"polling", seconds(terms_.polling_interval)},
            {"maxpause", seconds(terms_.maxpause)},
            {"ver", "1." + std::to_string(terms_.ver_minor)},
            {"polling_session", terms_.polling},
            {"acknowledgements", terms_.acks},
            {"keys", keys_ != nullptr},
            {"compression", terms_.accept},
            {"content_type", std::string(content_type())},
            {"streams", static_cast<int64_t>(streams_.size())}};
}

} // namespace bosh
