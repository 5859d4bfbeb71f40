#include "ws/live_session.h"

#include "base/record_events.h"
#include "base/session_end_log.h"
#include "http/limits.h"
#include "xmpp/connect_failure.h"
#include "xmpp/domain.h"
#include "xmpp/namespaces.h"
#include "xmpp/server_fault.h"
#include "xmpp/session_trace.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace ws {

namespace {

using base::Counter;
using base::FlightEvent;
using base::Slice;
using base::SliceChain;

// Below, compression saves next to nothing.
constexpr size_t kLeastCodedBytes = 128;

// S-014: a compressed length tells something of what was compressed; what authenticates is not.
bool holds_sasl(ByteView message) {
    return message.contains(xmpp::kSaslNamespace) || message.contains(xmpp::kSasl2Namespace);
}

} // namespace

LiveSession::LiveSession(Shared& shared, std::unique_ptr<net::Transport> transport,
                         DeflateWindow deflate, const http::ClientFacts& client, const Seats& seats)
    : shared_(shared), transport_(std::move(transport)), seats_(seats), client_(client),
      session_(*shared.settings, shared.domains, shared.env.pool, shared.actions, client.encrypted,
               shared.env.now()),
      reader_(shared.env.pool, shared.settings->frames, deflate != DeflateWindow::None),
      deflate_(deflate) {}

void LiveSession::start(base::SlotId id, std::string_view http, ByteView rest) {
    id_ = id;
    shared_.env.metrics.add(Counter::WsSessionsCreated);
    number_ = shared_.numbers.take();
    note(FlightEvent::WebsocketOpened);
    shared_.env.log.info("websocket.opened", {{"sid", log_name()},
                                              {"peer", client_.peer.host()},
                                              {"http", http},
                                              {"deflate", deflate_ != DeflateWindow::None}});
    shared_.host.on_opened(*this);
    transport_->set_watermarks(0, 1); // what cannot be sent waits with us, see Session::send()
    transport_->set_listener(*this);
    if (!rest.empty()) on_bytes(rest);
    settle();
}

void LiveSession::on_shutdown() {
    session_.on_shutdown(now());
    settle();
}

void LiveSession::on_ended_by_admin() {
    session_.on_ended_by_admin(now());
    settle();
}

base::SessionFacts LiveSession::facts() const {
    base::SessionFacts facts = session_.facts(now());
    facts.sid = log_name();
    facts.address = client_.peer.host();
    facts.secure = client_.encrypted;
    return facts;
}

base::SessionDetails LiveSession::details() const {
    auto seconds = [](std::chrono::seconds time) { return int64_t{time.count()}; };
    base::SessionDetails details{
        .facts = facts(),
        .settings = {{"compression", deflate_ != DeflateWindow::None},
                     {"ping_interval", seconds(settings().ping_interval)},
                     {"ping_timeout", seconds(settings().ping_timeout)},
                     {"max_message_bytes",
                      static_cast<int64_t>(settings().frames.max_message_bytes)}},
        .record = base::events_of(session_.record(), now())};
    if (upstream_) details.server = upstream_->server_facts();
    if (auto likely = base::likely_cause(session_.record(), cause_facts())) {
        details.likely_cause = likely->text;
    }
    return details;
}

void LiveSession::on_deadline(base::TimePoint at) {
    if (at >= held_until_) release();
    session_.on_deadline(at);
    settle();
}

// ---------------------------------------------------------------------------- from the client

void LiveSession::on_bytes(ByteView bytes) {
    if (reading_ == Reading::NoMore) return;
    session_.on_heard(now());
    if (charge(bytes.size())) {
        read(bytes);
    } else {
        keep_unread(bytes);
        charged_ = false;
    }
    settle();
}

// What came before reading was stopped.
void LiveSession::read_unread() {
    if (!std::exchange(charged_, true) && !charge(unread_.size())) {
        charged_ = false;
        return;
    }
    Slice bytes = std::exchange(unread_, {});
    read(bytes.view());
}

void LiveSession::keep_unread(ByteView bytes) {
    if (!bytes.empty()) unread_ = Slice::copy(shared_.env.pool, bytes);
}

