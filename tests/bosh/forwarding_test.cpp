// Two workers of one process, and requests that come in on the wrong one.
#include "bosh/endpoint.h"
#include "tests/bosh/endpoint_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>

namespace bosh {
namespace {

using testing::HasSubstr;

// The fixture's endpoint is worker 0; here is worker 1, and what goes between them.
class ForwardingTest : public EndpointTest {
protected:
    // One direction of the way between two workers: letters arrive when the test says so.
    class Way final : public Colleagues {
    public:
        Way(std::deque<std::function<void()>>& post, Endpoint*& here, Endpoint*& other)
            : post_(post), here_(here), to_(other) {}
        std::optional<uint8_t> with_fewer_sessions() const override { return idler; }
        bool forward(uint8_t worker, ForwardedRequest&& request) override {
            if (busy) return false;
            workers.push_back(worker);
            auto shared = std::make_shared<ForwardedRequest>(std::move(request));
            post_.push_back([this, shared] { to_->on_forwarded(std::move(*shared)); });
            return true;
        }
        void send_back(ForwardedRequest request) override {
            ++sent_back;
            auto shared = std::make_shared<ForwardedRequest>(std::move(request));
            Endpoint* where = shared->from.worker == (to_->place().worker) ? to_ : here_;
            post_.push_back([where, shared] { where->on_sent_back(std::move(*shared)); });
        }
        void tell_lost(uint8_t, RequestRef request) override {
            post_.push_back([this, request] { to_->on_forwarded_lost(request); });
        }
        void give_back(RequestRef request, ForwardedAnswer answer) override {
            auto shared = std::make_shared<ForwardedAnswer>(std::move(answer));
            post_.push_back(
                [this, request, shared] { to_->on_forwarded_answer(request, std::move(*shared)); });
        }
        void tell_dropped(RequestRef request) override {
            post_.push_back([this, request] { to_->on_forwarded_dropped(request); });
        }
        std::vector<uint8_t> workers;
        bool busy = false;
        int sent_back = 0;
        std::optional<uint8_t> idler;

    private:
        std::deque<std::function<void()>>& post_;
        Endpoint*& here_;
        Endpoint*& to_;
    };
    ForwardingTest() {
        endpoint_.set_colleagues(from_first_, 2);
        other_.set_colleagues(from_other_, 2);
    }
    ~ForwardingTest() override { deliver(); }

    void deliver() {
        while (!post_.empty()) {
            auto letter = std::move(post_.front());
            post_.pop_front();
            letter();
        }
    }
    // To the worker that has no session.
    http::RequestRef post_other(std::string_view document, std::string_view accepted = {},
                                std::string_view coding = {}) {
        http::FieldList fields;
        if (!accepted.empty()) fields.add("Accept-Encoding", accepted);
        if (!coding.empty()) fields.add("Content-Encoding", coding);
        http::RequestHead head{
            .method = http::Method::Post, .path = "/http-bind", .fields = fields};
        http::RequestRef ref{.index = next_other_++, .generation = 7};
        other_.on_request(ref, head, base::Slice::copy(other_env_.pool, document), client_);
        return ref;
    }
    std::string answer_other(http::RequestRef request) { return responder_.answer(request.index); }

