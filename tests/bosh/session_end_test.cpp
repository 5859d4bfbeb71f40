#include "tests/bosh/session_harness.h"

namespace bosh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SessionEndTest : public SessionHarness {
protected:
    SessionEndTest() { start(usual()); }
};

// Rows: B-180, B-181
TEST_F(SessionEndTest, EndsSilentlyAfterInactivity) {
    request({.rid = 1001});
    stanza("<message/>");
    actions();
    advance(59s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("close", "end inactivity"));
}

// Rows: B-180
TEST_F(SessionEndTest, RunsTheInactivityClockFromTheLossOfTheLastConnection) {
    RequestRef held = request({.rid = 1001});
    advance(30s);
    lose(held);
    advance(59s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("close", "end inactivity"));
}

// Rows: B-120
TEST_F(SessionEndTest, TakesARepeatAsASignOfLife) {
    request({.rid = 1001});
    stanza("<message/>");
    advance(50s);
    request({.rid = 1001});
    advance(59s);
    EXPECT_FALSE(session().over());
    advance(1s);
    EXPECT_TRUE(session().over());
}

// Rows: B-220, B-221, B-223, D-02
TEST_F(SessionEndTest, TerminatesOnTheOldestRequestAndSendsPayloadsFirst) {
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<presence type='unavailable'/>", .terminate = true});
    EXPECT_THAT(actions(), ElementsAre("send <presence type='unavailable'/>", "close",
                                       "1001 <- T()", "1002 <- E", "end terminated"));
}

// Rows: B-221, B-222
TEST_F(SessionEndTest, PutsQueuedStanzasIntoTheTerminateBody) {
    stanza("<message/>");
    request({.rid = 1001, .terminate = true});
    EXPECT_THAT(actions(), ElementsAre("close", "1001 <- T(: <message/>)", "end terminated"));
}

// Rows: X-030, B-312, B-318
TEST_F(SessionEndTest, TellsAStreamErrorWithItsElement) {
    request({.rid = 1001});
    stanza("<stream:error><conflict/></stream:error>", xmpp::Stanza::Kind::StreamError);
    upstream_ends(xmpp::UpstreamEnd::StreamError);
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(remote-stream-error: "
                                       "<stream:error><conflict/></stream:error>)",
                                       "end remote-stream-error"));
    EXPECT_THAT(last_xml(), HasSubstr(" xmlns:stream='http://etherx.jabber.org/streams'"));
}

// Rows: B-227, B-228, X-031, D-15
TEST_F(SessionEndTest, DeliversTheQueueFirstAndTheCauseWithTheNextRequest) {
    batch({"<message/>"});
    session().on_stanza({.bytes = base::Slice::copy(pool_, "<stream:error/>"),
                         .kind = xmpp::Stanza::Kind::StreamError},
                        now_);
    upstream_ends(xmpp::UpstreamEnd::StreamError);
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<message/>)"));
    request({.rid = 1002});
    EXPECT_THAT(actions(), ElementsAre("1002 <- T(remote-stream-error: <stream:error/>)",
                                       "end remote-stream-error"));
}

// Rows: B-227
TEST_F(SessionEndTest, ForgetsTheCauseAfterInactivity) {
    upstream_ends(xmpp::UpstreamEnd::Lost);
    advance(59s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("end upstream-lost"));
}

// Rows: X-033, B-311
TEST_F(SessionEndTest, TellsALostServer) {
    request({.rid = 1001});
    upstream_ends(xmpp::UpstreamEnd::Lost);
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(remote-connection-failed)", "end upstream-lost"));
}

// Rows: X-032, D-13
TEST_F(SessionEndTest, EndsInOrderWhenTheServerClosesWithoutError) {
    request({.rid = 1001});
    upstream_ends(xmpp::UpstreamEnd::Closed);
    EXPECT_THAT(actions(), ElementsAre("1001 <- T()", "end server-closed"));
}

// Rows: B-230
TEST_F(SessionEndTest, TellsShutdownOnTheOldestRequest) {
    request({.rid = 1001});
    request({.rid = 1003, .terminate = true}); // parked
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), ElementsAre("close", "1001 <- T(system-shutdown)", "1003 <- E",
                                       "end system-shutdown"));
}

// Rows: B-230, B-227
TEST_F(SessionEndTest, TellsShutdownOnTheNextRequest) {
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), ElementsAre("close"));
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(system-shutdown)", "end system-shutdown"));
}

// Rows: X-023
TEST_F(SessionEndTest, RefusesCompressionWithoutAskingTheServer) {
    Decoded decoded{.has_attributes = true};
    decoded.body.rid = 1001;
    decoded.body.asks_compression = true;
    session().on_request({.index = 1, .generation = 1}, std::move(decoded), now_);
    EXPECT_THAT(actions(),
                ElementsAre("1000 <- P(<failure xmlns='http://jabber.org/protocol/compress'>"
                            "<setup-failed/></failure>)"));
}

// Rows: B-225
TEST_F(SessionEndTest, WantsNothingMoreAfterItsEnd) {
    request({.rid = 1001, .terminate = true});
    actions();
    EXPECT_TRUE(session().over());
    EXPECT_EQ(session().next_deadline(), base::kNever);
    stanza("<message/>");
    EXPECT_THAT(actions(), IsEmpty());
}

} // namespace
} // namespace bosh
