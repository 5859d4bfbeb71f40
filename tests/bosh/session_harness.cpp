#include "tests/bosh/session_harness.h"

namespace bosh {

namespace {

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::string between(std::string_view text, std::string_view before, std::string_view after) {
    size_t begin = text.find(before);
    if (begin == std::string_view::npos) return {};
    begin += before.size();
    return std::string(text.substr(begin, text.find(after, begin) - begin));
}

std::string at(StreamId id) {
    return id == kFirstStream ? "" : " " + std::to_string(id);
}

std::string describe_upstream(const OpenStream& action) {
    return "open " + action.parameters.to + at(action.stream);
}
std::string describe_upstream(const SendUpstream& action) {
    return "send " + action.elements.to_string() + at(action.stream);
}
std::string describe_upstream(const RestartStream& action) {
    return "restart" + at(action.stream);
}
std::string describe_upstream(const PauseUpstream& action) {
    return "pause" + at(action.stream);
}
std::string describe_upstream(const ResumeUpstream& action) {
    return "resume" + at(action.stream);
}
std::string describe_upstream(const Bounce& action) {
    std::string text = "bounce";
    for (const xmpp::Stanza& stanza : action.undelivered)
        text.append(" ").append(stanza.bytes.view());
    return text + at(action.stream);
}
std::string describe_upstream(const CloseUpstream& action) {
    bool drops = action.mode == xmpp::Upstream::CloseMode::Drop;
    return (drops ? "drop" : "close") + at(action.stream);
}
template <class Other>
std::string describe_upstream(const Other&) {
    return "?";
}

} // namespace

void SessionHarness::create(Terms terms, std::string payload, std::string newkey) {
    queue_ = {};
    session_ = std::make_unique<Session>(terms, SessionId("sid-of-this-test"), settings_, domains_,
                                         pool_, queue_);
    BodyIn body{.rid = terms.rid, .newkey = std::move(newkey)};
    if (!payload.empty()) {
        body.payloads.push(base::Slice::copy(pool_, payload));
        body.payload_count = 1;
    }
    RequestRef ref{.index = ++requests_made_, .generation = 1};
    names_[ref.index] = std::to_string(terms.rid);
    session_->on_created(ref, {.to = "example.org"}, std::move(body), now_);
    Action opening;
    ASSERT_TRUE(queue_.next(opening));
    EXPECT_EQ(describe(opening), "open example.org");
}

void SessionHarness::start(Terms terms, std::string newkey) {
    create(std::move(terms), {}, std::move(newkey));
    stream_opened();
    features();
    session().on_batch_end(now_);
    actions();
}

void SessionHarness::stream_opened(std::string_view version, StreamId id) {
    session().on_stream_opened(
        id, {.from = "example.org", .id = "stream-id", .version = version, .lang = "en"}, now_);
}

RequestRef SessionHarness::request(Sent sent) {
    Decoded decoded{.has_attributes = true};
    decoded.body.has_sid = true;
    if (sent.rid != 0) decoded.body.rid = sent.rid;
    if (!sent.payload.empty()) {
        decoded.body.payloads.push(base::Slice::copy(pool_, sent.payload));
        decoded.body.payload_count = 1;
    }
    if (sent.terminate) decoded.body.type = BodyIn::Type::Terminate;
    decoded.body.restart = sent.restart;
    decoded.body.pause = sent.pause;
    decoded.body.ack = sent.ack;
    decoded.body.key = sent.key;
    decoded.body.newkey = sent.newkey;
    decoded.body.to = sent.to;
    decoded.body.stream = sent.stream;
    if (sent.malformed) decoded.fault = base::Error{.category = base::Category::Bosh};
    RequestRef ref{.index = ++requests_made_, .generation = 1};
    names_[ref.index] = std::to_string(sent.rid);
    session().on_request(ref, std::move(decoded), now_);
    return ref;
}

void SessionHarness::stanza(std::string_view xml, xmpp::Stanza::Kind kind, StreamId id) {
    session().on_stanza(id, {.bytes = base::Slice::copy(pool_, xml), .kind = kind}, now_);
    session().on_batch_end(now_);
}

void SessionHarness::enable_stream_management(Rid rid) {
    request({.rid = rid});
    session().on_stanza(
        kFirstStream,
        {.bytes = base::Slice::literal("<enabled/>"), .enables_sm = true, .resumable = true}, now_);
    session().on_batch_end(now_);
    EXPECT_THAT(actions(), testing::ElementsAre(std::to_string(rid) + " <- P(<enabled/>)"));
}

void SessionHarness::batch(std::initializer_list<std::string_view> stanzas) {
    for (std::string_view xml : stanzas) {
        session().on_stanza(
            kFirstStream,
            {.bytes = base::Slice::copy(pool_, xml), .kind = xmpp::Stanza::Kind::Message}, now_);
    }
    session().on_batch_end(now_);
}

void SessionHarness::advance(base::Duration by) {
    for (auto until = now_ + by; now_ < until;) {
        now_ += std::min<base::Duration>(until - now_, 1s);
        if (session().next_deadline() <= now_) session().on_deadline(now_);
    }
}

Trace SessionHarness::actions() {
    Trace trace;
    Action action;
    while (queue_.next(action)) trace.push_back(describe(action));
    return trace;
}

std::string SessionHarness::describe(Action& action) {
    if (auto* respond = std::get_if<Respond>(&action)) return describe_answer(*respond);
    if (auto* end = std::get_if<End>(&action)) return "end " + std::string(end->cause);
    return std::visit([](auto& what) { return describe_upstream(what); }, action);
}

std::string SessionHarness::describe_answer(const Respond& respond) {
    std::string line = names_.at(respond.to.index) + " <- ";
    if (respond.status != 200) {
        EXPECT_TRUE(respond.xml.empty()) << "a legacy code has an empty entity";
        return line + std::to_string(respond.status);
    }
    last_xml_ = respond.xml.to_string();
    std::string_view xml = last_xml_;
    EXPECT_TRUE(take(xml, "<body xmlns='http://jabber.org/protocol/httpbind'")) << last_xml_;
    std::string payload;
    if (xml.ends_with("</body>")) {
        payload = between(xml, ">", "</body>");
        EXPECT_FALSE(payload.empty()) << last_xml_;
    } else {
        EXPECT_TRUE(xml.ends_with("/>")) << last_xml_;
    }
    std::string type = between(xml.substr(0, xml.find('>')), " type='", "'");
    if (type == "error") {
        EXPECT_TRUE(payload.empty()) << "B-316";
        return line + "R";
    }
    if (type == "terminate") {
        std::string condition = between(xml, " condition='", "'");
        return line + "T(" + condition + (payload.empty() ? "" : ": " + payload) + ")";
    }
    return line + (payload.empty() ? "E" : "P(" + payload + ")");
}

} // namespace bosh
