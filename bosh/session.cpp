#include "bosh/session.h"

#include "base/error.h"

#include <algorithm>

namespace bosh {

namespace {

using base::SliceChain;
using base::TimePoint;
using Kind = xmpp::Stanza::Kind;

// B-111. Strophe repeats a request five times (D-17), StanzaJS too; ten is a client gone wild.
constexpr uint8_t kMaxRepeats = 10;

constexpr base::ByteView kCompressionFailure =
    "<failure xmlns='http://jabber.org/protocol/compress'><setup-failed/></failure>";

} // namespace

// ---------------------------------------------------------------------------- creation

Session::Session(Terms terms, std::string sid, const Settings& settings, base::SlicePool& pool,
                 ActionQueue& actions)
    : terms_(std::move(terms)), sid_(std::move(sid)), settings_(settings), pool_(pool),
      actions_(actions), window_(terms_.rid, terms_.requests) {}

void Session::on_created(RequestRef from, BodyIn body, TimePoint now) {
    created_ = quiet_since_ = now;
    unsent_ = std::move(body.payloads); // B-057
    unsent_count_ = body.payload_count;
    window_.park(terms_.rid, from, {}, now);
    (void)window_.take_next();
    settle(now);
}

void Session::on_stream_opened(const xmpp::StreamOpened& header, TimePoint now) {
    if (upstream_ != UpstreamState::Negotiating) return; // a restart: the client knows all this
    if (!header.from.empty()) append_attribute(stream_attributes_, "from", header.from);
    if (!header.id.empty()) append_attribute(stream_attributes_, "authid", header.id);
    if (!header.version.empty()) {
        append_attribute(stream_attributes_, "xmpp:version", header.version);
        return;
    }
    // U-010: a server of old sends no features; who logs in there needs `authid` only.
    start_sending(now);
}

void Session::start_sending(TimePoint now) {
    upstream_ = UpstreamState::Ready;
    if (!unsent_.empty())
        actions_.push(SendUpstream{.elements = std::move(unsent_), .count = unsent_count_});
    unsent_.clear();
    take_in_order(now);
}

// ---------------------------------------------------------------------------- requests

void Session::on_request(RequestRef from, Decoded decoded, TimePoint now) {
    BodyIn& body = decoded.body;
    if (!body.rid) {
        fail(from, kHighestRid, Condition::BadRequest, "bad-rid", now);
        return;
    }
    Rid rid = *body.rid;
    bool one_more = body.pause || body.type == BodyIn::Type::Terminate;
    switch (window_.place_of(rid, one_more)) {
    case RequestWindow::Place::Outside:
        fail(from, rid, Condition::ItemNotFound, "rid-out-of-window", now);
        return;
    case RequestWindow::Place::Answered: replay(from, rid, now); return;
    case RequestWindow::Place::Open: reattach(from, *window_.open(rid), now); return;
    case RequestWindow::Place::Next:
    case RequestWindow::Place::Ahead: break;
    }
    if (decoded.fault) {
        fail(from, rid, Condition::BadRequest, "bad-request", now);
        return;
    }
    window_.park(rid, from, std::move(body), now);
    if (state_ == State::Ending) {
        tell_end(now);
    } else {
        take_in_order(now);
    }
}

// §14.3: the connection broke before the answer arrived; the client asks again.
void Session::replay(RequestRef from, Rid rid, TimePoint now) {
    CachedAnswer& answer = *window_.answer(rid);
    if (++answer.repeats > kMaxRepeats) {
        fail(from, rid, Condition::PolicyViolation, "too-many-repeats", now);
        return;
    }
    respond(from, answer.xml.empty() ? empty_body() : answer.xml, now);
}

// §14.3: the client gave the old connection up before we noticed. Its payloads were taken already.
void Session::reattach(RequestRef from, OpenRequest& request, TimePoint now) {
    if (++request.repeats > kMaxRepeats) {
        fail(from, request.rid, Condition::PolicyViolation, "too-many-repeats", now);
        return;
    }
    if (!request.detached()) {
        respond(request.from, encode(pool_, {.type = BodyOut::Type::Error}), now);
    }
    request.from = from;
    request.arrived = now;
    settle(now);
}

void Session::on_request_lost(RequestRef gone, TimePoint now) {
    OpenRequest* request = window_.open_from(gone);
    if (request == nullptr) return;
    request->from = {};
    quiet_since_ = now;
    if (state_ == State::Opening) {
        // Nobody will ever know this sid (B-062).
        actions_.push(CloseUpstream{});
        conclude("creation-abandoned");
        return;
    }
    settle(now);
}

// Payloads wait in their parked request while upstream cannot take them.
bool Session::must_wait(const BodyIn& body) const {
    bool sends = !body.payloads.empty() || body.restart;
    return sends &&
           (upstream_ == UpstreamState::Negotiating || upstream_ == UpstreamState::Congested);
}

void Session::take_in_order(TimePoint now) {
    while (state_ == State::Open) {
        const OpenRequest* next = window_.next();
        if (next == nullptr || must_wait(*next->parked)) break;
        take_in(*window_.take_next(), now);
    }
    settle(now);
}

void Session::take_in(BodyIn body, TimePoint now) {
    if (body.restart) {
        actions_.push(RestartStream{.from = std::move(body.from), .lang = std::move(body.lang)});
    } else if (!body.payloads.empty()) {
        actions_.push(
            SendUpstream{.elements = std::move(body.payloads), .count = body.payload_count});
    }
    if (body.asks_compression) enqueue({.bytes = base::Slice::literal(kCompressionFailure)});
    if (body.type == BodyIn::Type::Terminate || body.reports_stream_error) {
        terminate_by_client(now);
    }
}

// ---------------------------------------------------------------------------- the server's side

void Session::enqueue(xmpp::Stanza stanza) {
    outbox_bytes_ += stanza.bytes.size();
    outbox_.push_back(std::move(stanza));
}

void Session::on_stanza(xmpp::Stanza stanza, TimePoint now) {
    if (state_ == State::Ending || state_ == State::Over) return;
    Kind kind = stanza.kind;
    if (kind == Kind::StreamError) {
        stream_error_ = std::move(stanza.bytes);
        return;
    }
    if (kind == Kind::Message || kind == Kind::Presence) authenticated_ = true;
    enqueue(std::move(stanza));
    if (kind == Kind::Features && upstream_ == UpstreamState::Negotiating) start_sending(now);
    if (outbox_bytes_ > settings_.outbox_hard_bytes) {
        finish(Condition::InternalServerError, "outbox-full", now);
    } else if (outbox_bytes_ > settings_.outbox_high_bytes && !reading_paused_) {
        reading_paused_ = true;
        actions_.push(PauseUpstream{});
    }
}

void Session::on_batch_end(TimePoint now) {
    settle(now);
}

void Session::on_upstream_congested() {
    if (upstream_ == UpstreamState::Ready) upstream_ = UpstreamState::Congested;
}

void Session::on_upstream_drained(TimePoint now) {
    if (upstream_ != UpstreamState::Congested) return;
    upstream_ = UpstreamState::Ready;
    take_in_order(now);
}

void Session::on_upstream_ended(xmpp::UpstreamEnd end, TimePoint now) {
    upstream_ = UpstreamState::Gone;
    switch (end) {
    case xmpp::UpstreamEnd::ConnectFailed:
        finish(Condition::RemoteConnectionFailed, "connect-failed", now);
        break;
    case xmpp::UpstreamEnd::Lost:
        finish(Condition::RemoteConnectionFailed, "upstream-lost", now);
        break;
    case xmpp::UpstreamEnd::BadStream:
        finish(Condition::RemoteConnectionFailed, "upstream-sent-no-xmpp", now);
        break;
    case xmpp::UpstreamEnd::StreamError:
        finish(Condition::RemoteStreamError, "remote-stream-error", now);
        break;
    case xmpp::UpstreamEnd::Closed: finish(Condition::None, "server-closed", now); break;
    }
}

// ---------------------------------------------------------------------------- answers

bool Session::has_attached() const {
    return std::ranges::any_of(window_.all_open(),
                               [](const OpenRequest& request) { return !request.detached(); });
}

// Answers what the rules say must not be held any longer.
void Session::settle(TimePoint now) {
    if (state_ == State::Ending) tell_end(now);
    if (state_ == State::Over) return;
    if (state_ == State::Opening) {
        if (terms_.polling || upstream_ == UpstreamState::Ready) answer_oldest(now);
        return;
    }
    for (;;) {
        size_t held = window_.held();
        if (held == 0) break;
        const OpenRequest& oldest = window_.all_open().front();
        if (oldest.detached()) {
            // B-140: the client went on with a higher rid; a repeat of this one gets E.
            if (held == 1) break;
            window_.remember(window_.take_oldest().rid, {});
            continue;
        }
        bool at_once = terms_.polling || held > terms_.hold;
        if (outbox_.empty() && !at_once) break;
        answer_oldest(now);
    }
}

void Session::answer_oldest(TimePoint now) {
    OpenRequest request = window_.take_oldest();
    BodyOut body;
    if (state_ == State::Opening) {
        state_ = State::Open;
        body.attributes = creation_attributes(sid_, terms_, settings_);
        body.declares_xmpp = true;
        body.declares_stream = true;
    }
    fill_from_outbox(body, settings_.max_response_bytes);
    if (body.declares_stream && upstream_ != UpstreamState::Negotiating) {
        body.declares_xmpp = body.declares_xmpp || !stream_attributes_.empty();
        body.attributes += std::exchange(stream_attributes_, {});
    }
    SliceChain xml;
    if (!body.is_plain_empty()) xml = encode(pool_, std::move(body));
    window_.remember(request.rid, xml);
    respond(request.from, xml.empty() ? empty_body() : std::move(xml), now);
}

// Waiting stanzas, in order, up to `max_bytes`; one that is larger goes alone (B-138). Features
// and stanzas do not share a body.
void Session::fill_from_outbox(BodyOut& body, size_t max_bytes) {
    size_t count = 0;
    size_t bytes = 0;
    bool has_stanzas = false;
    bool has_features = false;
    for (xmpp::Stanza& stanza : outbox_) {
        if (count > 0 && bytes + stanza.bytes.size() > max_bytes) break;
        if (stanza.kind == Kind::Features ? has_stanzas : stanza.is_stanza() && has_features) break;
        has_features = has_features || stanza.kind == Kind::Features;
        has_stanzas = has_stanzas || stanza.is_stanza();
        if (stanza.kind == Kind::Features) body.declares_stream = true;
        bytes += stanza.bytes.size();
        ++count;
        body.payloads.push(std::move(stanza.bytes));
    }
    outbox_.erase(outbox_.begin(), outbox_.begin() + static_cast<std::ptrdiff_t>(count));
    if (outbox_.empty()) outbox_.shrink_to_fit();
    outbox_bytes_ -= bytes;
    if (reading_paused_ && outbox_bytes_ <= settings_.outbox_low_bytes &&
        upstream_ != UpstreamState::Gone) {
        reading_paused_ = false;
        actions_.push(ResumeUpstream{});
    }
}

void Session::respond(RequestRef to, SliceChain xml, TimePoint now) {
    quiet_since_ = now;
    actions_.push(Respond{.to = to, .xml = std::move(xml)});
}

// ---------------------------------------------------------------------------- the end

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
    tell_end(now);
}

