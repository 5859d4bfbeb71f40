#include "bosh/live_session.h"

#include "base/record_events.h"
#include "base/session_end_log.h"
#include "xmpp/connect_failure.h"
#include "xmpp/domain.h"
#include "xmpp/server_fault.h"

#include <utility>

namespace bosh {

using base::Counter;
using base::FlightEvent;

namespace {

// Enough to notice that another address asks, and too little to say which. FNV-1a; of IPv6 the
// network, since hosts there change the rest as they like.
uint16_t address_hash(const net::Address& address) {
    size_t bytes = address.family == net::Address::Family::V4 ? 4 : 8;
    uint32_t hash = 2166136261U;
    for (size_t at = 0; at < bytes; ++at) hash = (hash ^ address.bytes[at]) * 16777619U;
    return static_cast<uint16_t>(hash ^ (hash >> 16U));
}

// What XEP-0124 has in the <body/>, but for its secrets.
std::string words_for_trace(const BodyIn& body) {
    std::string about = "rid=" + (body.rid ? std::to_string(*body.rid) : "none");
    if (body.ack) about += " ack=" + std::to_string(*body.ack);
    if (body.pause) about += " pause=" + std::to_string(*body.pause);
    if (body.restart) about += " restart";
    if (body.type == BodyIn::Type::Terminate) about += " terminate";
    return about;
}

} // namespace

LiveSession::LiveSession(const Shared& shared, Terms terms, const Settings& settings,
                         const SessionId& sid, http::ClientFacts client)
    : shared_(shared),
      session_(std::move(terms), sid, settings, shared.domains, shared.env.pool, shared.actions),
      client_(std::move(client)) {}

void LiveSession::start(RequestRef from, StreamTerms first, BodyIn body,
                        const http::ClientFacts& client) {
    const Terms& terms = session_.terms();
    shared_.env.metrics.add(Counter::BoshSessionsCreated);
    shared_.env.log.info("session.created", {{"sid", base::sid_prefix(session_.sid())},
                                             {"domain", first.to},
                                             {"peer", client.peer.host()},
                                             {"wait", terms.wait.count()},
                                             {"hold", terms.hold}});
    // Told when there is the stream that it is for.
    std::string about = traced() ? words_for_trace(body) : std::string();
    base::SliceChain said = traced() ? body.payloads : base::SliceChain();
    session_.on_created(from, std::move(first), std::move(body), shared_.env.now());
    if (traced()) trace(base::TraceEvent::Direction::FromClient, "creation", said, about);
    note_address(client);
    shared_.host.on_opened(*this);
    carry_out_actions();
}

void LiveSession::on_request(RequestRef from, Decoded decoded, const http::ClientFacts& client) {
    note_address(client);
    if (traced()) trace_request("request", decoded.body);
    size_t parked = session_.parked();
    session_.on_request(from, std::move(decoded), shared_.env.now());
    if (session_.parked() > parked) shared_.env.metrics.add(Counter::BoshParked);
    carry_out_actions();
}

void LiveSession::on_request_lost(RequestRef gone) {
    if (traced()) trace_event("request.lost");
    session_.on_request_lost(gone, shared_.env.now());
    carry_out_actions();
}

// A proxy that does not say for whom it asks says nothing here.
void LiveSession::note_address(const http::ClientFacts& client) {
    if (client.shared) return;
    session_.record().note_address(address_hash(client.peer), shared_.env.now());
}

void LiveSession::on_shutdown() {
    session_.on_shutdown(shared_.env.now());
    carry_out_actions();
}

void LiveSession::on_ended_by_admin() {
    session_.on_ended_by_admin(shared_.env.now());
    carry_out_actions();
}

base::SessionFacts LiveSession::facts() const {
    base::SessionFacts facts = session_.facts(shared_.env.now());
    facts.address = client_.peer.host();
    facts.secure = client_.encrypted;
    return facts;
}

base::SessionDetails LiveSession::details() const {
    base::SessionDetails details{.facts = facts(),
                                 .settings = session_.negotiated(),
                                 .record = base::events_of(session_.record(), shared_.env.now())};
    if (legs_) details.server = legs_->upstream->server_facts();
    if (auto likely = base::likely_cause(session_.record(), cause_facts())) {
        details.likely_cause = likely->text;
    }
    return details;
}

void LiveSession::on_deadline(base::TimePoint now) {
    session_.on_deadline(now);
    carry_out_actions();
}

// ---------------------------------------------------------------------------- from a server

void LiveSession::Leg::on_step(FlightEvent step) {
    session_.note(step);
}

void LiveSession::Leg::on_stream_opened(const xmpp::StreamOpened& header) {
    if (session_.traced()) session_.trace_event("stream.opened", header.from);
    session_.session_.on_stream_opened(id_, header, session_.shared_.env.now());
    session_.carry_out_actions();
}

void LiveSession::Leg::on_stanza(xmpp::Stanza stanza) {
    if (session_.traced()) {
        session_.trace(base::TraceEvent::Direction::FromServer, xmpp::trace_kind(stanza.kind),
                       base::SliceChain(stanza.bytes));
    }
    session_.session_.on_stanza(id_, std::move(stanza), session_.shared_.env.now());
    session_.carry_out_actions();
}

void LiveSession::Leg::on_batch_end() {
    session_.session_.on_batch_end(session_.shared_.env.now());
    session_.carry_out_actions();
}

void LiveSession::Leg::on_upstream_drained() {
    session_.note(FlightEvent::ServerDrained);
    session_.session_.on_upstream_drained(id_, session_.shared_.env.now());
    session_.carry_out_actions();
}

void LiveSession::Leg::on_upstream_ended(xmpp::UpstreamEnd end, base::Error reason) {
    session_.on_upstream_ended(id_, end, reason);
}

void LiveSession::on_upstream_ended(StreamId id, xmpp::UpstreamEnd end, base::Error reason) {
    std::string_view explanation;
    if (end == xmpp::UpstreamEnd::ConnectFailed) {
        explanation = xmpp::explanation(reason); // the log has it already, of each server
    } else if (end == xmpp::UpstreamEnd::BadStream) {
        shared_.env.log.warn("upstream.refused", {{"sid", base::sid_prefix(session_.sid())},
                                                  {"domain", session_.domain(id)},
                                                  {"reason", reason.what}});
    }
    xmpp::note_end(session_.record(), end, reason, shared_.env.now());
    if (traced()) trace_event("stream.ended", explanation);
    retire(id);
    session_.on_upstream_ended(id, end, shared_.env.now(), explanation);
    carry_out_actions();
}

// ---------------------------------------------------------------------------- traces

xmpp::Traced LiveSession::who() const {
    return {.sid = log_name(), .jid = session_.jid(), .logged_in = session_.all_logged_in()};
}

void LiveSession::trace(base::TraceEvent::Direction direction, std::string_view kind,
                        const base::SliceChain& said, std::string_view about) const {
    xmpp::trace(shared_.host.tracing(), who(), direction, kind, said, about);
}

void LiveSession::trace_event(std::string_view event, std::string_view word) const {
    xmpp::trace_event(shared_.host.tracing(), who(), event, word);
}

void LiveSession::trace_request(std::string_view kind, const BodyIn& body) const {
    trace(base::TraceEvent::Direction::FromClient, kind, body.payloads, words_for_trace(body));
}

// ---------------------------------------------------------------------------- actions

// What one event asked for, in order; then the one deadline that is left.
void LiveSession::carry_out_actions() {
    Action action;
    while (shared_.actions.next(action)) {
        std::visit([this](auto& what) { carry_out(what); }, action);
    }
    if (session_.awaits_answer()) {
        shared_.env.wheel.set_soon(*this, session_.next_deadline());
    } else {
        shared_.env.wheel.set(*this, session_.next_deadline());
    }
    if (session_.over()) {
        shared_.host.on_session_over(*this);
    } else if (seat_.unauthenticated && session_.logged_in()) {
        shared_.host.on_login(*this);
    }
}

void LiveSession::carry_out(Respond& action) {
    if (action.waited) {
        shared_.env.metrics.observe(base::Measure::BoshHold,
                                    static_cast<uint64_t>(action.waited->count()));
    }
    if (action.replay) shared_.env.metrics.add(Counter::BoshReplays);
    if (traced()) {
        trace(base::TraceEvent::Direction::ToClient, action.replay ? "replay" : "answer",
              action.xml, action.status == 200 ? "" : std::to_string(action.status));
    }
    shared_.host.answer(*this, std::move(action));
}

base::CauseFacts LiveSession::cause_facts(std::string_view ended_by) const {
    const Terms& terms = session_.terms();
    return {.transport = base::Transport::Bosh,
            .ended_by = ended_by,
            .wait = terms.wait,
            .inactivity = terms.inactivity,
            .requests = terms.requests};
}

std::unique_ptr<LiveSession::Leg>& LiveSession::leg(StreamId id) {
    std::unique_ptr<Leg>* place = &legs_;
    while (*place && (*place)->id() != id) place = &(*place)->next;
    return *place;
}

xmpp::Upstream* LiveSession::upstream(StreamId id) {
    std::unique_ptr<Leg>& found = leg(id);
    return found ? found->upstream.get() : nullptr;
}

// Its functions may be on the stack.
void LiveSession::retire(StreamId id) {
    std::unique_ptr<Leg>& place = leg(id);
    if (!place) return;
    std::unique_ptr<Leg> retired = std::exchange(place, std::move(place->next));
    shared_.env.retired.retire(std::move(retired->upstream));
    shared_.env.retired.retire(std::move(retired));
}

void LiveSession::carry_out(const OpenStream& action) {
    std::unique_ptr<Leg>& place = leg(action.stream);
    place = std::make_unique<Leg>(*this, action.stream);
    place->upstream = shared_.upstreams.create(action.parameters.to, action.server, *place);
    xmpp::StreamParameters parameters = action.parameters;
    parameters.client = client_.peer;
    parameters.reached = client_.local;
    parameters.encrypted = client_.encrypted;
    parameters.tls = client_.tls;
    parameters.log_name = base::sid_prefix(session_.sid());
    place->upstream->open(parameters);
}

void LiveSession::carry_out(SendUpstream& action) {
    xmpp::Upstream* to = upstream(action.stream);
    if (to == nullptr) return;
    shared_.env.metrics.add(Counter::StanzasToServer, action.count);
    if (traced()) trace(base::TraceEvent::Direction::ToServer, "elements", action.elements);
    to->send(std::move(action.elements));
    if (!to->congested()) return;
    note(FlightEvent::ServerCongested);
    session_.on_upstream_congested(action.stream);
}

void LiveSession::carry_out(const RestartStream& action) {
    auto asked_to = xmpp::Domain::parse(action.asked_to);
    bool other = asked_to ? asked_to->name != action.parameters.to : !action.asked_to.empty();
    if (other) {
        shared_.env.log.debug("restart.domain-kept", {{"sid", base::sid_prefix(session_.sid())},
                                                      {"domain", action.parameters.to},
                                                      {"asked", action.asked_to}});
    }
    if (xmpp::Upstream* to = upstream(action.stream)) to->restart(action.parameters);
}

void LiveSession::carry_out(const PauseUpstream& action) {
    if (xmpp::Upstream* from = upstream(action.stream)) from->pause_read();
    note(FlightEvent::ServerPaused);
}

void LiveSession::carry_out(const ResumeUpstream& action) {
    if (xmpp::Upstream* from = upstream(action.stream)) from->resume_read();
    note(FlightEvent::ServerResumed);
}

void LiveSession::carry_out(const Bounce& action) {
    shared_.env.metrics.add(Counter::StanzasBounced, action.undelivered.size());
    if (xmpp::Upstream* to = upstream(action.stream)) to->bounce(action.undelivered);
}

void LiveSession::carry_out(const CloseUpstream& action) {
    xmpp::Upstream* closing = upstream(action.stream);
    if (closing == nullptr) return;
    closing->close(action.mode);
    retire(action.stream);
}

void LiveSession::carry_out(End& action) {
    shared_.env.metrics.add(Counter::BoshSessionsEnded);
    shared_.env.metrics.count_end(base::Transport::Bosh, action.cause);
    if (seat_.counted && !seat_.unauthenticated) shared_.env.metrics.add(Counter::BoshSessionsLeft);
    base::log_session_end(shared_.env.log, "session.ended", base::sid_prefix(session_.sid()),
                          session_.domain(), session_.record(), cause_facts(action.cause),
                          shared_.env.now());
    if (traced()) trace_event("session.ended", action.cause);
    shared_.host.on_ended(*this, action.cause);
    if (!action.last.empty()) shared_.host.keep(*this, std::move(action.last));
}

} // namespace bosh