    tests::TestEnv other_env_;
    base::Env other_services_ = other_env_.env();
    FakeUpstreams other_upstreams_;
    std::deque<std::function<void()>> post_;
    Endpoint other_{other_services_, settings_, domains_, other_upstreams_, check_, {.worker = 1}};
    AnswerKeeper responder_{other_};
    Endpoint* first_address_ = &endpoint_;
    Endpoint* other_address_ = &other_;
    Way from_first_{post_, first_address_, other_address_};
    Way from_other_{post_, other_address_, first_address_};
    uint32_t next_other_ = 3;
};

// Rows: B-020, B-101
TEST_F(ForwardingTest, ARequestGoesToItsSessionAndTheAnswerComesBack) {
    std::string sid = open_session();
    auto request = post_other(body(sid, 101, "<a xmlns='urn:a'/>"));
    EXPECT_EQ(server().sent, "");
    deliver();
    EXPECT_THAT(from_other_.workers, testing::ElementsAre(0));
    EXPECT_THAT(server().sent, HasSubstr("<a xmlns='urn:a'/>"));
    EXPECT_EQ(answer_other(request), "none");
    stanza("<message xmlns='jabber:client'/>");
    EXPECT_EQ(answer_other(request), "none");
    deliver();
    EXPECT_THAT(answer_other(request), HasSubstr("<message xmlns='jabber:client'/>"));
    EXPECT_THAT(responder_.answers[request.index].fields, HasSubstr("Cache-Control: no-store"));
    EXPECT_EQ(other_env_.metrics[base::Counter::RequestsForwarded], 1U);
    EXPECT_EQ(other_env_.metrics[base::Counter::BoshRequests], 1U);
}

// Rows: B-101, B-103
TEST_F(ForwardingTest, RequestsOfOneSessionMayComeInEverywhere) {
    std::string sid = open_session();
    auto second = post_other(body(sid, 102, "<b xmlns='urn:b'/>"));
    deliver();
    EXPECT_EQ(server().sent, "");
    uint32_t first = post(body(sid, 101, "<a xmlns='urn:a'/>"));
    EXPECT_EQ(server().sent, "<a xmlns='urn:a'/><b xmlns='urn:b'/>");
    env_.advance(settings_.release_delay);
    deliver();
    EXPECT_THAT(answer(first), HasSubstr("<body "));
    EXPECT_EQ(answer_other(second), "none"); // held, the first was released
}

// Rows: B-133
TEST_F(ForwardingTest, AForwardedRequestIsReleasedWhenTheDelayIsOver) {
    std::string sid = open_session();
    auto held = post_other(body(sid, 101, ""));
    deliver();
    post(body(sid, 102, "<a xmlns='urn:a'/>"));
    env_.advance(settings_.release_delay - 1ms);
    deliver();
    EXPECT_EQ(answer_other(held), "none");
    env_.advance(1ms);
    deliver();
    EXPECT_THAT(answer_other(held), testing::EndsWith("httpbind'/>"));
}

// The hint does not read XML; who has the session does.
// Rows: B-020
TEST_F(ForwardingTest, ASidThatTheHintDoesNotSeeIsFoundByReading) {
    std::string sid = open_session();
    std::string hidden = "<body x='&gt;>' xmlns='http://jabber.org/protocol/httpbind' rid='101' "
                         "sid='&#" +
                         std::to_string(static_cast<int>(sid[0])) + ";" + sid.substr(1) +
                         "'><a xmlns='urn:a'/></body>";
    post_other(hidden);
    deliver();
    EXPECT_EQ(server().sent, "<a xmlns='urn:a'/>");
}

// Rows: B-140, B-107
TEST_F(ForwardingTest, ALostConnectionIsToldAndTheRepeatIsAnswered) {
    std::string sid = open_session();
    auto lost = post_other(body(sid, 101, ""));
    deliver();
    other_.on_request_lost(lost);
    deliver();
    stanza("<message xmlns='jabber:client'/>");
    deliver();
    EXPECT_EQ(answer_other(lost), "none"); // it waits for the repeat
    auto again = post_other(body(sid, 101, ""));
    deliver();
    EXPECT_THAT(answer_other(again), HasSubstr("<message xmlns='jabber:client'/>"));
}

// Rows: B-107
TEST_F(ForwardingTest, AnAnswerThatMeetsTheLossOnItsWayIsRepeated) {
    std::string sid = open_session();
    auto lost = post_other(body(sid, 101, ""));
    deliver();
    stanza("<message xmlns='jabber:client'/>"); // the answer is on its way
    other_.on_request_lost(lost);
    // Another request has its place by now; the late answer is not for it.
    next_other_ = lost.index;
    http::FieldList fields;
    http::RequestHead head{.method = http::Method::Post, .path = "/http-bind", .fields = fields};
    http::RequestRef reuse{.index = lost.index, .generation = lost.generation + 1};
    other_.on_request(reuse, head, base::Slice::copy(other_env_.pool, body(sid, 101, "")), client_);
    auto late = std::move(post_.front());
    post_.pop_front();
    late();
    EXPECT_EQ(answer_other(reuse), "none");
    deliver();
    EXPECT_THAT(answer_other(reuse), HasSubstr("<message xmlns='jabber:client'/>"));
}

// A client gave it up and repeated it over another connection, and was quicker.
// Rows: B-109
TEST_F(ForwardingTest, ARequestThatComesAfterItsTimeEndsTheSessionOnlyIfSomebodyWaits) {
    std::string sid = open_session();
    auto stale = post_other(body(sid, 101, ""));
    auto on_its_way = std::move(post_.front());
    post_.pop_front();
    for (Rid rid = 101; rid < 106; ++rid) post(body(sid, rid, "<a xmlns='urn:a'/>"));
    on_its_way();
    EXPECT_EQ(from_first_.sent_back, 1);
    other_.on_request_lost(stale); // that has happened long ago, and is seen now
    deliver();
    EXPECT_EQ(endpoint_.session_count(), 1U);
    EXPECT_EQ(answer_other(stale), "none");

    auto waiting = post_other(body(sid, 101, ""));
    deliver();
    env_.turn();
    EXPECT_EQ(from_first_.sent_back, 2);
    EXPECT_THAT(answer_other(waiting), HasSubstr("item-not-found"));
    EXPECT_EQ(endpoint_.session_count(), 0U);
}

// What came over a connection of the session's own worker may have been overtaken as well.
// Rows: B-109
TEST_F(ForwardingTest, ARequestThatComesAfterItsTimeWhereItsSessionIsIsTreatedAlike) {
    std::string sid = open_session();
    for (Rid rid = 101; rid < 106; ++rid) post_other(body(sid, rid, "<a xmlns='urn:a'/>"));
    deliver();
    uint32_t stale = post(body(sid, 101, ""));
    EXPECT_EQ(from_first_.sent_back, 1);
    endpoint_.on_request_lost({.index = stale, .generation = 1});
    deliver();
    EXPECT_EQ(endpoint_.session_count(), 1U);
    EXPECT_EQ(answer(stale), "none");

    uint32_t waiting = post(body(sid, 101, ""));
    deliver();
    env_.turn();
    EXPECT_THAT(answer(waiting), HasSubstr("item-not-found"));
    EXPECT_EQ(endpoint_.session_count(), 0U);
}

// Rows: B-311, S-004
TEST_F(ForwardingTest, ASidThatNobodyHasIsUnknownThere) {
    std::string sid = open_session();
    auto request = post_other(body(sid.substr(0, 4) + "AAAAAAAAAAAAAAAAAAAAAAA", 101, ""));
    deliver();
    EXPECT_THAT(answer_other(request), HasSubstr("item-not-found"));
    auto nowhere = post_other(body("____AAAAAAAAAAAAAAAAAAAAAAA", 101, ""));
    EXPECT_THAT(answer_other(nowhere), HasSubstr("item-not-found"));
}

// Rows: S-021
TEST_F(ForwardingTest, WhatIsLessSafeThanItsSessionIsDroppedWhereItCameIn) {
    client_.encrypted = true;
    std::string sid = open_session();
    client_.encrypted = false;
    auto request = post_other(body(sid, 101, "<a xmlns='urn:a'/>"));
    deliver();
    EXPECT_EQ(server().sent, "");
    EXPECT_THAT(responder_.dropped, testing::ElementsAre(request.index));
    EXPECT_EQ(env_.metrics[base::Counter::RequestsDropped], 1U);
}

// Rows: B-020
TEST_F(ForwardingTest, AWorkerWithTooMuchToDoGetsNoMore) {
    std::string sid = open_session();
    from_other_.busy = true;
    auto request = post_other(body(sid, 101, ""));
    EXPECT_EQ(responder_.answers[request.index].status, 503);
    from_other_.busy = false;
    post_other(body(sid, 101, "<a xmlns='urn:a'/>")); // the client comes again
    deliver();
    EXPECT_EQ(server().sent, "<a xmlns='urn:a'/>");
}

// Compression is the connection's.
// Rows: B-015, B-016
TEST_F(ForwardingTest, BodiesAreCodedWhereTheConnectionIs) {
    settings_.compression = true;
    std::string sid = open_session();
    auto request = post_other(gzip(body(sid, 101, "<a xmlns='urn:a'/>")), "gzip", "gzip");
    deliver();
    EXPECT_EQ(server().sent, "<a xmlns='urn:a'/>");
    std::string message = "<message xmlns='jabber:client'>" + std::string(600, 'x') + "</message>";
    stanza(message);
    deliver();
    EXPECT_THAT(responder_.answers[request.index].fields, HasSubstr("Content-Encoding: gzip"));
    auto plain = coder_.decode(http::ContentCoding::Gzip, answer_other(request), 1 << 20);
    ASSERT_TRUE(plain);
    EXPECT_THAT(std::string(plain->view()), HasSubstr(message));
}

// Rows: B-040
TEST_F(ForwardingTest, ASessionIsCreatedWhereThereAreFewer) {
    from_other_.idler = 0;
    from_first_.idler = 1; // they may disagree; it goes no further
    auto creation = post_other("<body xmlns='http://jabber.org/protocol/httpbind' rid='100'" +
                               std::string(kUsual) + "/>");
    deliver();
    EXPECT_EQ(endpoint_.session_count(), 1U);
    EXPECT_EQ(other_.session_count(), 0U);
    server().listener.on_stream_opened(
        {.from = "example.org", .id = "i", .version = "1.0", .lang = ""});
    stanza("<stream:features/>", xmpp::Stanza::Kind::Features);
    deliver();
    EXPECT_THAT(answer_other(creation), HasSubstr(" sid='" + sid_prefix({.worker = 0})));
}

// Rows: B-061
TEST_F(ForwardingTest, SessionsAreCountedOverAllWorkers) {
    settings_.max_sessions = 1;
    base::Places places;
    endpoint_.set_places(places);
    other_.set_places(places);
    std::string sid = open_session();
    auto creation = post_other("<body xmlns='http://jabber.org/protocol/httpbind' rid='100'" +
                               std::string(kUsual) + "/>");
    EXPECT_THAT(answer_other(creation), HasSubstr("internal-server-error"));
    post(body(sid, 101, "").insert(5, " type='terminate'"));
    env_.turn();
    EXPECT_EQ(places.taken(), 0U);
}

} // namespace
} // namespace bosh
