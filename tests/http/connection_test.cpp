#include "tests/http/server_fixture.h"
#include "tests/support/for_each_split.h"

namespace http {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class ConnectionTest : public ServerFixture {};

// Rows: B-021, H-040
TEST_F(ConnectionTest, AnswersRequestsOneAfterTheOtherOnOneConnection) {
    MemoryPeer peer = connect();
    for (size_t i = 0; i < 3; ++i) {
        send(peer, post("/bosh", "<body/>"));
        ASSERT_EQ(handler_.held.size(), i + 1);
        EXPECT_EQ(handler_.held[i].body, "<body/>");
        EXPECT_TRUE(answer(i, "answer"));
        EXPECT_THAT(peer.received(), EndsWith("\r\n\r\nanswer"));
        EXPECT_THAT(peer.take_received(), Not(HasSubstr("Connection:")));
    }
    EXPECT_FALSE(peer.close_mode());
}

// Rows: B-014, B-022
TEST_F(ConnectionTest, SeesTheSameRequestsHoweverTheyAreCut) {
    std::string stream = post("/bosh", "one") +
                         "POST /bosh/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "2\r\ntw\r\n1;x\r\no\r\n0\r\n\r\n" +
                         post("/plain", "");
    tests::for_each_split(stream, [&](tests::Pieces pieces) {
        handler_.held.clear();
        MemoryPeer peer = connect();
        for (std::string_view piece : pieces) send(peer, piece);
        ASSERT_EQ(handler_.held.size(), 3U);
        EXPECT_EQ(handler_.held[0].body, "one");
        EXPECT_EQ(handler_.held[1].body, "two");
        EXPECT_EQ(handler_.held[1].path, "/bosh/");
        EXPECT_EQ(handler_.held[2].body, "");
        peer.end();
        settle(peer);
    });
}

// Rows: B-022
TEST_F(ConnectionTest, SendsPipelinedAnswersInTheOrderOfTheRequests) {
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "1") + post("/bosh", "2") + post("/bosh", "3"));
    ASSERT_EQ(handler_.held.size(), 3U);
    EXPECT_TRUE(answer(2, "third"));
    EXPECT_TRUE(answer(1, "second"));
    EXPECT_THAT(peer.received(), IsEmpty());
    EXPECT_TRUE(answer(0, "first"));
    std::string all = peer.take_received();
    EXPECT_LT(all.find("first"), all.find("second"));
    EXPECT_LT(all.find("second"), all.find("third"));
    EXPECT_EQ(peer.writes(), 1U) << "all three in one gathered write";
}

// Rows: B-022
TEST_F(ConnectionTest, ReadsAheadOnlySoManyRequests) {
    MemoryPeer peer = connect();
    std::string stream;
    for (int i = 0; i < 5; ++i) stream += post("/bosh", std::to_string(i));
    send(peer, stream);
    EXPECT_EQ(handler_.held.size(), 3U);
    EXPECT_TRUE(peer.paused(net::PauseReason::Pipeline));
    answer(0, "a");
    EXPECT_EQ(handler_.held.size(), 3U) << "no handler is called from inside an answer";
    advance(100ms, peer);
    EXPECT_EQ(handler_.held.size(), 4U);
    EXPECT_TRUE(peer.paused(net::PauseReason::Pipeline));
    answer(1, "b");
    answer(2, "c");
    advance(100ms, peer);
    ASSERT_EQ(handler_.held.size(), 5U);
    EXPECT_FALSE(peer.reading_paused());
    EXPECT_EQ(handler_.held[4].body, "4");
    answer(4, "e");
    answer(3, "d");
    EXPECT_THAT(peer.received(), EndsWith("e"));
}

// Rows: B-022
TEST_F(ConnectionTest, ServesALongPipelineOfRequestsAnsweredAtOnce) {
    handler_.responder = &*server_;
    MemoryPeer peer = connect();
    std::string stream;
    for (int i = 0; i < 50; ++i) stream += post("/bosh", "x");
    send(peer, stream);
    EXPECT_EQ(handler_.held.size(), 50U);
    EXPECT_EQ(count(peer.received(), "HTTP/1.1 204"), 50U);
}

// Rows: H-046
TEST_F(ConnectionTest, TellsTheHandlerWhenTheClientOfAHeldRequestIsGone) {
    for (bool reset : {false, true}) {
        handler_.held.clear();
        handler_.lost.clear();
        MemoryPeer peer = connect();
        send(peer, post("/bosh", "1") + post("/bosh", "2"));
        ASSERT_EQ(handler_.held.size(), 2U);
        answer(1, "never sent");
        if (reset) {
            peer.reset();
        } else {
            peer.end();
        }
        settle(peer);
        EXPECT_THAT(handler_.lost, ElementsAre(handler_.held[0].ref));
        EXPECT_FALSE(answer(0, "too late"));
        EXPECT_EQ(server_->connection_count(), 0U);
        EXPECT_EQ(server_->open_request_count(), 0U);
    }
}

