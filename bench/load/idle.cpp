#include "bench/load/idle.h"

namespace load {

void Idle::begin() {
    running_ = true;
    for (const auto& session : crowd_.sessions()) {
        if (session->state() == SessionState::Online) on_login(*session);
    }
}

void Idle::on_login(Session& session) {
    if (!running_) return;
    session.send("<presence xmlns='jabber:client'/>");
    session.flush();
}

} // namespace load
