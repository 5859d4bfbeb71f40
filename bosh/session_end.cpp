// How a session ends: by the server, by us, by a bad request, by the client, or by time.
//
// Whoever ends it, each request that is still open gets exactly one answer, in rid order, and the
// cause is told once: to the oldest request, to the one at fault, or, if none is open, to the next
// that comes (B-227). Queued stanzas go out before the cause wherever another answer can follow,
// because many clients drop what stands inside a terminate body (B-228).

#include "bosh/session.h"

#include <algorithm>

namespace bosh {

using base::FlightEvent;
using base::TimePoint;

// By the server or by us: queued stanzas go first, the condition with the answer after (B-228).
void Session::finish(Condition condition, std::string_view cause, TimePoint now) {
    if (state_ == State::Ending || state_ == State::Over) return;
    // The answer to the client's last word has room for the first stream's stanzas only (B-263).
    bool last_chance = last_word_waits();
    for (Stream& stream : streams_) {
        if (last_chance && stream.id != kFirstStream) bounce(stream);
        abandon(stream);
    }
    ending_ = std::make_unique<Ending>(Ending{.condition = condition, .cause = cause});
    if (condition == Condition::RemoteStreamError ||
        condition == Condition::RemoteConnectionFailed) {
        ending_->error = std::exchange(streams_.front().error, {});
    }
    if (state_ == State::Opening) {
        // B-084: the client never learns of a session.
        OpenRequest creation = window_.take_oldest();
        actions_.push(last_answer(creation.from, condition));
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
    while (next_to_speak() != nullptr && oldest_can_hear(now)) answer_oldest(now);
    if (next_to_speak() != nullptr || attached_count() == 0) return; // the next request is told
    tell_everyone(ending_->cause);
}

// By a request: it gets the condition, the others hear that another one was the reason (B-208).
void Session::fail(RequestRef offender, Rid rid, Condition condition, std::string_view cause) {
    std::vector<OpenRequest> open = window_.take_all();
    std::erase_if(open, [&](const OpenRequest& request) {
        return request.detached() || request.from == offender;
    });
    auto place = std::ranges::upper_bound(open, rid, {}, &OpenRequest::rid);
    open.insert(place, OpenRequest{.rid = rid, .from = offender});
    for (const OpenRequest& request : open) {
        bool offends = request.from == offender;
        actions_.push(last_answer(request.from, offends ? condition : Condition::OtherRequest));
    }
    for (Stream& stream : streams_) {
        if (stream.id != kFirstStream) bounce(stream);
        abandon(stream);
    }
    conclude(cause);
}

// The oldest request is told, all others get E. Whoever loses that may ask again (B-226), which
// those do that have no connection now; but an error is not repeated (B-113).
void Session::tell_everyone(std::string_view cause) {
    Condition condition = ending_ ? ending_->condition : Condition::None;
    std::vector<OpenRequest> open = window_.take_all();
    auto told = std::ranges::find_if_not(open, &OpenRequest::detached);
    if (told == open.end()) told = open.begin();
    std::vector<CachedAnswer> last;
    for (auto request = open.begin(); request != open.end(); ++request) {
        Respond answer{.to = request->from, .xml = empty_body()};
        if (request == told) answer = last_answer(request->from, condition);
        last.push_back({.rid = request->rid, .xml = answer.xml, .key = std::move(request->key)});
        if (answer.to) actions_.push(std::move(answer));
    }
    if (condition != Condition::None) last.clear();
    conclude(cause, std::move(last));
}

// Nothing comes after it, so it takes what is left in the outbox.
Respond Session::last_answer(RequestRef to, Condition condition) {
    BodyOut body{.type = BodyOut::Type::Terminate, .condition = condition};
    append_ack(body, 0);
    if (condition != Condition::OtherRequest) {
        // Payloads without the name of a stream are the first one's (B-263).
        if (Stream* first = find(kFirstStream)) {
            fill_from_outbox(body, *first, Outbox::kEverything);
        }
        if (ending_ && !ending_->error.empty()) {
            body.declares_stream = condition == Condition::RemoteStreamError;
            body.payloads.push(std::move(ending_->error));
        }
    }
    uint16_t status = terms_.legacy ? legacy_status(condition) : 200;
    if (status != 200) return {.to = to, .status = status};
    return {.to = to, .xml = encode(pool_, std::move(body))};
}

void Session::note_outside(Rid rid, TimePoint now) {
    if (rid > window_.last_processed()) {
        record_.note(FlightEvent::RidTooHigh, now,
                     rid - window_.last_processed() - terms_.requests);
    } else {
        record_.note(FlightEvent::RidTooLow, now, window_.last_processed() + 1 - rid);
    }
}

void Session::conclude(std::string_view cause, std::vector<CachedAnswer> last) {
    state_ = State::Over;
    for (Stream& stream : streams_) stream.outbox.clear();
    actions_.push(End{.cause = cause, .last = std::move(last)});
}

void Session::on_shutdown(TimePoint now) {
    record_.note(FlightEvent::DaemonStopped, now);
    finish(Condition::SystemShutdown, "system-shutdown", now);
}

void Session::on_ended_by_admin(TimePoint now) {
    record_.note(FlightEvent::AdminEnded, now);
    for (Stream& stream : streams_) stream.client.resumable = false;
    finish(Condition::PolicyViolation, "ended-by-admin", now);
}

// ---------------------------------------------------------------------------- deadlines

TimePoint Session::next_deadline() const {
    if (state_ == State::Over) return base::kNever;
    TimePoint next = attached_count() > 0 ? base::kNever : quiet_since_ + inactivity_;
    if (awaits_answer()) next = std::min(next, awaited_until_);
    for (const Stream& stream : streams_) {
        if (!stream.is_open()) continue;
        if (state_ == State::Opening) {
            next = std::min(next, stream.opened + settings_.features_wait);
        }
        if (!stream.client.authenticated) {
            next = std::min(next, stream.opened + settings_.pre_authentication);
        }
    }
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

std::chrono::seconds Session::gap_timeout() const {
    return std::min<std::chrono::seconds>(terms_.wait, settings_.gap_timeout);
}

void Session::on_deadline(TimePoint now) {
    if (state_ == State::Over) return;
    if (attached_count() == 0 && now >= quiet_since_ + inactivity_) {
        // B-181: nobody is there to be told.
        record_.note(FlightEvent::ClientSilent, now, now - quiet_since_);
        for (Stream& stream : streams_) {
            bounce(stream);
            abandon(stream);
        }
        conclude(ending_ ? ending_->cause : "inactivity");
        return;
    }
    end_unauthenticated(now);
    if (state_ == State::Over) return;
    if (state_ == State::Opening && now >= streams_.front().opened + settings_.features_wait) {
        answer_oldest(now);
    }
    answer_overdue(now);
    give_up_gap(now);
    if (awaits_answer()) settle(now);
}

bool Session::logged_in() const {
    return std::ranges::any_of(streams_,
                               [](const Stream& stream) { return stream.client.authenticated; });
}

bool Session::all_logged_in() const {
    return std::ranges::all_of(streams_,
                               [](const Stream& stream) { return stream.client.authenticated; });
}

// U-056
void Session::end_unauthenticated(TimePoint now) {
    auto overdue = [&](const Stream& stream) {
        return stream.is_open() && !stream.client.authenticated &&
               now >= stream.opened + settings_.pre_authentication;
    };
    // Ending one may tell of another's end and move the rest.
    for (auto found = std::ranges::find_if(streams_, overdue);
         state_ != State::Over && found != streams_.end();
         found = std::ranges::find_if(streams_, overdue)) {
        abandon(*found);
        record_.note(FlightEvent::LoginTimedOut, now, now - found->opened);
        end_stream(*found, Condition::PolicyViolation, "not-authenticated", now);
    }
}

// In rid order: everything up to the last request whose `wait` is over (B-130, B-132).
void Session::answer_overdue(TimePoint now) {
    const std::vector<OpenRequest>& open = window_.all_open();
    size_t overdue = 0;
    for (size_t i = 0; i < window_.held(); ++i) {
        if (!open[i].detached() && now >= open[i].arrived + terms_.wait) overdue = i + 1;
    }
    for (; overdue > 0; --overdue) answer_front(now);
}

// B-106: the missing rid did not come. The client is asked to repeat what was parked; or, where
// that is set, its request counts as an empty one whose connection broke.
void Session::give_up_gap(TimePoint now) {
    const std::vector<OpenRequest>& open = window_.all_open();
    bool overdue = std::ranges::any_of(open, [&](const OpenRequest& request) {
        return request.rid > window_.last_processed() && now >= request.arrived + gap_timeout();
    });
    if (!overdue) return;
    if (skips_gaps() && window_.has_gap()) {
        record_.note(FlightEvent::GapGivenUp, now, window_.parked());
        skip_through(window_.all_open()[window_.held()].rid - 1, now);
        return;
    }
    record_.note(FlightEvent::GapGivenUp, now, window_.parked());
    for (const OpenRequest& request : window_.take_parked()) {
        if (!request.detached()) ask_to_repeat(request, now);
    }
}

// D-29: what an old page had begun to send, a new one knows nothing of. A key sequence has no such
// thing: the next key proves that its owner sent the missing request.
bool Session::skips_gaps() const {
    return settings_.skip_gaps && !keys_;
}

// The request one above the window has come. As many as the window is wide may be on their way at a
// time, and those are this one and the ones below it: the missing L + 1 is not.
void Session::skip_abandoned(TimePoint now) {
    if (skips_gaps() && window_.next() == nullptr) skip_through(window_.last_processed() + 1, now);
}

void Session::skip_through(Rid last, TimePoint now) {
    for (Rid rid = window_.last_processed() + 1; rid <= last; ++rid) {
        window_.park(rid, {}, BodyIn{.rid = rid, .ack = 0}, now); // acknowledges nothing
    }
    take_in_order(now);
}

} // namespace bosh