// Rows: S-021
TEST_F(ConnectionTest, ADroppedRequestEndsItsConnectionWithoutAnAnswer) {
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "1") + post("/bosh", "2"));
    ASSERT_EQ(handler_.held.size(), 2U);
    server_->drop(handler_.held[1].ref);
    EXPECT_THAT(handler_.lost, IsEmpty()); // not inside the call
    send(peer, post("/bosh", "3"));
    EXPECT_EQ(peer.take_received(), "");
    EXPECT_EQ(peer.close_mode(), net::CloseMode::Abort);
    EXPECT_THAT(handler_.lost, ElementsAre(handler_.held[0].ref, handler_.held[1].ref));
    EXPECT_EQ(handler_.held.size(), 2U);
    EXPECT_EQ(server_->connection_count(), 0U);
    server_->drop(handler_.held[0].ref); // stale
}

// Rows: H-046
TEST_F(ConnectionTest, ForgetsAnsweredRequests) {
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "1"));
    EXPECT_TRUE(answer(0, "a"));
    EXPECT_FALSE(answer(0, "again"));
    peer.end();
    settle(peer);
    EXPECT_THAT(handler_.lost, IsEmpty());
}

// Rows: B-019, H-040
TEST_F(ConnectionTest, ClosesAfterAnHttp10RequestUnlessAskedNotTo) {
    MemoryPeer peer = connect();
    send(peer, "POST /bosh HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx");
    answer(0, "a");
    EXPECT_THAT(peer.take_received(), HasSubstr("\r\nConnection: keep-alive\r\n"));
    EXPECT_FALSE(peer.close_mode());
    send(peer, "POST /bosh HTTP/1.0\r\nContent-Length: 1\r\n\r\nx");
    answer(1, "b");
    EXPECT_THAT(peer.received(), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(peer.take_received(), HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_EQ(peer.close_mode(), net::CloseMode::Flush);
}

// Rows: H-040
TEST_F(ConnectionTest, TakesNoRequestBehindOneThatCloses) {
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "1", "Connection: close\r\n") + post("/bosh", "2"));
    ASSERT_EQ(handler_.held.size(), 1U);
    answer(0, "a");
    EXPECT_THAT(peer.received(), HasSubstr("\r\nConnection: close\r\n"));
    settle(peer);
    EXPECT_TRUE(peer.saw_end());
    EXPECT_EQ(server_->connection_count(), 0U);
}

// Rows: H-040, H-046
TEST_F(ConnectionTest, DropsRequestsBehindAnAnswerThatCloses) {
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "1") + post("/bosh", "2"));
    Response last{.close = true};
    EXPECT_TRUE(server_->respond(handler_.held[0].ref, std::move(last)));
    settle(peer);
    EXPECT_THAT(handler_.lost, ElementsAre(handler_.held[1].ref));
    EXPECT_EQ(count(peer.received(), "HTTP/1.1"), 1U);
}

// Rows: H-033, H-048
TEST_F(ConnectionTest, AnswersAFaultAndParsesNothingBehindIt) {
    MemoryPeer peer = connect();
    send(peer, "GET / HTTP/1.1\r\n\r\n" + post("/bosh", "smuggled"));
    EXPECT_EQ(status_of(peer.received()), 400);
    EXPECT_THAT(peer.received(), HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_EQ(peer.close_mode(), net::CloseMode::Flush);
    EXPECT_THAT(handler_.heads, IsEmpty());
}

// Rows: B-022, H-033
TEST_F(ConnectionTest, AnswersAFaultAfterTheRequestsBeforeIt) {
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "1") + "BROKEN\r\n\r\n");
    EXPECT_THAT(peer.received(), IsEmpty());
    EXPECT_FALSE(peer.close_mode());
    send(peer, "this is not read as a request\r\n\r\n");
    answer(0, "held");
    std::string all = peer.take_received();
    EXPECT_EQ(status_of(all), 200);
    EXPECT_THAT(all, HasSubstr("heldHTTP/1.1 400 "));
    EXPECT_EQ(peer.close_mode(), net::CloseMode::Flush);
}

