// The streams of a session: what the server says, what goes to it, and how one more is added or
// closed (XEP-0124 §16). A session that never adds one is the case that counts; it names none.

#include "bosh/session.h"
#include "bosh/session_id.h"
#include "xmpp/bound_address.h"
#include "xmpp/xml_text.h"

#include <algorithm>

namespace bosh {

namespace {

using base::FlightEvent;
using base::TimePoint;
using Kind = xmpp::Stanza::Kind;
using xmpp::Upstream;

// B-265: what the client sent to one of these before it knew is dropped and no fault.
constexpr size_t kMaxClosedNames = 8;

constexpr base::ByteView kCompressionFailure =
    "<failure xmlns='http://jabber.org/protocol/compress'><setup-failed/></failure>";

struct Ending {
    Condition condition;
    std::string_view cause;
};

Ending ending_of(xmpp::UpstreamEnd end) {
    switch (end) {
    case xmpp::UpstreamEnd::ConnectFailed:
        return {Condition::RemoteConnectionFailed, "connect-failed"};
    case xmpp::UpstreamEnd::Lost: return {Condition::RemoteConnectionFailed, "upstream-lost"};
    case xmpp::UpstreamEnd::BadStream:
        return {Condition::RemoteConnectionFailed, "upstream-sent-no-xmpp"};
    case xmpp::UpstreamEnd::StreamError:
        return {Condition::RemoteStreamError, "remote-stream-error"};
    case xmpp::UpstreamEnd::TooLarge: return {Condition::PolicyViolation, "too-large-for-server"};
    case xmpp::UpstreamEnd::Closed: break;
    }
    return {Condition::None, "server-closed"};
}

std::string own_or(const std::string& own, const base::RareString& other) {
    return own.empty() ? std::string(other.view()) : own;
}

} // namespace

// ---------------------------------------------------------------------------- which stream

Stream* Session::find(StreamId id) {
    auto found = std::ranges::find(streams_, id, &Stream::id);
    return found == streams_.end() ? nullptr : &*found;
}

std::string_view Session::domain(StreamId id) const {
    auto found = std::ranges::find(streams_, id, &Stream::id);
    return (found == streams_.end() ? streams_.front() : *found).terms.to;
}

// B-260, B-264: where several are not offered the attribute means nothing; a request that names
// none is for all.
bool Session::is_addressed(const BodyIn& body, const Stream& stream) const {
    return !terms_.multiple_streams || body.stream.empty() || body.stream == stream.name;
}

// A request that carries nothing for a stream may name what it likes.
bool Session::knows_stream(const BodyIn& body) const {
    bool carries = body.payload_count > 0 || body.restart || body.type == BodyIn::Type::Terminate;
    if (!carries || !terms_.multiple_streams || body.stream.empty()) return true;
    if (std::ranges::any_of(streams_,
                            [&](const Stream& stream) { return stream.name == body.stream; }))
        return true;
    return closed_streams_ &&
           std::ranges::find(*closed_streams_, body.stream) != closed_streams_->end();
}

// ---------------------------------------------------------------------------- to the server

Stream& Session::open_stream(StreamTerms terms, TimePoint now) {
    Stream stream{.id = next_stream_++, .terms = std::move(terms), .opened = now};
    actions_.push(OpenStream{.stream = stream.id,
                             .server = stream.terms.server,
                             .parameters = {.to = stream.terms.to,
                                            .from = std::string(stream.terms.from.view()),
                                            .lang = std::string(stream.terms.lang.view())}});
    if (terms_.multiple_streams) stream.name = std::string_view(make_stream_name());
    return streams_.emplace_back(std::move(stream));
}

bool Session::asks_for_stream(const BodyIn& body) const {
    return terms_.multiple_streams && !body.to.empty() && body.payload_count == 0 && !body.restart;
}

bool Session::send_to_streams(BodyIn& body) {
    bool sent = false;
    for (Stream& stream : streams_) {
        if (!stream.is_open() || !is_addressed(body, stream)) continue;
        if (body.restart) {
            const StreamTerms& terms = stream.terms;
            actions_.push(RestartStream{.stream = stream.id,
                                        .parameters = {.to = terms.to,
                                                       .from = own_or(body.from, terms.from),
                                                       .lang = own_or(body.lang, terms.lang)},
                                        .asked_to = body.to});
            sent = true;
        } else if (!body.payloads.empty()) {
            actions_.push(SendUpstream{
                .stream = stream.id, .elements = body.payloads, .count = body.payload_count});
            sent = true;
        }
        if (body.asks_compression) {
            stream.outbox.push({.bytes = base::Slice::literal(kCompressionFailure)});
        }
    }
    return sent;
}

// B-262: answered at once with the name. Those that are held go first, in rid order.
void Session::add_stream(const BodyIn& body, TimePoint now) {
    while (window_.held() > 1) answer_front(now);
    BodyOut answer;
    OpenRequest request = window_.take_oldest();
    append_ack(answer, request.rid);
    names_streams_ = true;
    auto open = std::ranges::count_if(streams_, &Stream::is_open);
    auto terms = negotiate_stream(body, settings_, domains_);
    if (terms && static_cast<uint32_t>(open) >= settings_.max_streams) {
        terms = std::unexpected(
            Refusal{.condition = Condition::PolicyViolation, .legacy = false, .what = ""});
    }
    if (terms) {
        append_name(answer, open_stream(std::move(*terms), now));
    } else { // B-267: what ends is the stream that was asked for
        answer.type = BodyOut::Type::Terminate;
        answer.condition = terms.error().condition;
        append_name(answer, {.name = std::string_view(make_stream_name())});
    }
    base::SliceChain xml = encode(pool_, std::move(answer));
    RequestRef to = request.from;
    window_.remember(std::move(request), xml, now);
    if (to) respond({.to = to, .xml = std::move(xml)}, now);
}

bool Session::is_last_word(const BodyIn& body) const {
    bool ends = body.type == BodyIn::Type::Terminate || body.reports_stream_error;
    return ends && (!terms_.multiple_streams || body.stream.empty());
}

// The client's last word is here, and waits until a server takes what is said before it.
bool Session::last_word_waits() const {
    Rid rid = window_.last_processed();
    for (const OpenRequest& request : window_.all_open()) {
        if (!request.parked) continue;
        if (request.rid != ++rid) return false; // it comes after something that is missing
        if (is_last_word(*request.parked)) return true;
    }
    return false;
}

// B-220..B-223, B-266: by the client. The server's closing tag is not waited for.
void Session::close_streams(const BodyIn& body, TimePoint now) {
    // The end of one stream does not hurry that of all: what is queued still goes first. The end of
    // all leaves it the requests before this one.
    if (state_ == State::Ending && !is_last_word(body)) return;
    while (state_ == State::Ending && window_.held() > 1 && next_to_speak() != nullptr &&
           oldest_can_hear(now)) {
        answer_oldest(now);
    }
    bool ends_all = std::ranges::all_of(streams_, [&](const Stream& stream) {
        return !stream.is_open() || is_addressed(body, stream);
    });
    for (Stream& stream : streams_) {
        if (!stream.is_open() || !is_addressed(body, stream)) continue;
        // The terminate body of the session has room for the first one's stanzas only (B-263).
        if (ends_all && stream.id != kFirstStream) bounce(stream);
        close(stream, Upstream::CloseMode::Graceful); // U-072
    }
    if (ends_all) record_.note(FlightEvent::ClientTerminated, now);
    if (ends_all) tell_everyone(ending_ ? ending_->cause : "terminated");
}

void Session::close(Stream& stream, Upstream::CloseMode mode) {
    if (!stream.is_open()) return;
    stream.state = Stream::State::Ended;
    actions_.push(CloseUpstream{.stream = stream.id, .mode = mode});
}

// Not by the client, which may come back to a stream that its server keeps (U-070).
void Session::abandon(Stream& stream) {
    close(stream,
          stream.client.resumable ? Upstream::CloseMode::Drop : Upstream::CloseMode::Graceful);
}

// X-040..X-042: nobody will ask for these any more.
void Session::bounce(Stream& stream) {
    if (!stream.is_open() || stream.client.managed || stream.outbox.empty()) return;
    actions_.push(Bounce{.stream = stream.id, .undelivered = stream.outbox.take_all()});
}

// ---------------------------------------------------------------------------- from the server

void Session::on_stream_opened(StreamId id, const xmpp::StreamOpened& header, TimePoint now) {
    Stream* stream = find(id);
    // At a restart the client knows all this.
    if (stream == nullptr || stream->state != Stream::State::Negotiating) return;
    stream->note_header(header);
    record_.note(FlightEvent::StreamOpened, now);
    // U-010: a server of old sends no features; who logs in there needs `authid` only.
    if (header.version.empty()) start_sending(*stream, now);
}

void Session::start_sending(Stream& stream, TimePoint now) {
    stream.state = Stream::State::Ready;
    if (stream.unsent) actions_.push(*std::exchange(stream.unsent, nullptr));
    take_in_order(now);
}

void Session::on_stanza(StreamId id, xmpp::Stanza stanza, TimePoint now) {
    Stream* stream = find(id);
    if (stream == nullptr || !stream->is_open()) return;
    if (stanza.kind == Kind::StreamError) {
        stream->error = std::move(stanza.bytes);
        return;
    }
    bool is_features = stanza.kind == Kind::Features;
    if (is_features) record_.note(FlightEvent::FeaturesReceived, now);
    bool was_logged_in = stream->client.authenticated;
    stream->client.note(stanza);
    if (stream->client.authenticated && !was_logged_in) record_.note(FlightEvent::LoggedIn, now);
    xmpp::note_address(stanza, stream->client, stream->jid);
    Outbox& outbox = stream->outbox;
    outbox.push(std::move(stanza));
    if (outbox.size_bytes() > settings_.outbox_hard_bytes) { // B-144
        record_.note(FlightEvent::OutboxFull, now);
        bounce(*stream);
        abandon(*stream);
        end_stream(*stream, Condition::InternalServerError, "outbox-full", now);
        return;
    }
    if (outbox.size_bytes() > settings_.outbox_high_bytes && !stream->reading_paused) {
        stream->reading_paused = true;
        actions_.push(PauseUpstream{.stream = id});
    }
    if (is_features && stream->state == Stream::State::Negotiating) start_sending(*stream, now);
}

void Session::on_batch_end(TimePoint now) {
    settle(now);
}

void Session::on_upstream_congested(StreamId id) {
    Stream* stream = find(id);
    if (stream != nullptr && stream->accepts()) stream->state = Stream::State::Congested;
}

void Session::on_upstream_drained(StreamId id, TimePoint now) {
    Stream* stream = find(id);
    if (stream == nullptr || stream->state != Stream::State::Congested) return;
    stream->state = Stream::State::Ready;
    take_in_order(now);
}

void Session::on_upstream_ended(StreamId id, xmpp::UpstreamEnd end, TimePoint now,
                                std::string_view explanation) {
    Stream* stream = find(id);
    if (stream == nullptr || !stream->is_open()) return;
    stream->state = Stream::State::Ended;
    auto [condition, cause] = ending_of(end);
    if (!explanation.empty()) {
        std::string element = "<text xmlns='urn:boshcm:error:0'>";
        xmpp::append_escaped(element, explanation);
        stream->error = base::Slice::copy(pool_, element.append("</text>"));
    }
    end_stream(*stream, condition, cause, now);
}

// It carries nothing any more. The session goes on with the others; with the last one it ends.
void Session::end_stream(Stream& stream, Condition condition, std::string_view cause,
                         TimePoint now) {
    stream.end = condition;
    if (std::ranges::any_of(streams_, &Stream::is_open)) {
        take_in_order(now);
        return;
    }
    std::swap(stream, streams_.front()); // whose error is the last word
    finish(condition, cause, now);
}

// ---------------------------------------------------------------------------- to the client

Stream* Session::next_to_speak() {
    auto found = std::ranges::find_if(streams_, [&](const Stream& stream) {
        return !stream.outbox.empty() || (state_ == State::Open && !stream.is_open());
    });
    return found == streams_.end() ? nullptr : &*found;
}

// What one answer can carry of a stream: its stanzas, or when there are none left, its end.
void Session::append_news(BodyOut& body, Stream& stream) {
    if (stream.outbox.empty()) {
        append_end(body, stream);
        return;
    }
    append_header(body, stream);
    fill_from_outbox(body, stream, settings_.max_response_bytes);
    if (names_streams_) append_name(body, stream);
    // The others come first next time.
    auto spoken = streams_.begin() + (&stream - streams_.data());
    std::rotate(spoken, spoken + 1, streams_.end());
}

// B-267: of this stream only.
void Session::append_end(BodyOut& body, Stream& stream) {
    body.type = BodyOut::Type::Terminate;
    body.condition = stream.end;
    append_name(body, stream);
    body.declares_stream = stream.end == Condition::RemoteStreamError;
    body.payloads.push(std::move(stream.error));
    if (!closed_streams_) closed_streams_ = std::make_unique<std::vector<std::string>>();
    if (closed_streams_->size() == kMaxClosedNames)
        closed_streams_->erase(closed_streams_->begin());
    closed_streams_->emplace_back(stream.name.view());
    streams_.erase(streams_.begin() + (&stream - streams_.data()));
}

// What the server's header said, once, with the features or in their place (B-077, X-006, X-013).
void Session::append_header(BodyOut& body, Stream& stream) {
    if (stream.state == Stream::State::Negotiating || !stream.attributes) return;
    body.declares_xmpp = true;
    body.attributes += *std::exchange(stream.attributes, nullptr);
}

void Session::append_name(BodyOut& body, const Stream& stream) {
    xmpp::append_attribute(body.attributes, "stream", stream.name.view());
}

void Session::fill_from_outbox(BodyOut& body, Stream& stream, size_t max_bytes) {
    if (stream.outbox.move_into(body, max_bytes)) {
        body.declares_stream = true;
        overactivity_.on_features_delivered();
    }
    bool resumes = stream.outbox.size_bytes() <= settings_.outbox_low_bytes && stream.is_open();
    if (stream.reading_paused && resumes) {
        stream.reading_paused = false;
        actions_.push(ResumeUpstream{.stream = stream.id});
    }
}

} // namespace bosh
