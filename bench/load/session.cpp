#include "bench/load/session.h"

#include "bench/load/glance.h"

#include <utility>

namespace load {

// ---------------------------------------------------------------------------- coming

void Session::log_in() {
    CM_ASSERT(state_ == State::Offline);
    state_ = State::LoggingIn;
    login_began_ = instant_now();
    login_.emplace(account_);
    stream_ = make_stream(rules_.transport, context_, *this);
    context_.env.wheel.set(*this, context_.env.now() + rules_.patience);
    stream_->open();
}

void Session::on_element(base::ByteView element) {
    if (state_ == State::LoggingIn) {
        go_on(login_->on_element(element));
    } else if (state_ == State::Leaving) {
        return;
    } else if (local_name(element) == "error") {
        fail("stream-error " + std::string(first_child(element)));
    } else {
        listener_.on_stanza(*this, element);
    }
}

void Session::go_on(const Login::Step& step) {
    switch (step.kind) {
    case Login::Step::Kind::Nothing: break;
    case Login::Step::Kind::Send:
        stream_->send(step.text);
        stream_->flush();
        break;
    case Login::Step::Kind::Restart: stream_->restart(); break;
    case Login::Step::Kind::Refused: fail(step.text); break;
    case Login::Step::Kind::Done:
        context_.env.wheel.set(*this, base::kNever);
        jid_ = login_->jid();
        login_.reset();
        state_ = State::Online;
        listener_.on_login(*this);
        break;
    }
}

// ---------------------------------------------------------------------------- going

void Session::leave() {
    CM_ASSERT(state_ == State::Online);
    state_ = State::Leaving;
    context_.env.wheel.set(*this, context_.env.now() + rules_.patience);
    stream_->close();
}

void Session::drop() {
    context_.env.wheel.set(*this, base::kNever);
    if (stream_) stream_->abandon();
    context_.env.retired.retire(std::move(stream_)); // it may be on the stack
    state_ = State::Offline;
}

void Session::on_stream_end(std::string_view fault) {
    if (!fault.empty()) {
        fail(fault);
        return;
    }
    drop();
    listener_.on_left(*this);
}

void Session::on_deadline(base::TimePoint /*now*/) {
    fail("timeout");
}

void Session::fail(std::string_view fault) {
    State before = state_;
    drop();
    listener_.on_fault(*this, before, fault);
}

} // namespace load
