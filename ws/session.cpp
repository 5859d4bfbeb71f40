#include "ws/session.h"

#include "base/error.h"
#include "xmpp/bound_address.h"
#include "xmpp/stream_address.h"
#include "xmpp/stream_header.h"

#include <utility>

namespace ws {

namespace {

using base::FlightEvent;
using base::Slice;
using base::TimePoint;
using xmpp::StreamCondition;
using Kind = ClientMessage::Kind;
using StanzaKind = xmpp::Stanza::Kind;

constexpr std::string_view kCompressionFailure =
    "<failure xmlns='http://jabber.org/protocol/compress'><setup-failed/></failure>";

} // namespace

Session::Session(const Settings& settings, const xmpp::Domains& domains, base::SlicePool& pool,
                 ActionQueue& actions, bool encrypted, TimePoint now)
    : settings_(settings), domains_(domains), pool_(pool), actions_(actions), encrypted_(encrypted),
      heard_(now), limit_(now + settings.open_timeout), record_(now) {}

// ---------------------------------------------------------------------------- from the client

void Session::on_heard(TimePoint now) {
    if (ping_sent_) record_.note(FlightEvent::PingAnswered, now, now - heard_);
    heard_ = now;
    ping_sent_ = false;
}

void Session::on_held_back(bool held_back, TimePoint now) {
    held_back_ = held_back;
    if (!held_back) on_heard(now); // what has waited is still to be read
}

void Session::on_message(ClientMessage message, TimePoint now) {
    if (message.kind == Kind::Blank) return;
    switch (state_) {
    case State::Fresh:
        if (message.kind == Kind::Open) {
            open(message.open, now);
        } else {
            bool bad_xml = message.kind == Kind::Fault;
            record_.note(FlightEvent::MessageRefused, now);
            fail({.condition = bad_xml ? message.condition : StreamCondition::BadFormat,
                  .cause = "no-open"},
                 now);
        }
        break;
    case State::Negotiating:
        // Only its end does not have to wait.
        if (message.kind == Kind::Close || message.kind == Kind::Fault) {
            relay(std::move(message), now);
        } else {
            keep_for_later(std::move(message));
        }
        break;
    case State::Open: relay(std::move(message), now); break;
    case State::Closing:
        if (message.kind == Kind::Close) leave(CloseCode::Normal, now);
        break;
    case State::HalfClosed:
    case State::Leaving:
    case State::HungUp:
    case State::Over: break;
    }
}

void Session::open(const OpenTag& tag, TimePoint now) {
    if (!encrypted_ && !settings_.see_other_uri.empty()) { // W-066: never from wss: to ws:
        send_own_open(tag.to, now);
        send_text(close_element(settings_.see_other_uri), now);
        set_cause("see-other-uri");
        leave(CloseCode::Normal, now);
        return;
    }
    if (!tag.version.empty() && !xmpp::is_version_1(tag.version)) {
        fail({.condition = StreamCondition::UnsupportedVersion,
              .cause = "unsupported-version",
              .wanted_domain = tag.to},
             now);
        return;
    }
    auto address = xmpp::address_stream(tag.to, tag.from, tag.lang, domains_);
    if (!address) {
        fail({.condition = address.error().condition,
              .cause = to_string(address.error().condition),
              .wanted_domain = tag.to},
             now);
        return;
    }
    parameters_ = *std::move(address);
    state_ = State::Negotiating;
    limit_ = base::kNever;
    actions_.push(OpenStream{.parameters = parameters_});
}

void Session::relay(ClientMessage message, TimePoint now) {
    switch (message.kind) {
    case Kind::Blank: break;
    case Kind::Open: restart(message.open, now); break;
    case Kind::Element:
        record_.note(FlightEvent::SentToServer, now, uint64_t{1});
        actions_.push(SendUpstream{.element = std::move(message.element)});
        break;
    case Kind::Compression: send_text(kCompressionFailure, now); break;
    case Kind::Close:
    case Kind::StreamError: close_by_client(now); break;
    case Kind::Fault:
        record_.note(FlightEvent::MessageRefused, now);
        fail({.condition = message.condition, .cause = "bad-xml"}, now);
        break;
    }
}

// The client is not read from until the stream can take what it has said.
void Session::keep_for_later(ClientMessage message) {
    CM_ASSERT(!early_);
    early_ = std::make_unique<ClientMessage>(std::move(message));
    client_paused_ = true;
    actions_.push(PauseClient{});
}

void Session::resume_client(TimePoint now) {
    if (!std::exchange(client_paused_, false)) return;
    heard_ = now; // what it has sent meanwhile is still to be read
    actions_.push(ResumeClient{});
}

void Session::restart(const OpenTag& tag, TimePoint now) {
    // W-053: whatever `to` it names.
    auto address = xmpp::address_stream(parameters_.to, tag.from, tag.lang, domains_);
    if (!address) {
        fail(
            {.condition = address.error().condition, .cause = to_string(address.error().condition)},
            now);
        return;
    }
    xmpp::StreamParameters next = *std::move(address);
    if (tag.from.empty()) next.from = parameters_.from;
    if (tag.lang.empty()) next.lang = parameters_.lang;
    parameters_ = std::move(next);
    opened_ = false;
    record_.note(FlightEvent::StreamRestarted, now);
    state_ = State::Negotiating;
    actions_.push(RestartStream{.parameters = parameters_, .asked_to = tag.to});
}

void Session::close_by_client(TimePoint now) {
    set_cause("client-closed");
    record_.note(FlightEvent::ClientTerminated, now);
    if (state_ == State::Open) {
        state_ = State::HalfClosed;
        actions_.push(CloseUpstream{.mode = xmpp::Upstream::CloseMode::HalfClose});
        return;
    }
    // The server has said nothing yet that the client would miss.
    actions_.push(CloseUpstream{.mode = xmpp::Upstream::CloseMode::Graceful});
    send_text(kCloseElement, now);
    leave(CloseCode::Normal, now);
}

void Session::on_ping(Slice payload) {
    if (close_sent_ || state_ >= State::HungUp) return;
    if (client_blocked_) { // W-028: the last one is enough
        owed_pong_ = std::move(payload);
        return;
    }
    actions_.push(SendPong{.payload = std::move(payload)});
}

void Session::on_close_frame(uint16_t code) {
    if (state_ >= State::HungUp) return;
    set_cause("client-left");
    if (!close_sent_) {
        close_sent_ = true;
        actions_.push(SendClose{.code = state_ == State::Leaving ? close_code_ : code});
    }
    end_lost(net::CloseMode::Flush, "client-left");
}

void Session::on_unreadable(CloseCode code, TimePoint now) {
    if (state_ >= State::HungUp) return;
    record_.note(FlightEvent::MessageRefused, now, static_cast<uint64_t>(code));
    if (state_ < State::Leaving && code == CloseCode::TooBig) { // W-027
        fail({.condition = StreamCondition::PolicyViolation,
              .cause = "message-too-big",
              .code = code},
             now);
    } else if (state_ < State::Leaving && code == CloseCode::InternalError) {
        fail({.condition = StreamCondition::ResourceConstraint, .cause = "no-memory", .code = code},
             now);
    }
    set_cause("bad-frame");
    // Where the next frame begins nobody knows, so that its Close cannot be awaited.
    bounce_outbox();
    flush_outbox();
    if (!std::exchange(close_sent_, true)) {
        actions_.push(SendClose{.code = static_cast<uint16_t>(code)});
    }
    end_lost(net::CloseMode::Flush, "bad-frame");
}

// ---------------------------------------------------------------------------- from the server

void Session::on_stream_opened(const xmpp::StreamOpened& header, TimePoint now) {
    if (state_ != State::Negotiating) return;
    opened_ = true;
    record_.note(FlightEvent::StreamOpened, now);
    send_text(open_element(header), now);
    if (!header.version.empty()) return;
    state_ = State::Open; // a server of old sends no features (U-010)
    start_relaying(now);
}

void Session::on_stanza(xmpp::Stanza stanza, TimePoint now) {
    if (!has_stream()) return;
    bool features = stanza.kind == StanzaKind::Features;
    record_.note(features ? FlightEvent::FeaturesReceived : FlightEvent::SentToClient, now,
                 uint64_t{1});
    bool was_logged_in = client_.authenticated;
    client_.note(stanza);
    if (client_.authenticated && !was_logged_in) record_.note(FlightEvent::LoggedIn, now);
    xmpp::note_address(stanza, client_, jid_);
    send(std::move(stanza), now);
    if (features && state_ == State::Negotiating) {
        state_ = State::Open;
        start_relaying(now);
    }
}

void Session::start_relaying(TimePoint now) {
    if (!early_) return;
    resume_client(now);
    relay(std::move(*std::exchange(early_, nullptr)), now);
}

void Session::on_upstream_congested() {
    if (!has_stream() || client_paused_) return;
    client_paused_ = true;
    actions_.push(PauseClient{});
}

void Session::on_upstream_drained(TimePoint now) {
    if (early_) return;
    resume_client(now);
}

void Session::on_upstream_ended(xmpp::UpstreamEnd end, TimePoint now,
                                std::string_view explanation) {
    using xmpp::UpstreamEnd;
    if (!has_stream()) return;
    bool said_goodbye = std::exchange(state_, State::Closing) == State::HalfClosed;
    early_.reset();
    resume_client(now);
    if (said_goodbye) { // W-060
        send_text(kCloseElement, now);
        leave(CloseCode::Normal, now);
        return;
    }
    switch (end) {
    case UpstreamEnd::ConnectFailed:
        fail({.condition = StreamCondition::RemoteConnectionFailed,
              .cause = "connect-failed",
              .explanation = explanation},
             now);
        break;
    case UpstreamEnd::BadStream:
        fail({.condition = StreamCondition::RemoteConnectionFailed,
              .cause = "upstream-sent-no-xmpp"},
             now);
        break;
    case UpstreamEnd::TooLarge: // U-081
        fail({.condition = StreamCondition::PolicyViolation, .cause = "too-large-for-server"}, now);
        break;
    case UpstreamEnd::Lost:
        if (client_.resumable) { // W-065: so that the client comes back and goes on
            set_cause("upstream-lost");
            leave(CloseCode::InternalError, now);
        } else {
            fail({.condition = StreamCondition::RemoteConnectionFailed, .cause = "upstream-lost"},
                 now);
        }
        break;
    case UpstreamEnd::StreamError: // which has been sent
        set_cause("remote-stream-error");
        send_text(kCloseElement, now);
        leave(CloseCode::Normal, now);
        break;
    case UpstreamEnd::Closed: // W-061
        set_cause("server-closed");
        send_text(kCloseElement, now);
        limit_ = now + settings_.close_timeout;
        break;
    }
}

// ---------------------------------------------------------------------------- to the client

// What the transport cannot send at once would be lost with it, unknown to whoever sent it. So it
// gets no more while it has a backlog: what waits here can be returned.
void Session::send(xmpp::Stanza stanza, TimePoint now) {
    if (state_ >= State::HungUp) return;
    if (!client_blocked_) {
        actions_.push(SendMessage{.text = std::move(stanza.bytes)});
        return;
    }
    outbox_.push(std::move(stanza));
    if (outbox_.size_bytes() > settings_.outbox_high_bytes && has_stream() && !upstream_paused_) {
        upstream_paused_ = true;
        actions_.push(PauseUpstream{});
    }
    if (outbox_.size_bytes() <= settings_.outbox_hard_bytes) return;
    record_.note(FlightEvent::OutboxFull, now);
    set_cause("outbox-full"); // W-034
    bounce_outbox();
    abandon_upstream();
    outbox_.clear();
    leave(CloseCode::Policy, now);
}

void Session::send_text(std::string_view text, TimePoint now) {
    send({.bytes = Slice::copy(pool_, text)}, now);
}

void Session::on_client_blocked() {
    client_blocked_ = true;
}

void Session::on_client_drained() {
    client_blocked_ = false;
    if (state_ >= State::HungUp) return;
    flush_outbox();
    if (!owed_pong_.empty()) actions_.push(SendPong{.payload = std::exchange(owed_pong_, {})});
    if (state_ == State::Leaving && !std::exchange(close_sent_, true)) {
        actions_.push(SendClose{.code = close_code_});
    }
    if (std::exchange(upstream_paused_, false) && has_stream()) actions_.push(ResumeUpstream{});
}

void Session::flush_outbox() {
    for (xmpp::Stanza& stanza : outbox_.take_all()) {
        actions_.push(SendMessage{.text = std::move(stanza.bytes)});
    }
}

} // namespace ws
