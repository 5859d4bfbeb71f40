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

// Rows: B-181, X-040, X-042
TEST_F(SessionEndTest, BouncesWhatNobodyCameFor) {
    batch({"<message n='1'/>", "<message n='2'/>"});
    advance(60s);
    EXPECT_THAT(actions(),
                ElementsAre("bounce <message n='1'/> <message n='2'/>", "close", "end inactivity"));
}

// Rows: U-070, U-074, X-041
TEST_F(SessionEndTest, LeavesAResumableStreamToItsServer) {
    enable_stream_management(1001);
    stanza("<message/>");
    advance(60s);
    EXPECT_THAT(actions(), ElementsAre("drop", "end inactivity"));
}

// Rows: U-070
TEST_F(SessionEndTest, LeavesAResumableStreamToItsServerWhenARequestIsBad) {
    enable_stream_management(1001);
    request({.rid = 1002, .malformed = true});
    EXPECT_THAT(actions(), ElementsAre("1002 <- T(bad-request)", "drop", "end bad-request"));
}

// Rows: U-070, B-230
TEST_F(SessionEndTest, LeavesAResumableStreamToItsServerAtShutdown) {
    enable_stream_management(1001);
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), ElementsAre("drop"));
}

// Rows: -
TEST_F(SessionEndTest, AnAdministratorsEndIsToldAndKeepsNothing) {
    request({.rid = 1001});
    session().on_ended_by_admin(now_);
    EXPECT_THAT(actions(),
                ElementsAre("close", "1001 <- T(policy-violation)", "end ended-by-admin"));
}

// Rows: -
TEST_F(SessionEndTest, AnAdministratorsEndLeavesNoStreamToItsServer) {
    enable_stream_management(1001);
    session().on_ended_by_admin(now_);
    EXPECT_THAT(actions(), ElementsAre("close"));
    request({.rid = 1002});
    EXPECT_THAT(actions(), ElementsAre("1002 <- T(policy-violation)", "end ended-by-admin"));
}

// Rows: U-072
TEST_F(SessionEndTest, ClosesAResumableStreamWhenTheClientTerminates) {
    enable_stream_management(1001);
    request({.rid = 1002, .terminate = true});
    EXPECT_THAT(actions(), ElementsAre("close", "1002 <- T()", "end terminated"));
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

// Rows: B-227, B-228, X-031, D-15, D-45
TEST_F(SessionEndTest, DeliversTheQueueFirstAndTheCauseWithTheNextRequest) {
    batch({"<message/>"});
    session().on_stanza(kFirstStream,
                        {.bytes = base::Slice::copy(pool_, "<stream:error/>"),
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

// Rows: U-081
TEST_F(SessionEndTest, EndsWithPolicyViolationWhenTheClientSentTooMuchForItsServer) {
    request({.rid = 1001});
    upstream_ends(xmpp::UpstreamEnd::TooLarge);
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(policy-violation)", "end too-large-for-server"));
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

// Rows: B-102, B-130, B-227, B-228
TEST_F(SessionEndTest, GivesTheQueueInRidOrderWhileItIsEnding) {
    settings_.max_response_bytes = 10;
    batch({"<message n='1'/>", "<message n='2'/>", "<message n='3'/>", "<message n='4'/>"});
    upstream_ends(xmpp::UpstreamEnd::Lost);
    actions();
    request({.rid = 1002});
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1001});
    request({.rid = 1003});
    request({.rid = 1004});
    request({.rid = 1005});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<message n='1'/>)", "1002 <- P(<message n='2'/>)",
                                       "1003 <- P(<message n='3'/>)", "1004 <- P(<message n='4'/>)",
                                       "1005 <- T(remote-connection-failed)", "end upstream-lost"));
}

// Rows: B-140, B-227
TEST_F(SessionEndTest, TellsTheRepeatOfARequestThatHadLostItsConnection) {
    lose(request({.rid = 1001}));
    upstream_ends(xmpp::UpstreamEnd::Lost);
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(remote-connection-failed)", "end upstream-lost"));
}

// Rows: B-221, B-222
TEST_F(SessionEndTest, TakesATerminateWhileItIsEnding) {
    settings_.max_response_bytes = 10;
    batch({"<message n='1'/>", "<message n='2'/>"});
    upstream_ends(xmpp::UpstreamEnd::Lost);
    request({.rid = 1001, .terminate = true});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(remote-connection-failed: <message n='1'/>"
                                       "<message n='2'/>)",
                                       "end upstream-lost"));
}

// Rows: B-222
TEST_F(SessionEndTest, LeavesNothingBehindAtTheClientsTerminate) {
    Terms terms = usual();
    terms.polling = true;
    create(terms);
    stream_opened();
    session().on_stanza(
        kFirstStream, {.bytes = base::Slice::literal("<f/>"), .kind = xmpp::Stanza::Kind::Features},
        now_);
    batch({"<message/>"});
    request({.rid = 1001, .terminate = true});
    EXPECT_EQ(actions().at(2), "1001 <- T(: <f/><message/>)");
}

// Rows: B-132, B-140
TEST_F(SessionEndTest, AnswersOnlyConnectionsThatAreStillThere) {
    Terms terms = usual();
    terms.hold = 3;
    terms.requests = 4;
    start(terms);
    request({.rid = 1001, .payload = "<a/>"});
    RequestRef lost = request({.rid = 1002, .payload = "<a/>"});
    request({.rid = 1003, .payload = "<a/>"});
    lose(lost);
    actions();
    advance(60s);
    EXPECT_THAT(actions(), ElementsAre("1001 <- E", "1003 <- E"));
}

// Rows: B-220, B-221
TEST_F(SessionEndTest, TellsTheEndToAConnectionThatIsStillThere) {
    RequestRef lost = request({.rid = 1001});
    lose(lost);
    request({.rid = 1002, .terminate = true});
    EXPECT_THAT(actions(), ElementsAre("close", "1002 <- T()", "end terminated"));
}

// Rows: B-230
TEST_F(SessionEndTest, KeepsItsCauseThoughATerminateIsWaiting) {
    session().on_upstream_congested(kFirstStream);
    request({.rid = 1001, .payload = "<a/>"});
    request({.rid = 1002, .terminate = true});
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), ElementsAre("close", "1001 <- T(system-shutdown)", "1002 <- E",
                                       "end system-shutdown"));
}

// Rows: U-056
TEST_F(SessionEndTest, SetsNoFurtherDeadlineForALoginThatIsTooLate) {
    settings_.pre_authentication = 10s;
    advance(10s);
    EXPECT_THAT(actions(), ElementsAre("close"));
    EXPECT_GT(session().next_deadline(), now_);
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(policy-violation)", "end not-authenticated"));
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
