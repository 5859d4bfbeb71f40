#include "bench/load/echo.h"

namespace load {

void Echo::begin() {
    running_ = true;
    for (const auto& session : crowd_.sessions()) {
        if (session->state() == SessionState::Online) send(*session);
    }
}

// Of one that was lost and is back.
void Echo::on_login(Session& session) {
    if (running_) send(session);
}

void Echo::on_stanza(Session& session, base::ByteView stanza) {
    auto due = due_of(stanza);
    if (!due) {
        tally_.on_fault("unexpected-stanza");
        return;
    }
    tally_.on_arrived(*due, instant_now());
    if (running_) send(session);
}

void Echo::send(Session& session) {
    Instant now = instant_now();
    tally_.on_due(now);
    session.send(writer_.write(session.jid(), now));
    session.flush();
}

} // namespace load
