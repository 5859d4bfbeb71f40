// How a session ends: by the server, by us, by a bad request, by the client, or by time.
//
// Whoever ends it, each request that is still open gets exactly one answer, in rid order, and the
// cause is told once: to the oldest request, to the one at fault, or, if none is open, to the next
// that comes (B-227). Queued stanzas go out before the cause wherever another answer can follow,
// because many clients drop what stands inside a terminate body (B-228).

#include "bosh/session.h"

#include <algorithm>

namespace bosh {

using base::SliceChain;
using base::TimePoint;

// By the server or by us: queued stanzas go first, the condition with the answer after (B-228).
void Session::finish(Condition condition, std::string_view cause, TimePoint now) {
    if (state_ == State::Ending || state_ == State::Over) return;
    if (upstream_ != UpstreamState::Gone) actions_.push(CloseUpstream{});
    upstream_ = UpstreamState::Gone;
    end_condition_ = condition;
    end_cause_ = cause;
    if (state_ == State::Opening) {
        // B-084: the client never learns of a session.
        OpenRequest creation = window_.take_oldest();
        respond_end(creation.from, condition, now);
        conclude(cause);
        return;
    }
    state_ = State::Ending;
    take_in_order(now);
}

// What is queued goes first, in rid order; a request above a gap or without connection waits for
// its turn, so that its repeat finds its place. Once nothing is queued, any connection is good
// enough.
void Session::tell_end(TimePoint now) {
    while (!outbox_.empty() && oldest_can_hear(now)) answer_oldest(now);
    if (!outbox_.empty() || attached_count() == 0) return; // the next request is told
    tell_everyone(end_cause_, now);
}

// By a request: it gets the condition, the others hear that another one was the reason (B-208).
void Session::fail(RequestRef offender, Rid rid, Condition condition, std::string_view cause,
                   TimePoint now) {
    std::vector<OpenRequest> open = window_.take_all();
    std::erase_if(open, [&](const OpenRequest& request) {
        return request.detached() || request.from == offender;
    });
    auto place = std::ranges::upper_bound(open, rid, {}, &OpenRequest::rid);
    open.insert(place, OpenRequest{.rid = rid, .from = offender});
    for (const OpenRequest& request : open) {
        bool offends = request.from == offender;
        respond_end(request.from, offends ? condition : Condition::OtherRequest, now);
    }
    if (upstream_ != UpstreamState::Gone) actions_.push(CloseUpstream{});
    conclude(cause);
}

// B-220..B-223: the server's closing tag is not waited for.
void Session::terminate_by_client(TimePoint now) {
    if (upstream_ != UpstreamState::Gone) actions_.push(CloseUpstream{});
    tell_everyone("terminated", now);
}

// The oldest request is told, all others get E.
void Session::tell_everyone(std::string_view cause, TimePoint now) {
    bool told = false;
    for (const OpenRequest& request : window_.take_all()) {
        if (request.detached()) continue;
        if (told) {
            respond(request.from, empty_body(), now);
        } else {
            respond_end(request.from, end_condition_, now);
            told = true;
        }
    }
    conclude(cause);
}

// The last answer of a session. Nothing comes after it, so it takes what is left in the outbox.
void Session::respond_end(RequestRef to, Condition condition, TimePoint now) {
    uint16_t status = terms_.legacy ? legacy_status(condition) : 200;
    BodyOut body{.type = BodyOut::Type::Terminate, .condition = condition};
    append_ack(body, 0);
    if (condition != Condition::OtherRequest) {
        fill_from_outbox(body, Outbox::kEverything);
        if (!stream_error_.empty()) body.declares_stream = true;
        body.payloads.push(std::move(stream_error_));
    }
    quiet_since_ = now;
    actions_.push(Respond{.to = to,
                          .status = status,
                          .xml = status == 200 ? encode(pool_, std::move(body)) : SliceChain{}});
}

void Session::conclude(std::string_view cause) {
    state_ = State::Over;
    upstream_ = UpstreamState::Gone;
    outbox_.clear();
    actions_.push(End{.cause = cause});
}

void Session::on_shutdown(TimePoint now) {
    finish(Condition::SystemShutdown, "system-shutdown", now);
}

// ---------------------------------------------------------------------------- deadlines

TimePoint Session::next_deadline() const {
    if (state_ == State::Over) return base::kNever;
    TimePoint next = attached_count() > 0 ? base::kNever : quiet_since_ + inactivity_;
    if (state_ == State::Opening) next = std::min(next, created_ + features_wait());
    if (must_authenticate()) next = std::min(next, created_ + settings_.pre_authentication);
    for (const OpenRequest& request : window_.all_open()) {
        bool parked = request.rid > window_.last_processed();
        if (parked) {
            next = std::min(next, request.arrived + gap_timeout());
        } else if (!request.detached()) {
            next = std::min(next, request.arrived + terms_.wait);
        }
    }
    return next;
}

std::chrono::seconds Session::features_wait() const {
    return std::min(terms_.wait, settings_.features_wait);
}

std::chrono::seconds Session::gap_timeout() const {
    return std::min(terms_.wait, settings_.gap_timeout);
}

void Session::on_deadline(TimePoint now) {
    if (state_ == State::Over) return;
    if (attached_count() == 0 && now >= quiet_since_ + inactivity_) {
        // B-181: nobody is there to be told.
        if (upstream_ != UpstreamState::Gone) actions_.push(CloseUpstream{});
        conclude(state_ == State::Ending ? end_cause_ : "inactivity");
        return;
    }
    if (must_authenticate() && now >= created_ + settings_.pre_authentication) {
        finish(Condition::PolicyViolation, "not-authenticated", now);
        if (state_ == State::Over) return;
    }
    if (state_ == State::Opening && now >= created_ + features_wait()) answer_oldest(now);
    answer_overdue(now);
    give_up_gap(now);
}

// In rid order: everything up to the last request whose `wait` is over (B-130, B-132).
void Session::answer_overdue(TimePoint now) {
    const std::vector<OpenRequest>& open = window_.all_open();
    size_t overdue = 0;
    for (size_t i = 0; i < window_.held(); ++i) {
        if (!open[i].detached() && now >= open[i].arrived + terms_.wait) overdue = i + 1;
    }
    for (; overdue > 0; --overdue) {
        if (open.front().detached()) {
            answer_empty(window_.take_oldest(), now);
        } else {
            answer_oldest(now);
        }
    }
}

// B-106: the missing rid did not come. The client is asked to repeat what was parked.
void Session::give_up_gap(TimePoint now) {
    const std::vector<OpenRequest>& open = window_.all_open();
    bool overdue = std::ranges::any_of(open, [&](const OpenRequest& request) {
        return request.rid > window_.last_processed() && now >= request.arrived + gap_timeout();
    });
    if (!overdue) return;
    for (const OpenRequest& request : window_.take_parked()) {
        if (!request.detached()) ask_to_repeat(request, now);
    }
}

} // namespace bosh