// Rows: B-032, H-044, H-072
TEST_F(ConnectionTest, RefusesABodyBeyondTheLimitWithCorsFieldsAndCloses) {
    std::string chunked = "POST /bosh HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "400\r\n" +
                          std::string(1024, 'x') + "\r\n1\r\n";
    for (const std::string& request : {post("/bosh", std::string(1025, 'x')), chunked}) {
        std::string answer = exchange(request);
        EXPECT_EQ(status_of(answer), 413);
        EXPECT_EQ(count(answer, "Access-Control-Allow-Origin: *\r\n"), 1U);
        EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
    }
    EXPECT_THAT(handler_.held, IsEmpty());
    send(*std::make_unique<MemoryPeer>(connect()), post("/bosh", std::string(1024, 'x')));
    EXPECT_EQ(handler_.held.size(), 1U);
}

// Rows: H-034
TEST_F(ConnectionTest, ClosesRatherThanSkipAnUnreadBody) {
    MemoryPeer peer = connect();
    send(peer, "PUT /bosh HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n" + post("/bosh", "x"));
    EXPECT_EQ(status_of(peer.received()), 405);
    EXPECT_EQ(peer.close_mode(), net::CloseMode::Flush);
    EXPECT_THAT(handler_.held, IsEmpty());
}

// Rows: H-002, H-034
TEST_F(ConnectionTest, GoesOnAfterARefusalWithoutBody) {
    MemoryPeer peer = connect();
    send(peer, "GET /bosh HTTP/1.1\r\nHost: h\r\n\r\n" + post("/bosh", "x"));
    EXPECT_EQ(status_of(peer.take_received()), 405);
    EXPECT_FALSE(peer.close_mode());
    EXPECT_EQ(handler_.held.size(), 1U);
}

// Rows: H-047
TEST_F(ConnectionTest, InvitesABodyThatTheClientHoldsBack) {
    MemoryPeer peer = connect();
    std::string head = "POST /bosh HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\n";
    send(peer, head + "Content-Length: 2\r\n\r\n");
    EXPECT_EQ(peer.take_received(), "HTTP/1.1 100 Continue\r\n\r\n");
    send(peer, "hi");
    ASSERT_EQ(handler_.held.size(), 1U);
    answer(0, "ok");
    EXPECT_EQ(status_of(peer.take_received()), 200);

    send(peer, head + "Content-Length: 2\r\n\r\nhi");
    EXPECT_THAT(peer.received(), IsEmpty()) << "the body is here already";
    answer(1, "ok");
    (void)peer.take_received();
    send(peer, head + "Content-Length: 0\r\n\r\n");
    EXPECT_THAT(peer.received(), IsEmpty()) << "there is no body to wait for";
}

// Rows: H-047
TEST_F(ConnectionTest, GivesTheFinalErrorInsteadOf100) {
    std::string expect = "Expect: 100-continue\r\n";
    auto head = [&](std::string_view path, int length) {
        return "POST " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n" + expect +
               "Content-Length: " + std::to_string(length) + "\r\n\r\n";
    };
    EXPECT_EQ(status_of(exchange(head("/nowhere", 1))), 404);
    EXPECT_EQ(status_of(exchange(head("/bosh", 5000))), 413);
    expect = "Expect: 200-maybe\r\n";
    EXPECT_EQ(status_of(exchange(head("/bosh", 1))), 417);
    EXPECT_THAT(handler_.held, IsEmpty());
}

// Rows: B-019, H-047
TEST_F(ConnectionTest, IgnoresExpectationsOfHttp10) {
    MemoryPeer peer = connect();
    send(peer, "POST /bosh HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_THAT(peer.received(), IsEmpty());
    send(peer, "hi");
    EXPECT_EQ(handler_.held.size(), 1U);
}

// Rows: B-022, H-047
TEST_F(ConnectionTest, Sends100OnlyAfterTheAnswersBeforeIt) {
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "1") + "POST /bosh HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                                    "Content-Length: 2\r\n\r\n");
    EXPECT_THAT(peer.received(), IsEmpty());
    advance(60s, peer);
    answer(0, "first");
    EXPECT_THAT(peer.take_received(), EndsWith("firstHTTP/1.1 100 Continue\r\n\r\n"));
    send(peer, "hi");
    ASSERT_EQ(handler_.held.size(), 2U);
    EXPECT_EQ(handler_.held[1].body, "hi");
}

// Rows: H-003
TEST_F(ConnectionTest, AnswersHeadWithoutABody) {
    std::string answer = exchange("HEAD /nowhere HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(status_of(answer), 404);
    EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 10\r\n"));
}

// Rows: H-011
TEST_F(ConnectionTest, IgnoresUpgradesItDoesNotKnow) {
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "x", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"));
    EXPECT_EQ(handler_.held.size(), 1U);
}

} // namespace
} // namespace http
