#include "xmpp/upstream_stream.h"

#include "xmpp/bounce.h"
#include "xmpp/client_elements.h"
#include "xmpp/server_search.h"
#include "xmpp/stream_error.h"
#include "xmpp/stream_header.h"
#include "xmpp/xml_text.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace xmpp {

namespace {

constexpr std::string_view kClosingTag = "</stream:stream>";

base::Error net_error(net::NetFault fault, const char* what) {
    return {.category = base::Category::Net, .code = static_cast<uint16_t>(fault), .what = what};
}

} // namespace

struct UpstreamStream::Opening {
    ServerIndex server;
    StreamParameters parameters{};
    std::unique_ptr<ServerSearch> search{};
};

struct UpstreamStream::Refusal {
    std::vector<Stanza> answers;
    bool ends = false;
};

UpstreamStream::UpstreamStream(Shared& shared, const DomainServers& servers, ServerIndex server,
                               UpstreamListener& listener)
    : shared_(shared), servers_(servers), listener_(&listener),
      opening_(std::make_unique<Opening>(Opening{.server = server})), tail_(shared.env.pool),
      framer_(shared.settings.limits) {
    ++servers_.streams;
}

UpstreamStream::~UpstreamStream() {
    --servers_.streams;
}

void UpstreamStream::open(const StreamParameters& parameters) {
    CM_ASSERT(state_ == State::Idle);
    state_ = State::Connecting;
    opening_->parameters = parameters;
    opening_->search = shared_.connector.search(servers_, opening_->server, parameters, *this);
}

void UpstreamStream::on_server_found(std::unique_ptr<net::Transport> transport, bool trusted) {
    transport_ = std::move(transport);
    transport_->set_listener(*this);
    transport_->set_watermarks(shared_.settings.backlog_low_bytes,
                               shared_.settings.backlog_high_bytes);
    trusted_ = trusted;
    write_header(opening_->parameters);
}

void UpstreamStream::on_search_failed(base::Error reason) {
    settle();
    go_over();
    end(UpstreamEnd::ConnectFailed, reason);
}

void UpstreamStream::on_search_step(base::FlightEvent step) {
    if (listener_ != nullptr) listener_->on_step(step);
}

// Until the stream header has come, it is a connection and no server (U-032).
bool UpstreamStream::try_next_server(base::Error reason, std::string_view last_words) {
    if (state_ != State::AwaitingHeader || opening_ == nullptr) return false;
    if (!opening_->search->give_back(reason)) {
        settle();
        return false;
    }
    if (!last_words.empty()) write(last_words);
    transport_->close(net::CloseMode::Abort);
    shared_.env.retired.retire(std::move(transport_)); // it is on the stack
    framer_.reset();
    tail_ = base::SliceBuilder(shared_.env.pool);
    state_ = State::Connecting;
    shared_.env.wheel.set(*this, base::kNever);
    return true;
}

// The search is over. It may be on the stack.
void UpstreamStream::settle() {
    shared_.env.retired.retire(std::move(opening_->search));
    opening_.reset();
}

void UpstreamStream::write_header(const StreamParameters& parameters) {
    state_ = State::AwaitingHeader;
    set_deadline(shared_.settings.features_timeout);
    StreamParameters told{.to = parameters.to, .from = {}, .lang = parameters.lang};
    if (trusted_) told.from = parameters.from;
    write(stream_header(told));
}

void UpstreamStream::restart(const StreamParameters& parameters) {
    if (state_ == State::Connecting) { // no header was sent yet: the first one is this one
        opening_->parameters = parameters;
        return;
    }
    if (!reading() || state_ == State::Closing) return;
    if (opening_ != nullptr) opening_->parameters = parameters;
    framer_.reset();
    tail_ = base::SliceBuilder(shared_.env.pool);
    wrapper_.reset();
    max_bytes_ = 0; // U-082
    write_header(parameters);
}

