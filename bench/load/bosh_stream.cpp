#include "bench/load/bosh_stream.h"

#include "bench/load/glance.h"
#include "xmpp/xml_text.h"

#include <utility>

namespace load {

namespace {

constexpr std::string_view kXbosh = " xmlns:xmpp='urn:xmpp:xbosh'";
// Any will do; large ones, as clients choose them, have as many digits.
constexpr uint64_t kFirstRid = 1'573'741'820;
// Payload of one request: managers refuse large ones, boshcm those over 256 KiB.
constexpr size_t kMostPayloadBytes = 64UL * 1024;

} // namespace

BoshStream::BoshStream(StreamContext& context, ClientStreamListener& listener)
    : context_(context), listener_(listener), turns_(kFirstRid),
      requests_(make_bosh_requests(context, *this)), payload_(context.env.pool) {}

// ---------------------------------------------------------------------------- out

void BoshStream::open() {
    pump();
}

void BoshStream::restart() {
    wants_restart_ = true;
    pump();
}

void BoshStream::send(base::ByteView stanza) {
    if (!payload_.empty() && payload_.size() + stanza.size() > kMostPayloadBytes) {
        full_.push_back(payload_.take());
    }
    payload_.append(stanza);
}

base::Slice BoshStream::next_payload() {
    if (full_.empty()) return payload_.take();
    base::Slice first = std::move(full_.front());
    full_.erase(full_.begin());
    return first;
}

void BoshStream::flush() {
    pump();
}

void BoshStream::close() {
    state_ = State::Closing;
    wants_close_ = true;
    pump();
}

void BoshStream::abandon() {
    state_ = State::Ended;
    requests_->cut();
}

// Asks whatever may be asked now.
void BoshStream::pump() {
    if (reading_ || state_ == State::Ended || over_) return;
    while (auto turn = turns_.next(has_something_to_say())) ask(*turn);
}

bool BoshStream::has_something_to_say() const {
    return !payload_.empty() || !full_.empty() || wants_restart_ || wants_close_;
}

void BoshStream::ask(const RequestTurns::Turn& turn) {
    std::string body = "<body xmlns='http://jabber.org/protocol/httpbind'" + attributes(turn.rid);
    base::Slice payload = next_payload();
    std::string_view end = payload.empty() ? "/>" : "</body>";
    body.append(payload.empty() ? "" : ">");
    base::SliceChain request(base::Slice::copy(context_.env.pool, body));
    request.push(std::move(payload));
    request.push(base::Slice::literal(end));
    ++context_.traffic.requests;
    requests_->ask(turn.connection, std::move(request));
}

// What is wanted goes with this request.
std::string BoshStream::attributes(uint64_t rid) {
    std::string text;
    xmpp::append_attribute(text, "rid", std::to_string(rid));
    if (state_ == State::Creating) {
        xmpp::append_attribute(text, "to", context_.domain);
        xmpp::append_attribute(text, "wait", std::to_string(context_.wait_seconds));
        return text +
               " hold='1' ver='1.11' content='text/xml; charset=utf-8' xml:lang='en'"
               " xmpp:version='1.0'" +
               std::string(kXbosh);
    }
    xmpp::append_attribute(text, "sid", sid_);
    if (std::exchange(wants_restart_, false)) {
        xmpp::append_attribute(text, "to", context_.domain);
        text.append(" xml:lang='en' xmpp:restart='true'").append(kXbosh);
    }
    if (std::exchange(wants_close_, false)) text += " type='terminate'";
    return text;
}

// ---------------------------------------------------------------------------- in

void BoshStream::on_answer(size_t place, std::string_view status, base::ByteView body) {
    if (status != "200") {
        fail("http " + std::string(status));
        return;
    }
    turns_.on_answer(place);
    reading_ = true;
    read_body(body);
    reading_ = false;
    if (state_ == State::Ended) return;
    // Some say that it is over in the answer to the end, some in that to an older request.
    bool all_said = state_ == State::Closing && !has_something_to_say();
    if ((over_ || all_said) && turns_.open_requests() == 0) {
        finish();
    } else {
        pump();
    }
}

// The session has ended, with our consent or without.
void BoshStream::finish() {
    bool asked_for = state_ == State::Closing;
    abandon();
    listener_.on_stream_end(asked_for ? "" : "bosh terminate");
}

void BoshStream::read_body(base::ByteView body) {
    using Event = ElementReader::Event;
    body_.reset();
    bool whole = false;
    while (state_ != State::Ended && !body.empty()) {
        auto step = body_.next(body);
        if (!step) break;
        if (step->event == Event::RootOpen || step->event == Event::EmptyRoot) {
            on_body_tag(step->bytes);
        } else if (step->event == Event::Element) {
            listener_.on_element(step->bytes);
        }
        whole = step->event == Event::RootClose || step->event == Event::EmptyRoot;
    }
    if (!whole) fail("not-well-formed");
}

void BoshStream::on_body_tag(base::ByteView tag) {
    if (attribute(tag, "type") == "terminate") {
        std::string_view condition = attribute(tag, "condition");
        // ejabberd answers what it still held with other-request when a client has asked for the
        // end.
        if (condition.empty() || state_ == State::Closing) {
            over_ = true;
        } else {
            fail("bosh " + std::string(condition));
        }
    } else if (state_ == State::Creating) {
        sid_ = attribute(tag, "sid");
        if (sid_.empty()) {
            fail("bosh without a sid");
            return;
        }
        state_ = State::Open;
        turns_.on_created();
    }
}

void BoshStream::on_request_lost(std::string_view why) {
    if (state_ == State::Ended) return;
    if (over_) {
        finish();
        return;
    }
    bool creating = state_ == State::Creating;
    fail((creating ? "connect-failed: " : "connection-lost: ") + std::string(why));
}

void BoshStream::fail(std::string_view fault) {
    if (state_ == State::Ended) return;
    abandon();
    listener_.on_stream_end(fault);
}

} // namespace load
