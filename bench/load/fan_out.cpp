#include "bench/load/fan_out.h"

namespace load {

void FanOut::begin() {
    running_ = true;
    send_to_all();
}

// Whoever was lost may have had a message under way: the round would never end.
void FanOut::on_login(Session& /*session*/) {
    if (running_) send_to_all();
}

void FanOut::send_to_all() {
    if (sender().state() != SessionState::Online) return;
    round_ = instant_now();
    missing_ = 0;
    for (const auto& session : crowd_.sessions().subspan(1)) {
        if (session->state() != SessionState::Online) continue;
        ++missing_;
        tally_.on_due(round_);
        sender().send(writer_.write(session->jid(), round_));
    }
    sender().flush();
}

void FanOut::on_stanza(Session& /*session*/, base::ByteView stanza) {
    auto due = due_of(stanza);
    if (!due) {
        tally_.on_fault("unexpected-stanza");
        return;
    }
    tally_.on_arrived(*due, instant_now());
    if (*due == round_ && --missing_ == 0 && running_) send_to_all();
}

} // namespace load
