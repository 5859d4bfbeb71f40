#include "bench/load/churn.h"

#include <utility>

namespace load {

namespace {

constexpr Instant kNotDue = Instant::max();

} // namespace

void Churn::begin() {
    running_ = true;
    due_.assign(crowd_.sessions().size(), kNotDue);
    for (const auto& session : crowd_.sessions()) bring(*session);
}

void Churn::bring(Session& session) {
    Instant now = instant_now();
    due_[session.number()] = now;
    tally_.on_due(now);
    crowd_.bring(session);
}

// Who had to try several times has waited since the first one.
void Churn::on_login(Session& session) {
    Instant due = std::exchange(due_[session.number()], kNotDue);
    if (due != kNotDue) tally_.on_arrived(due, instant_now());
    if (running_) crowd_.send_away(session);
}

void Churn::on_left(Session& session) {
    if (running_) bring(session);
}

} // namespace load
