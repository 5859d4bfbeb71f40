#include "bench/load/crowd.h"

#include <algorithm>
#include <utility>

namespace load {

namespace {

constexpr base::Duration kRetry = std::chrono::seconds(1);

} // namespace

Account AccountPattern::of(size_t number) const {
    Account account{.user = user, .password = password};
    size_t place = account.user.find("%d");
    if (place != std::string::npos) account.user.replace(place, 2, std::to_string(first + number));
    return account;
}

Crowd::Crowd(StreamContext& context, Settings settings, Tally& tally)
    : context_(context), settings_(std::move(settings)), tally_(tally) {
    sessions_.reserve(settings_.sessions);
    SessionListener& self = *this;
    for (size_t number = 0; number < settings_.sessions; ++number) {
        sessions_.push_back(std::make_unique<Session>(context_, settings_.session,
                                                      settings_.account.of(number), number, self));
    }
}

void Crowd::bring_all() {
    for (const auto& session : sessions_) bring(*session);
}

void Crowd::bring(Session& session) {
    waiting_.push_back(&session);
    admit();
}

void Crowd::admit() {
    while (!waiting_.empty() && coming_ < settings_.logins_at_once) {
        ++coming_;
        std::exchange(waiting_.front(), nullptr)->log_in();
        waiting_.pop_front();
    }
}

void Crowd::drop_and_bring_all() {
    settings_.logins_at_once = sessions_.size();
    for (const auto& session : sessions_) session->drop();
    online_ = coming_ = 0;
    waiting_.clear();
    lost_.clear();
    bring_all();
}

void Crowd::send_all_away() {
    persistent_ = false;
    waiting_.clear();
    lost_.clear();
    for (const auto& session : sessions_) {
        switch (session->state()) {
        case SessionState::Online: send_away(*session); break;
        case SessionState::LoggingIn: session->drop(); break;
        case SessionState::Offline:
        case SessionState::Leaving: break;
        }
    }
    coming_ = 0;
}

void Crowd::send_away(Session& session) {
    --online_;
    session.leave();
}

bool Crowd::all_offline() const {
    return std::ranges::all_of(
        sessions_, [](const auto& each) { return each->state() == SessionState::Offline; });
}

// ---------------------------------------------------------------------------- what becomes of them

void Crowd::on_login(Session& session) {
    --coming_;
    ++online_;
    listener_->on_login(session);
    admit();
}

void Crowd::on_stanza(Session& session, base::ByteView stanza) {
    listener_->on_stanza(session, stanza);
}

void Crowd::on_left(Session& session) {
    listener_->on_left(session);
}

void Crowd::on_fault(Session& session, SessionState before, std::string_view fault) {
    tally_.on_fault(fault);
    if (before == SessionState::LoggingIn) --coming_;
    if (before == SessionState::Online) --online_;
    if (persistent_) {
        if (lost_.empty()) context_.env.wheel.set(*this, context_.env.now() + kRetry);
        lost_.push_back(&session);
    }
    admit();
}

void Crowd::on_deadline(base::TimePoint /*now*/) {
    for (Session* session : std::exchange(lost_, {})) bring(*session);
}

} // namespace load