void UpstreamStream::send(base::SliceChain elements) {
    CM_ASSERT(state_ != State::Idle && state_ != State::Connecting);
    bool takes_more = reading() && state_ != State::Closing;
    if (!takes_more || (refusal_ != nullptr && refusal_->ends)) return;
    ServerRules rules{.max_bytes = max_bytes_,
                      .refuses_external =
                          servers_.features.strip_external && !client_.authenticated,
                      .managed = client_.managed};
    if (rules.pass(elements.size_bytes())) {
        write(std::move(elements));
        return;
    }
    SortedElements sorted = sort_out(shared_.check, shared_.env.pool, elements, rules);
    if (!sorted.to_server.empty()) write(std::move(sorted.to_server));
    if (sorted.to_client.empty() && !sorted.ends) return;
    if (refusal_ == nullptr) refusal_ = std::make_unique<Refusal>();
    std::ranges::move(sorted.to_client, std::back_inserter(refusal_->answers));
    refusal_->ends = sorted.ends;
    // In a moment, not in the middle of what the session is about. In other states the server's
    // next word is not far, or its absence.
    if (state_ == State::Open) set_deadline(base::Duration::zero());
}

void UpstreamStream::tell_refusal() {
    if (refusal_ == nullptr) return;
    std::unique_ptr<Refusal> refusal = std::move(refusal_);
    for (Stanza& answer : refusal->answers) {
        if (listener_ != nullptr) listener_->on_stanza(std::move(answer));
    }
    if (listener_ != nullptr && !refusal->answers.empty()) listener_->on_batch_end();
    if (!refusal->ends || listener_ == nullptr) return;
    // The client may resume it, and leave out what was too much.
    close_and_flush(client_.resumable ? std::string_view() : kClosingTag);
    end(UpstreamEnd::TooLarge, {.category = base::Category::Stream,
                                .code = static_cast<uint16_t>(StreamCondition::PolicyViolation),
                                .what = "the client sent more than its server takes"});
}

void UpstreamStream::bounce(std::span<const Stanza> undelivered) {
    std::string errors;
    for (const Stanza& stanza : undelivered) {
        errors += xmpp::bounce(shared_.check, stanza).value_or("");
    }
    if (!errors.empty()) {
        send(base::SliceChain(base::Slice::copy(shared_.env.pool, errors)));
    }
}

// Input: one read of the transport is framed to its end, then the session is told so.

bool UpstreamStream::reading() const {
    return state_ >= State::AwaitingHeader && state_ <= State::Closing;
}

// Nobody wants what the server still says.
bool UpstreamStream::dropping() const {
    return state_ == State::Closing && (listener_ == nullptr || wrapper_ == nullptr);
}

void UpstreamStream::on_bytes(base::ByteView bytes) {
    tell_refusal();
    while (reading()) {
        if (framer_.untouched()) {
            // A keepalive of the old stream that came after our restart would stand before the
            // new stream's XML declaration.
            bytes.remove_prefix(std::min(bytes.find_first_not_of(kWhiteSpace), bytes.size()));
        }
        if (bytes.empty()) break;
        auto step = framer_.next(bytes);
        if (!step) {
            on_bad_stream(step.error());
            return;
        }
        if (step->begin > 0) {
            tail_ = base::SliceBuilder(shared_.env.pool);
        }
        base::ByteView part = bytes.substr(step->begin, step->end - step->begin);
        bytes.remove_prefix(step->end);
        base::Slice whole;
        if (dropping()) {
            part = {};
        } else if (!tail_.empty() || step->event == StreamFramer::Event::None) {
            tail_.append(part);
            if (step->event != StreamFramer::Event::None) {
                whole = tail_.take();
                part = whole.view();
            }
        }
        switch (step->event) {
        case StreamFramer::Event::None: break;
        case StreamFramer::Event::RootOpen: on_header(part, step->name_end); break;
        case StreamFramer::Event::Element:
            on_element({.whole = std::move(whole), .bytes = part, .name_end = step->name_end});
            break;
        case StreamFramer::Event::RootClose: on_closing_tag(); break;
        case StreamFramer::Event::EmptyRoot:
            on_header(part, step->name_end);
            if (reading()) {
                on_closing_tag();
            }
            break;
        }
    }
    bool delivered = delivered_;
    delivered_ = false;
    if (delivered && listener_ != nullptr) {
        listener_->on_batch_end();
    }
}

