#include "bench/load/rate.h"

namespace load {

void Rate::begin() {
    pace_.emplace(per_second_, instant_now());
    alarm_.set(pace_->next());
}

void Rate::on_alarm() {
    if (!pace_) return;
    Instant now = instant_now();
    while (auto due = pace_->take_due(now)) {
        Session* session = next_online();
        if (session == nullptr) {
            tally_.on_fault("nobody-online");
            continue;
        }
        tally_.on_due(*due);
        session->send(writer_.write(session->jid(), *due));
        session->flush();
    }
    alarm_.set(pace_->next());
}

// What was due before is still sent, or the last ones would be left out when they are late.
void Rate::end() {
    on_alarm();
    pace_.reset();
}

Session* Rate::next_online() {
    for (size_t tried = 0; tried < crowd_.sessions().size(); ++tried) {
        Session& session = *crowd_.sessions()[turn_++ % crowd_.sessions().size()];
        if (session.state() == SessionState::Online) return &session;
    }
    return nullptr;
}

void Rate::on_stanza(Session& /*session*/, base::ByteView stanza) {
    if (auto due = due_of(stanza)) {
        tally_.on_arrived(*due, instant_now());
    } else {
        tally_.on_fault("unexpected-stanza");
    }
}

} // namespace load