void LiveSession::read(ByteView in) {
    while (may_read()) {
        FrameReader::Step step = reader_.feed(in);
        in.remove_prefix(step.taken);
        if (step.kind == FrameReader::Step::Kind::NeedMore) break;
        on_step(step);
        carry_out_actions();
        if (shared_.limits != nullptr) hold_back(shared_.limits->take_request(client_, 0));
    }
    if (reading_ == Reading::NoMore) return;
    keep_unread(in);
    const base::SlicePool& pool = shared_.env.pool;
    if (reader_.pending_bytes() > http::kAlwaysTakenBytes &&
        pool.used_bytes() > pool.budget_bytes()) {
        session_.on_unreadable(CloseCode::InternalError, now());
    }
}

// S-042. Who sends more than it may is not read from for a while: a WebSocket has no way to say
// 429, and TCP has one to make its sender wait.
bool LiveSession::charge(uint64_t bytes) {
    if (shared_.limits == nullptr) return true;
    auto verdict = shared_.limits->take_bytes(client_, bytes);
    hold_back(verdict);
    return verdict.granted();
}

void LiveSession::hold_back(const http::ClientLimits::Verdict& verdict) {
    if (verdict.granted() || reading_ == Reading::NoMore) return;
    held_until_ = now() + verdict.retry_after;
    transport_->pause_read(net::PauseReason::Budget);
    shared_.env.metrics.add(Counter::PausesLimits);
    note(FlightEvent::ClientHeldBack);
    session_.on_held_back(true, now());
}

void LiveSession::release() {
    held_until_ = base::kNever;
    transport_->resume_read(net::PauseReason::Budget);
    note(FlightEvent::ClientReleased);
    session_.on_held_back(false, now());
}

void LiveSession::on_step(FrameReader::Step& step) {
    switch (step.kind) {
    case FrameReader::Step::Kind::NeedMore:
    case FrameReader::Step::Kind::Pong: break; // that something was heard is all it says
    case FrameReader::Step::Kind::Message: on_text(step); break;
    case FrameReader::Step::Kind::Ping:
        note(FlightEvent::ClientPinged);
        session_.on_ping(std::move(step.payload));
        break;
    case FrameReader::Step::Kind::Close:
        note(FlightEvent::CloseReceived, step.code);
        session_.on_close_frame(step.code);
        break;
    case FrameReader::Step::Kind::Fault:
        shared_.env.log.debug("websocket.frame-refused",
                              {{"sid", log_name()}, {"code", step.code}, {"reason", step.what}});
        session_.on_unreadable(static_cast<CloseCode>(step.code), now());
        break;
    }
}

void LiveSession::on_text(FrameReader::Step& step) {
    shared_.env.metrics.add(Counter::WsMessages);
    Slice text = std::move(step.payload);
    if (step.compressed) {
        auto plain = shared_.coder.inflate(text.view(), settings().frames.max_message_bytes);
        Utf8Check check;
        if (plain && (!check.feed(plain->view()) || !check.complete())) {
            plain = std::unexpected(CloseCode::BadPayload);
        }
        if (!plain) {
            session_.on_unreadable(plain.error(), now());
            return;
        }
        (void)charge(plain->size()); // unpacking is work, however short it came
        text = *std::move(plain);
    }
    if (traced()) trace(base::TraceEvent::Direction::FromClient, "message", SliceChain(text));
    ClientMessage message = shared_.framing.read(text);
    if (message.kind == ClientMessage::Kind::Fault) {
        shared_.env.log.debug("websocket.message-refused",
                              {{"sid", log_name()},
                               {"condition", to_string(message.condition)},
                               {"reason", message.what}});
    }
    session_.on_message(std::move(message), now());
}

void LiveSession::on_drained() {
    blocked_ = false;
    note(FlightEvent::ClientDrained);
    session_.on_client_drained();
    settle();
}

void LiveSession::on_closed(base::Error) {
    reading_ = Reading::NoMore;
    session_.on_client_gone(now());
    settle();
}

