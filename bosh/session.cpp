#include "bosh/session.h"

#include "base/error.h"

#include <algorithm>

namespace bosh {

namespace {

using base::FlightEvent;
using base::SliceChain;
using base::TimePoint;

} // namespace

// ---------------------------------------------------------------------------- creation

Session::Session(Terms terms, const SessionId& sid, const Settings& settings,
                 const Domains& domains, base::SlicePool& pool, ActionQueue& actions)
    : terms_(std::move(terms)), sid_(sid), settings_(settings), domains_(domains), pool_(pool),
      actions_(actions),
      window_(terms_.rid, terms_.requests, terms_.acks, settings.replay_cache_bytes),
      overactivity_(terms_.requests, terms_.polling_interval, terms_.polling),
      inactivity_(terms_.inactivity), record_(TimePoint()) {}

void Session::on_created(RequestRef from, StreamTerms first_terms, BodyIn body, TimePoint now) {
    quiet_since_ = now;
    record_ = base::FlightRecord(now);
    if (!body.newkey.empty()) keys_ = std::make_unique<KeySequence>(body.newkey); // B-240
    streams_.reserve(1);
    Stream& first = open_stream(std::move(first_terms), now);
    if (!body.payloads.empty()) { // B-057
        first.unsent = std::make_unique<SendUpstream>(
            SendUpstream{.elements = std::move(body.payloads), .count = body.payload_count});
    }
    window_.park(terms_.rid, from, {}, now);
    (void)window_.take_next();
    settle(now);
}

// ---------------------------------------------------------------------------- requests

void Session::on_request(RequestRef from, Decoded decoded, TimePoint now) {
    stop_awaiting(now);
    BodyIn& body = decoded.body;
    if (!body.rid) {
        record_.note(FlightEvent::RequestMalformed, now);
        fail(from, kHighestRid, Condition::BadRequest, "bad-rid");
        return;
    }
    Rid rid = *body.rid;
    bool one_more = body.pause || body.type == BodyIn::Type::Terminate;
    if (rid == paused_rid_) { // B-114: its answer was E by rule
        respond({.to = from, .xml = empty_body()}, now);
        return;
    }
    inactivity_ = terms_.inactivity; // B-185
    if (!one_more && rid == window_.last_processed() + terms_.requests + 1) {
        skip_abandoned(now);
        if (state_ == State::Over) return;
    }
    bool is_next = false;
    switch (window_.place_of(rid, one_more)) {
    case RequestWindow::Place::Outside:
        note_outside(rid, now);
        fail(from, rid, Condition::ItemNotFound, "rid-out-of-window");
        return;
    case RequestWindow::Place::Answered: replay(from, rid, body.key, now); return;
    case RequestWindow::Place::Open: reattach(from, *window_.open(rid), body.key, now); return;
    case RequestWindow::Place::Next: is_next = true; break;
    case RequestWindow::Place::Ahead: break;
    }
    if (decoded.fault) {
        record_.note(FlightEvent::RequestMalformed, now);
        fail(from, rid, Condition::BadRequest, "bad-request");
        return;
    }
    // B-116: what was given up at a gap is repeated, and what fills the gap was sent before it.
    bool is_new = rid > window_.highest_received();
    if (is_new && !overactivity_.admit({.is_empty = body.is_empty() && !asks_for_stream(body),
                                        .ends_or_pauses = one_more,
                                        .unanswered = attached_count() + 1,
                                        .at = now})) {
        record_.note(FlightEvent::RequestTooSoon, now, attached_count() + 1);
        fail(from, rid, Condition::PolicyViolation, "overactive");
        return;
    }
    if (is_next && takes_in() && !must_wait(body)) { // nearly every one
        window_.hold(rid, from, body.key, now);
        take_in(rid, std::move(body), now);
    } else {
        if (!is_next) {
            record_.note(FlightEvent::RequestParked, now, rid - window_.last_processed() - 1);
        }
        window_.park(rid, from, std::move(body), now);
    }
    take_in_order(now);
}

// §14.3: the connection broke before the answer arrived; the client asks again.
void Session::replay(RequestRef from, Rid rid, std::string_view key, TimePoint now) {
    CachedAnswer& answer = *window_.answer(rid);
    if (!may_repeat(key, answer.key)) {
        record_.note(FlightEvent::KeyRefused, now);
        fail(from, rid, Condition::ItemNotFound, "bad-key");
        return;
    }
    record_.note(FlightEvent::RequestReplayed, now, answer.repeats + 1U);
    if (++answer.repeats > kMaxRepeats) {
        fail(from, rid, Condition::PolicyViolation, "too-many-repeats");
        return;
    }
    respond({.to = from, .xml = answer.xml.empty() ? empty_body() : answer.xml, .replay = true},
            now);
}

// §14.3: the client gave the old connection up before we noticed. Its payloads were taken already.
void Session::reattach(RequestRef from, OpenRequest& request, std::string_view key, TimePoint now) {
    if (!may_repeat(key, request.key)) {
        record_.note(FlightEvent::KeyRefused, now);
        fail(from, request.rid, Condition::ItemNotFound, "bad-key");
        return;
    }
    if (!request.detached()) {
        record_.note(FlightEvent::RequestRepeated, now, now - request.arrived);
    }
    if (++request.repeats > kMaxRepeats) {
        fail(from, request.rid, Condition::PolicyViolation, "too-many-repeats");
        return;
    }
    if (!request.detached()) ask_to_repeat(request, now);
    request.from = from;
    request.arrived = now;
    settle(now);
}

// B-245: a sid and a rid, overheard, release nothing; only the creation request bears no key.
bool Session::may_repeat(std::string_view key, const OriginalKey& original) const {
    return !keys_ || !original || KeySequence::same(key, *original);
}

void Session::on_request_lost(RequestRef gone, TimePoint now) {
    OpenRequest* request = window_.open_from(gone);
    if (request == nullptr) return;
    record_.note_lost(now, now - request->arrived);
    request->from = {};
    quiet_since_ = now;
    if (state_ == State::Opening) {
        // Nobody will ever know this sid (B-062).
        record_.note(FlightEvent::CreationLost, now);
        actions_.push(CloseUpstream{});
        conclude("creation-abandoned");
        return;
    }
    settle(now);
}

// Payloads wait in their parked request while a server cannot take them.
bool Session::must_wait(const BodyIn& body) const {
    if (body.payloads.empty() && !body.restart) return false;
    return std::ranges::any_of(streams_, [&](const Stream& stream) {
        return stream.is_open() && !stream.accepts() && is_addressed(body, stream);
    });
}

void Session::take_in_order(TimePoint now) {
    while (takes_in()) {
        const OpenRequest* next = window_.next();
        if (next == nullptr || must_wait(*next->parked)) break;
        Rid rid = next->rid;
        take_in(rid, std::move(*window_.take_next()), now);
    }
    settle(now);
}

void Session::take_in(Rid rid, BodyIn&& body, TimePoint now) {
    RequestRef from = window_.open(rid)->from;
    if (keys_ && !keys_->admit(body.key, body.newkey)) {
        record_.note(FlightEvent::KeyRefused, now);
        fail(from, rid, Condition::ItemNotFound, "bad-key"); // B-242
        return;
    }
    if (body.pause && *body.pause > static_cast<uint64_t>(terms_.maxpause.count())) {
        record_.note(FlightEvent::PauseRefused, now, uint64_t{*body.pause} * 10);
        fail(from, rid, Condition::PolicyViolation, "pause-too-long"); // B-187
        return;
    }
    if (!knows_stream(body)) {
        record_.note(FlightEvent::StreamUnknown, now);
        fail(from, rid, Condition::ItemNotFound, "unknown-stream"); // B-265
        return;
    }
    take_ack(rid, body.ack, now);
    if (body.payload_count > 0) {
        record_.note(FlightEvent::SentToServer, now, uint64_t{body.payload_count});
    }
    if (body.restart) record_.note(FlightEvent::StreamRestarted, now);
    if (send_to_streams(body)) awaited_until_ = now + settings_.release_delay;
    if (body.type == BodyIn::Type::Terminate || body.reports_stream_error) {
        close_streams(body, now);
    } else if (body.pause) {
        pause(*body.pause, now);
    } else if (state_ == State::Open && asks_for_stream(body)) {
        add_stream(body, now);
    }
}

// B-164..B-169: what the client has need not be kept. What it misses although we sent it a while
// ago is told at once: perhaps it waits for an answer that was lost on the way.
void Session::take_ack(Rid rid, std::optional<Rid> ack, TimePoint now) {
    constexpr base::Duration kLongEnough = 1s;
    if (!terms_.acks) return;
    if (!ack) {
        window_.forget_through(rid - 1);
        return;
    }
    if (*ack > window_.last_answered()) return; // and one below an earlier ack finds nothing
    window_.forget_through(*ack);
    const CachedAnswer* missed = window_.answer(*ack + 1);
    if (missed != nullptr && now - missed->sent >= kLongEnough) reported_ = missed->rid;
}

// §10: all requests are answered without payloads; queued stanzas wait for the client's return.
void Session::pause(uint32_t seconds, TimePoint now) {
    inactivity_ = Seconds(std::max(seconds, 1U)); // B-186
    record_.note(FlightEvent::PauseBegun, now, base::Duration(inactivity_));
    while (window_.held() > 1) answer_empty(window_.take_oldest(), now);
    OpenRequest request = window_.take_oldest();
    paused_rid_ = request.rid;
    window_.note_answered(request.rid);
    if (!request.detached())
        respond({.to = request.from, .xml = empty_body(), .waited = now - request.arrived}, now);
}

// ---------------------------------------------------------------------------- answers

// The client has sent on. So it is judged (B-200..B-203) as if nothing had been kept back, and what
// is kept back is never more than one.
void Session::stop_awaiting(TimePoint now) {
    bool awaited = awaits_answer();
    awaited_until_ = now;
    if (awaited) settle(now);
}

size_t Session::attached_count() const {
    auto count = std::ranges::count_if(
        window_.all_open(), [](const OpenRequest& request) { return !request.detached(); });
    return static_cast<size_t>(count);
}

// B-133. A client that sends while a request of it is held gets that one back, so that it can send
// on. But most of what is sent is answered by the server within milliseconds; with the answer in
// it, the older request has not come for nothing, and the newer one stays to be held in its place.
// So there may be one more for so long. A client that polls is answered at once (B-137).
size_t Session::may_be_held(TimePoint now) const {
    if (terms_.polling) return 0;
    return terms_.hold + (now < awaited_until_ ? 1 : 0);
}

// Answers what the rules say must not be held any longer.
void Session::settle(TimePoint now) {
    if (state_ == State::Over) return;
    if (state_ == State::Ending) {
        tell_end(now);
        return;
    }
    if (state_ == State::Opening) {
        bool negotiated = streams_.front().state != Stream::State::Negotiating;
        if (terms_.polling || negotiated) answer_oldest(now);
        return;
    }
    while (oldest_can_hear(now)) {
        bool at_once = window_.held() > may_be_held(now) || reported_ != 0;
        if (next_to_speak() == nullptr && !at_once) break;
        answer_oldest(now);
    }
}

// Is there a held request, and has the oldest its connection?
bool Session::oldest_can_hear(TimePoint now) {
    // B-140: the client went on with a higher rid; a repeat of a detached one gets E.
    while (window_.held() > 1 && window_.all_open().front().detached())
        window_.remember(window_.take_oldest(), {}, now);
    return window_.held() > 0 && !window_.all_open().front().detached();
}

void Session::answer_oldest(TimePoint now) {
    OpenRequest request = window_.take_oldest();
    BodyOut body;
    if (state_ == State::Opening) {
        state_ = State::Open;
        Stream& first = streams_.front();
        body.attributes = creation_attributes(sid_.view(), terms_, first.name.view());
        body.declares_xmpp = true;
        body.declares_stream = true;
        append_header(body, first);
    } else {
        append_ack(body, request.rid);
    }
    append_report(body, now);
    if (Stream* stream = next_to_speak()) append_news(body, *stream);
    overactivity_.on_answer(!body.payloads.empty());
    record_.note_answered(!body.payloads.empty(), now, now - request.arrived);
    SliceChain xml;
    if (!body.is_plain_empty()) xml = encode(pool_, std::move(body));
    RequestRef to = request.from;
    TimePoint arrived = request.arrived;
    window_.remember(std::move(request), xml, now);
    respond({.to = to, .xml = xml.empty() ? empty_body() : std::move(xml), .waited = now - arrived},
            now);
}

// The oldest held one, whether its connection is there or not.
void Session::answer_front(TimePoint now) {
    if (window_.all_open().front().detached()) {
        answer_empty(window_.take_oldest(), now);
    } else {
        answer_oldest(now);
    }
}

void Session::answer_empty(OpenRequest request, TimePoint now) {
    RequestRef to = request.from;
    TimePoint arrived = request.arrived;
    record_.note_answered(false, now, now - arrived);
    window_.remember(std::move(request), {}, now);
    if (to) respond({.to = to, .xml = empty_body(), .waited = now - arrived}, now);
}

// B-106, B-108: recoverable; the client repeats this request and all unanswered before it.
void Session::ask_to_repeat(const OpenRequest& request, TimePoint now) {
    BodyOut body{.type = BodyOut::Type::Error};
    append_ack(body, request.rid);
    respond({.to = request.from, .xml = encode(pool_, std::move(body))}, now);
}

// B-160, B-163: all requests up to L are here; said only where it is news.
void Session::append_ack(BodyOut& body, Rid answered) const {
    Rid received = window_.last_processed();
    if (terms_.acks && received != answered) append_number(body.attributes, "ack", received);
}

// B-167, B-168
void Session::append_report(BodyOut& body, TimePoint now) {
    const CachedAnswer* missed = reported_ != 0 ? window_.answer(reported_) : nullptr;
    reported_ = 0;
    if (missed == nullptr) return;
    append_number(body.attributes, "report", missed->rid);
    append_number(
        body.attributes, "time",
        static_cast<uint64_t>(std::min<int64_t>((now - missed->sent).count(), UINT16_MAX)));
}

void Session::respond(Respond answer, TimePoint now) {
    quiet_since_ = now;
    actions_.push(std::move(answer));
}

} // namespace bosh