void Session::tell_end(TimePoint now) {
    std::vector<OpenRequest>& open = window_.all_open();
    std::erase_if(open, [](const OpenRequest& request) { return request.detached(); });
    while (!open.empty() && !outbox_.empty()) answer_oldest(now);
    if (open.empty()) return; // the next request is told
    respond_end(window_.take_oldest().from, end_condition_, now);
    for (const OpenRequest& request : window_.take_all()) respond(request.from, empty_body(), now);
    conclude(end_cause_);
}

// By a request: it gets the condition, the others hear that another one was the reason (B-208).
void Session::fail(RequestRef offender, Rid rid, Condition condition, std::string_view cause,
                   TimePoint now) {
    std::vector<OpenRequest> open = window_.take_all();
    std::erase_if(open, [](const OpenRequest& request) { return request.detached(); });
    auto place = std::ranges::upper_bound(open, rid, {}, &OpenRequest::rid);
    open.insert(place, OpenRequest{.rid = rid, .from = offender});
    for (const OpenRequest& request : open) {
        bool offends = request.from == offender;
        respond_end(request.from, offends ? condition : Condition::OtherRequest, now);
    }
    if (upstream_ != UpstreamState::Gone) actions_.push(CloseUpstream{});
    conclude(cause);
}

// B-220..B-223: the oldest request is told, all others get E; the server's closing tag is not
// waited for.
void Session::terminate_by_client(TimePoint now) {
    actions_.push(CloseUpstream{});
    bool told = false;
    for (const OpenRequest& request : window_.take_all()) {
        if (request.detached()) continue;
        if (told) {
            respond(request.from, empty_body(), now);
        } else {
            respond_end(request.from, Condition::None, now);
            told = true;
        }
    }
    conclude("terminated");
}