void UpstreamStream::on_header(base::ByteView tag, size_t name_end) {
    if (state_ == State::Closing) return;
    auto header = read_server_header(shared_.check, tag, name_end);
    if (!header) {
        on_bad_stream(header.error());
        return;
    }
    auto& latest = shared_.latest_wrapper;
    if (latest == nullptr || *latest != header->wrapper) {
        latest = std::make_shared<const std::string>(std::move(header->wrapper));
    }
    wrapper_ = latest;
    if (opening_ != nullptr) {
        opening_->search->accept();
        settle();
    }
    if (header->version.empty()) {
        state_ = State::Open; // no features will come (U-010)
        set_deadline(keepalive());
    } else {
        state_ = State::AwaitingFeatures;
    }
    listener_->on_stream_opened({.from = header->from,
                                 .to = header->to,
                                 .id = header->id,
                                 .version = header->version,
                                 .lang = header->lang});
}

void UpstreamStream::on_element(StanzaReader::Framed element) {
    if (dropping()) return;
    auto condition = StreamCondition::UndefinedCondition;
    auto stanza = shared_.reader.read(*wrapper_, std::move(element), servers_.features, condition);
    if (!stanza) {
        on_bad_stream(stanza.error());
    } else if (stanza->kind == Stanza::Kind::StreamError) {
        on_stream_error(*std::move(stanza), condition);
    } else {
        deliver(*std::move(stanza));
    }
}

void UpstreamStream::deliver(Stanza stanza) {
    auto kind =
        stanza.is_stanza() ? static_cast<base::ElementKind>(stanza.kind) : base::ElementKind::Other;
    shared_.env.metrics.count_element(base::Counter::MessagesFromServers, kind,
                                      stanza.bytes.size());
    if (stanza.kind == Stanza::Kind::Features) {
        // The second ones are those after login, with or without a restart (U-062).
        authenticated_ = authenticated_ || had_features_;
        had_features_ = true;
        if (state_ != State::Closing) {
            state_ = State::Open;
            idle_seconds_ = stanza.idle_seconds;
            max_bytes_ = stanza.max_bytes;
            set_deadline(keepalive());
            if (stanza.stripped_binding) warn_of_stripping();
        }
    }
    // What only comes to those who are logged in, when a resumed stream has no second features.
    if (stanza.kind == Stanza::Kind::Message || stanza.kind == Stanza::Kind::Presence) {
        authenticated_ = true;
    }
    client_.note(stanza);
    delivered_ = true;
    listener_->on_stanza(std::move(stanza));
}

// The end, as the server brings it about.

void UpstreamStream::on_stream_error(Stanza error, StreamCondition condition) {
    listener_->on_stanza(std::move(error));
    close_and_flush(kClosingTag);
    end(UpstreamEnd::StreamError, {.category = base::Category::Stream,
                                   .code = static_cast<uint16_t>(condition),
                                   .what = "stream error of the server"});
}

void UpstreamStream::on_closing_tag() {
    close_and_flush(kClosingTag);
    end(UpstreamEnd::Closed, {.category = base::Category::Stream, .what = "closed by the server"});
}

void UpstreamStream::on_bad_stream(const base::Error& fault) {
    if (is(fault, XmlFault::Disagreement)) {
        shared_.env.metrics.add(base::Counter::XmlDisagreements);
        shared_.env.log.warn("upstream.xml-disagreed", {{"to", transport_->peer().to_string()}});
    }
    std::string last_words = stream_error(condition_for(fault)).append(kClosingTag);
    if (try_next_server(fault, last_words)) return;
    close_and_flush(last_words);
    end(UpstreamEnd::BadStream, fault);
}

void UpstreamStream::on_closed(base::Error reason) {
    if (state_ == State::Connecting) return; // a connection that was given up
    if (try_next_server(reason, {})) return;
    UpstreamEnd how = loss();
    go_over();
    end(how, reason);
}

// The connection goes away, or a deadline passes.
UpstreamEnd UpstreamStream::loss() const {
    bool was_open = had_features_ || state_ == State::Open;
    return was_open ? UpstreamEnd::Lost : UpstreamEnd::ConnectFailed;
}

void UpstreamStream::on_deadline(base::TimePoint now) {
    base::Error too_late = net_error(net::NetFault::Deadline, "deadline passed");
    State before = state_;
    tell_refusal();
    if (state_ != before) return;
    switch (state_) {
    case State::AwaitingHeader:
        if (try_next_server(too_late, kClosingTag)) break;
        [[fallthrough]];
    case State::AwaitingFeatures: {
        UpstreamEnd how = loss();
        close_and_flush(kClosingTag);
        end(how, too_late);
        break;
    }
    case State::Open: {
        base::TimePoint due = last_write_ + keepalive();
        if (now >= due) {
            if (authenticated_ && transport_->backlog_bytes() == 0) {
                write(" ");
            }
            due = now + keepalive();
        }
        shared_.env.wheel.set(*this, due);
        break;
    }
    case State::Closing:
    case State::Flushing:
        transport_.reset();
        go_over();
        end(UpstreamEnd::Closed, too_late);
        break;
    case State::Idle:
    case State::Connecting: // the search has its own deadlines
    case State::Over: break;
    }
}