// ---------------------------------------------------------------------------- from the server

void LiveSession::on_stream_opened(const xmpp::StreamOpened& header) {
    if (traced()) trace_event("stream.opened", header.from);
    session_.on_stream_opened(header, now());
    settle();
}

// Written at the end of the batch: one gathered write for all that one read has brought.
void LiveSession::on_stanza(xmpp::Stanza stanza) {
    if (traced()) {
        trace(base::TraceEvent::Direction::FromServer, xmpp::trace_kind(stanza.kind),
              SliceChain(stanza.bytes));
    }
    session_.on_stanza(std::move(stanza), now());
    carry_out_actions();
    if (!upstream_) settle(); // no end of a batch will come
}

void LiveSession::on_batch_end() {
    settle();
}

void LiveSession::on_upstream_drained() {
    note(FlightEvent::ServerDrained);
    session_.on_upstream_drained(now());
    settle();
}

void LiveSession::on_upstream_ended(xmpp::UpstreamEnd end, base::Error reason) {
    std::string_view explanation;
    if (end == xmpp::UpstreamEnd::ConnectFailed) {
        explanation = xmpp::explanation(reason); // the log has it already, of each server
    } else if (end == xmpp::UpstreamEnd::BadStream) {
        shared_.env.log.warn(
            "upstream.refused",
            {{"sid", log_name()}, {"domain", session_.domain()}, {"reason", reason.what}});
    }
    xmpp::note_end(session_.record(), end, reason, now());
    if (traced()) trace_event("stream.ended", explanation);
    shared_.env.retired.retire(std::move(upstream_)); // it is on the stack
    session_.on_upstream_ended(end, now(), explanation);
    settle();
}

// ---------------------------------------------------------------------------- traces

void LiveSession::trace(base::TraceEvent::Direction direction, std::string_view kind,
                        const SliceChain& said) const {
    std::string sid = log_name();
    xmpp::trace(shared_.tracing,
                {.sid = sid, .jid = session_.jid(), .logged_in = session_.logged_in()}, direction,
                kind, said);
}

void LiveSession::trace_event(std::string_view event, std::string_view word) const {
    std::string sid = log_name();
    xmpp::trace_event(shared_.tracing, {.sid = sid, .jid = session_.jid()}, event, word);
}

// ---------------------------------------------------------------------------- actions

// After every event: what it asked for, what could not be read before, and the deadline.
void LiveSession::settle() {
    carry_out_actions();
    while (may_read() && !unread_.empty()) read_unread();
    write();
    shared_.env.wheel.set(*this, std::min(session_.next_deadline(), held_until_));
    if (session_.over()) {
        shared_.host.on_session_over(id_);
    } else if (seats_.session.unauthenticated && session_.logged_in()) {
        shared_.host.on_login(*this);
    }
}

void LiveSession::carry_out_actions() {
    Action action;
    while (shared_.actions.next(action)) {
        std::visit([this](auto& what) { carry_out(what); }, action);
    }
}

void LiveSession::write() {
    if (!shared_.out.empty()) transport_->write(std::exchange(shared_.out, {}));
    if (blocked_ || transport_->backlog_bytes() == 0) return;
    blocked_ = true;
    note(FlightEvent::ClientBlocked);
    session_.on_client_blocked();
    carry_out_actions();
}

void LiveSession::carry_out(SendMessage& action) {
    SliceChain text(std::move(action.text));
    if (traced()) trace(base::TraceEvent::Direction::ToClient, "message", text);
    bool compressed = false;
    if (deflate_ != DeflateWindow::None && text.size_bytes() >= kLeastCodedBytes &&
        !holds_sasl(text.begin()->view())) {
        SliceChain coded = shared_.coder.deflate(deflate_, text);
        compressed = coded.size_bytes() < text.size_bytes();
        if (compressed) text = std::move(coded);
    }
    append_message(shared_.out, shared_.env.pool, text, compressed);
}

void LiveSession::carry_out(const SendPing&) {
    append_control(shared_.out, shared_.env.pool, Opcode::Ping, {});
}