// The last answer of a session. Nothing comes after it, so it takes what is left in the outbox.
void Session::respond_end(RequestRef to, Condition condition, TimePoint now) {
    uint16_t status = terms_.legacy ? legacy_status(condition) : 200;
    BodyOut body{.type = BodyOut::Type::Terminate, .condition = condition};
    if (condition != Condition::OtherRequest) {
        fill_from_outbox(body, SIZE_MAX);
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
    outbox_bytes_ = 0;
    actions_.push(End{.cause = cause});
}

void Session::on_shutdown(TimePoint now) {
    finish(Condition::SystemShutdown, "system-shutdown", now);
}

// ---------------------------------------------------------------------------- deadlines

TimePoint Session::next_deadline() const {
    if (state_ == State::Over) return base::kNever;
    TimePoint next = has_attached() ? base::kNever : quiet_since_ + terms_.inactivity;
    if (state_ == State::Opening) next = std::min(next, created_ + features_wait());
    if (!authenticated_) next = std::min(next, created_ + settings_.pre_authentication);
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
    if (!has_attached() && now >= quiet_since_ + terms_.inactivity) {
        // B-181: nobody is there to be told.
        if (upstream_ != UpstreamState::Gone) actions_.push(CloseUpstream{});
        conclude(state_ == State::Ending ? end_cause_ : "inactivity");
        return;
    }
    if (!authenticated_ && now >= created_ + settings_.pre_authentication) {
        finish(Condition::PolicyViolation, "not-authenticated", now);
        return;
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
    for (; overdue > 0; --overdue) answer_oldest(now);
}

// B-106: the missing rid did not come. The client is asked to repeat what was parked.
void Session::give_up_gap(TimePoint now) {
    const std::vector<OpenRequest>& open = window_.all_open();
    bool overdue = std::ranges::any_of(open, [&](const OpenRequest& request) {
        return request.rid > window_.last_processed() && now >= request.arrived + gap_timeout();
    });
    if (!overdue) return;
    for (const OpenRequest& request : window_.take_parked()) {
        if (!request.detached()) {
            respond(request.from, encode(pool_, {.type = BodyOut::Type::Error}), now);
        }
    }
}

} // namespace bosh