// The end, as the session brings it about.

void UpstreamStream::close(Upstream::CloseMode mode) {
    bool half = mode == Upstream::CloseMode::HalfClose;
    if (!half) {
        listener_ = nullptr;
    }
    if (state_ <= State::Connecting) {
        opening_.reset();
        go_over();
    } else if (state_ == State::Closing) {
        transport_->resume_read(net::PauseReason::Outbox); // its owner has changed its mind
    } else if (!reading()) {
        return;
    } else if (mode == Upstream::CloseMode::Drop) {
        close_and_flush({});
    } else {
        write(kClosingTag);
        state_ = State::Closing;
        if (!half) {
            tail_ = base::SliceBuilder(shared_.env.pool);
            transport_->resume_read(net::PauseReason::Outbox);
        }
        set_deadline(shared_.settings.close_timeout);
    }
}

bool UpstreamStream::detach() {
    listener_ = nullptr;
    return state_ == State::Closing || state_ == State::Flushing;
}

void UpstreamStream::close_and_flush(std::string_view last_words) {
    if (!reading()) { // the session closed it while it was told of this very end
        return;
    }
    // After our closing tag nothing more may be said.
    if (state_ != State::Closing && !last_words.empty()) {
        write(last_words);
    }
    state_ = State::Flushing;
    tail_ = base::SliceBuilder(shared_.env.pool);
    set_deadline(shared_.settings.close_timeout);
    transport_->close(net::CloseMode::Flush);
}

void UpstreamStream::end(UpstreamEnd how, base::Error reason) {
    if (UpstreamListener* told = std::exchange(listener_, nullptr)) {
        told->on_upstream_ended(how, reason);
    }
}

void UpstreamStream::go_over() {
    state_ = State::Over;
    shared_.env.wheel.set(*this, base::kNever);
    shared_.closing.release(closing_);
}

// Output.

void UpstreamStream::write(std::string_view text) {
    write(base::SliceChain(base::Slice::copy(shared_.env.pool, text)));
}

void UpstreamStream::write(base::SliceChain bytes) {
    last_write_ = shared_.env.now();
    transport_->write(std::move(bytes));
}

void UpstreamStream::on_drained() {
    if (listener_ != nullptr) {
        listener_->on_upstream_drained();
    }
}

bool UpstreamStream::congested() const {
    return transport_ != nullptr &&
           transport_->backlog_bytes() >= shared_.settings.backlog_high_bytes;
}

void UpstreamStream::pause_read() {
    if (reading() && !dropping()) {
        transport_->pause_read(net::PauseReason::Outbox);
        shared_.env.metrics.add(base::Counter::PausesOutbox);
    }
}

void UpstreamStream::resume_read() {
    if (transport_ != nullptr) {
        transport_->resume_read(net::PauseReason::Outbox);
    }
}

// U-054: long before the server takes the silence for our end.
base::Duration UpstreamStream::keepalive() const {
    base::Duration configured = servers_.keepalive.value_or(shared_.settings.keepalive);
    if (idle_seconds_ == 0) return configured;
    base::Duration half = std::chrono::seconds(idle_seconds_) / 2;
    return std::clamp<base::Duration>(half, 1s, std::max<base::Duration>(configured, 1s));
}

// U-068: once for each domain; the operator can mend it, the clients cannot.
void UpstreamStream::warn_of_stripping() {
    if (!shared_.stripped_of.insert(servers_.name).second) return;
    shared_.env.log.warn("upstream.channel-binding-stripped",
                         {{"domain", servers_.name},
                          {"about", "clients that could bind take this for an attack; let the "
                                    "server not offer it on the way to here"}});
}

void UpstreamStream::set_deadline(base::Duration from_now) {
    shared_.env.wheel.set(*this, shared_.env.now() + from_now);
}

} // namespace xmpp
