// How a session ends: by the client's fault or its leaving, by time, or because the program does.

#include "tls/base64.h"
#include "tls/random.h"
#include "ws/session.h"
#include "xmpp/domain.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace ws {

using base::FlightEvent;
using base::TimePoint;
using xmpp::StreamCondition;

// The first one is it: what follows from it is no cause.
void Session::set_cause(std::string_view cause) {
    if (cause_.empty()) cause_ = cause;
}

// W-045: a stream error needs a stream. Where the server has opened none, it is ours.
void Session::send_own_open(std::string_view wanted_domain, TimePoint now) {
    if (std::exchange(opened_, true)) return;
    std::string_view from = parameters_.to;
    auto wanted = xmpp::Domain::parse(wanted_domain);
    if (from.empty() && wanted &&
        domains_.standing(wanted->name) == xmpp::Domains::Standing::Served) {
        from = wanted->name;
    }
    if (from.empty()) from = settings_.fallback_domain;
    std::array<uint8_t, 15> random{};
    tls::fill_random(random);
    std::string id = tls::base64url(random);
    send_text(open_element({.from = from, .id = id, .version = "1.0", .lang = "en"}), now);
}

// Always in this order: <open/>, the error, <close/>, Close (W-046, W-047).
void Session::fail(const Failure& failure, TimePoint now) {
    set_cause(failure.cause);
    send_own_open(failure.wanted_domain, now);
    send_text(error_element(failure.condition, failure.explanation), now);
    send_text(kCloseElement, now);
    abandon_upstream();
    leave(failure.code, now);
}

// Not at the client's wish: it may come back to a stream that its server keeps (U-070).
void Session::abandon_upstream() {
    if (!has_stream()) return;
    actions_.push(CloseUpstream{.mode = client_.resumable ? xmpp::Upstream::CloseMode::Drop
                                                          : xmpp::Upstream::CloseMode::Graceful});
    state_ = State::Closing;
}

// X-040..X-042. What was written already, and is on its way or lost, nobody can tell.
void Session::bounce_outbox() {
    if (!has_stream() || client_.managed || outbox_.empty()) return;
    actions_.push(Bounce{.undelivered = outbox_.take_all()});
}

void Session::leave(CloseCode code, TimePoint now) {
    if (state_ >= State::Leaving) return;
    state_ = State::Leaving;
    close_code_ = static_cast<uint16_t>(code);
    limit_ = now + settings_.close_timeout;
    early_.reset();
    resume_client(now);          // its Close is awaited
    if (client_blocked_) return; // see on_client_drained()
    close_sent_ = true;
    actions_.push(SendClose{.code = close_code_});
}

void Session::hang_up(net::CloseMode mode, std::string_view cause) {
    set_cause(cause);
    state_ = State::HungUp;
    early_.reset();
    outbox_.clear();
    owed_pong_ = {};
    actions_.push(HangUp{.mode = mode});
}

// The WebSocket ends before the stream has: that one is unfinished (W-064, W-067).
void Session::end_lost(net::CloseMode mode, std::string_view cause) {
    bounce_outbox();
    abandon_upstream();
    hang_up(mode, cause);
}

void Session::on_client_gone(TimePoint now) {
    if (state_ == State::Over) return;
    if (state_ < State::HungUp) {
        record_.note(FlightEvent::ClientLost, now, now - record_.entry(record_.size() - 1).at);
    }
    set_cause("client-lost");
    bounce_outbox();
    abandon_upstream();
    state_ = State::Over;
    early_.reset();
    outbox_.clear();
    owed_pong_ = {};
    actions_.push(End{.cause = cause_});
}

void Session::on_shutdown(TimePoint now) {
    if (state_ >= State::Leaving) return;
    record_.note(FlightEvent::DaemonStopped, now);
    if (state_ == State::Fresh || has_stream()) {
        fail({.condition = StreamCondition::SystemShutdown,
              .cause = "shutdown",
              .code = CloseCode::GoingAway},
             now);
    } else {
        leave(CloseCode::GoingAway, now);
    }
}

void Session::on_ended_by_admin(TimePoint now) {
    if (state_ >= State::Leaving) return;
    record_.note(FlightEvent::AdminEnded, now);
    client_.resumable = false;
    if (state_ == State::Fresh || has_stream()) {
        fail({.condition = StreamCondition::PolicyViolation,
              .cause = "ended-by-admin",
              .code = CloseCode::Policy},
             now);
    } else {
        leave(CloseCode::Policy, now);
    }
}

// ---------------------------------------------------------------------------- time

// W-035. A client that is not read from cannot show that it lives.
TimePoint Session::life_deadline() const {
    if (client_paused_ || held_back_ || state_ >= State::Leaving) return base::kNever;
    return heard_ + (ping_sent_ ? settings_.ping_timeout : settings_.ping_interval);
}

TimePoint Session::next_deadline() const {
    if (state_ >= State::HungUp) return base::kNever;
    TimePoint next = std::min(limit_, life_deadline());
    if (has_stream() && !client_.authenticated) {
        next = std::min(next, record_.begun() + settings_.pre_authentication);
    }
    return next;
}

void Session::on_deadline(TimePoint now) {
    if (state_ >= State::HungUp) return;
    if (now >= limit_) {
        switch (state_) {
        case State::Fresh:
            record_.note(FlightEvent::OpenTimedOut, now, settings_.open_timeout);
            fail({.condition = StreamCondition::ConnectionTimeout, .cause = "no-open"}, now);
            break;
        case State::Closing: leave(CloseCode::Normal, now); break;
        default:
            record_.note(FlightEvent::CloseTimedOut, now, settings_.close_timeout);
            hang_up(net::CloseMode::Abort, "no-close");
            break;
        }
        return;
    }
    if (has_stream() && !client_.authenticated &&
        now >= record_.begun() + settings_.pre_authentication) {
        record_.note(FlightEvent::LoginTimedOut, now, now - record_.begun());
        fail({.condition = StreamCondition::PolicyViolation, .cause = "not-authenticated"},
             now); // U-056
        return;
    }
    if (now < life_deadline()) return;
    if (ping_sent_) {
        record_.note(FlightEvent::PingTimedOut, now, now - heard_);
        end_lost(net::CloseMode::Abort, "ping-timeout");
        return;
    }
    ping_sent_ = true;
    heard_ = now;
    record_.note(FlightEvent::PingSent, now);
    actions_.push(SendPing{});
}

} // namespace ws