void LiveSession::carry_out(const SendPong& action) {
    append_control(shared_.out, shared_.env.pool, Opcode::Pong, action.payload);
}

void LiveSession::carry_out(const SendClose& action) {
    note(FlightEvent::CloseSent, action.code);
    append_close(shared_.out, shared_.env.pool, action.code);
}

void LiveSession::carry_out(const PauseClient&) {
    if (reading_ != Reading::Yes) return;
    reading_ = Reading::Paused;
    transport_->pause_read(net::PauseReason::Backlog);
    shared_.env.metrics.add(Counter::PausesBacklog);
}

void LiveSession::carry_out(const ResumeClient&) {
    if (reading_ != Reading::Paused) return;
    reading_ = Reading::Yes;
    transport_->resume_read(net::PauseReason::Backlog);
}

void LiveSession::carry_out(const HangUp& action) {
    reading_ = Reading::NoMore;
    unread_ = {};
    reader_.abandon();
    if (!shared_.out.empty()) transport_->write(std::exchange(shared_.out, {}));
    transport_->resume_read(net::PauseReason::Backlog); // or its end would not be noticed
    if (held_until_ != base::kNever) release();
    transport_->close(action.mode);
}

void LiveSession::carry_out(const OpenStream& action) {
    shared_.env.log.info("session.created",
                         {{"sid", log_name()}, {"domain", action.parameters.to}});
    upstream_ = shared_.upstreams.create(action.parameters.to, xmpp::kOwnServer, *this);
    xmpp::StreamParameters parameters = action.parameters;
    parameters.client = client_.peer;
    parameters.reached = client_.local;
    parameters.encrypted = client_.encrypted;
    parameters.tls = client_.tls;
    parameters.log_name = log_name();
    upstream_->open(parameters);
}

void LiveSession::carry_out(SendUpstream& action) {
    if (!upstream_) return;
    shared_.env.metrics.add(Counter::StanzasToServer);
    if (traced()) trace(base::TraceEvent::Direction::ToServer, "element", action.element);
    upstream_->send(std::move(action.element));
    if (!upstream_->congested()) return;
    note(FlightEvent::ServerCongested);
    session_.on_upstream_congested();
}

void LiveSession::carry_out(const RestartStream& action) {
    auto asked_to = xmpp::Domain::parse(action.asked_to);
    bool other = asked_to ? asked_to->name != action.parameters.to : !action.asked_to.empty();
    if (other) {
        shared_.env.log.debug(
            "restart.domain-kept",
            {{"sid", log_name()}, {"domain", action.parameters.to}, {"asked", action.asked_to}});
    }
    if (upstream_) upstream_->restart(action.parameters);
}

void LiveSession::carry_out(const PauseUpstream&) {
    note(FlightEvent::ServerPaused);
    if (upstream_) upstream_->pause_read();
}

void LiveSession::carry_out(const ResumeUpstream&) {
    note(FlightEvent::ServerResumed);
    if (upstream_) upstream_->resume_read();
}

void LiveSession::carry_out(const Bounce& action) {
    shared_.env.metrics.add(Counter::StanzasBounced, action.undelivered.size());
    if (upstream_) upstream_->bounce(action.undelivered);
}

void LiveSession::carry_out(const CloseUpstream& action) {
    if (!upstream_) return;
    upstream_->close(action.mode);
    if (action.mode == xmpp::Upstream::CloseMode::HalfClose) return;
    shared_.env.retired.retire(std::move(upstream_)); // it may be on the stack
}

void LiveSession::carry_out(const End& action) {
    if (traced()) trace_event("session.ended", action.cause);
    shared_.env.metrics.add(Counter::WsSessionsEnded);
    shared_.env.metrics.count_end(base::Transport::Websocket, action.cause);
    if (seats_.session.counted && !seats_.session.unauthenticated) {
        shared_.env.metrics.add(Counter::WsSessionsLeft);
    }
    base::log_session_end(shared_.env.log, "websocket.ended", log_name(), session_.domain(),
                          session_.record(), cause_facts(action.cause), now());
    shared_.host.on_ended(*this, action.cause);
}

} // namespace ws
