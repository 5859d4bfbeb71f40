// What is beyond `hold` waits some milliseconds for the server's answer to what the client sent.
#include "tests/bosh/session_harness.h"

namespace bosh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SessionReleaseTest : public SessionHarness {
protected:
    SessionReleaseTest() {
        settings_.release_delay = 10ms;
        start(usual());
    }
};

// Rows: B-133, B-134
TEST_F(SessionReleaseTest, AnswersTheOlderRequestWithWhatTheServerSaysAndHoldsTheNewer) {
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<iq type='get'/>"});
    EXPECT_THAT(actions(), ElementsAre("send <iq type='get'/>"));
    advance(9ms);
    stanza("<iq type='result'/>", xmpp::Stanza::Kind::Iq);
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<iq type='result'/>)"));
    advance(59s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("1002 <- E"));
}

// Rows: B-133
TEST_F(SessionReleaseTest, ReleasesTheOlderRequestWhenTheDelayIsOver) {
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<message/>"});
    EXPECT_EQ(session().next_deadline(), now_ + 10ms);
    advance(9ms);
    EXPECT_THAT(actions(), ElementsAre("send <message/>"));
    EXPECT_TRUE(session().awaits_answer());
    advance(1ms);
    EXPECT_THAT(actions(), ElementsAre("1001 <- E"));
    EXPECT_FALSE(session().awaits_answer());
    stanza("<iq/>", xmpp::Stanza::Kind::Iq);
    EXPECT_THAT(actions(), ElementsAre("1002 <- P(<iq/>)"));
}

// Rows: B-133
TEST_F(SessionReleaseTest, ReleasesAtOnceWhereNothingWasSentThatCouldBeAnswered) {
    Terms terms = usual();
    terms.hold = 2;
    terms.requests = 4; // so that an empty request is not one too many
    start(terms);
    request({.rid = 1001});
    request({.rid = 1002});
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1003});
    EXPECT_THAT(actions(), ElementsAre("1001 <- E"));
}

// Rows: B-133, X-016
TEST_F(SessionReleaseTest, AwaitsTheFeaturesOfARestart) {
    request({.rid = 1001});
    request({.rid = 1002, .restart = true});
    EXPECT_THAT(actions(), ElementsAre("restart"));
    features();
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<stream:features/>)"));
}

// Rows: B-133
TEST_F(SessionReleaseTest, ReleasesAtOnceWithoutADelay) {
    settings_.release_delay = 0ms;
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<message/>"});
    EXPECT_THAT(actions(), ElementsAre("send <message/>", "1001 <- E"));
}

// Rows: B-133
TEST_F(SessionReleaseTest, KeepsNoMoreThanOneBeyondHold) {
    request({.rid = 1001});
    request({.rid = 1003, .payload = "<c/>"});
    request({.rid = 1002, .payload = "<b/>"}); // two are taken in at once
    EXPECT_THAT(actions(), ElementsAre("send <b/>", "send <c/>", "1001 <- E"));
    advance(10ms);
    EXPECT_THAT(actions(), ElementsAre("1002 <- E"));
}

// Rows: B-133
TEST_F(SessionReleaseTest, ReleasesWhenTheClientSendsOn) {
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<a/>"});
    EXPECT_THAT(actions(), ElementsAre("send <a/>"));
    advance(6ms);
    request({.rid = 1003, .payload = "<b/>"});
    EXPECT_THAT(actions(), ElementsAre("1001 <- E", "send <b/>"));
    advance(9ms);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1ms);
    EXPECT_THAT(actions(), ElementsAre("1002 <- E"));
}

// Rows: B-200, B-202
TEST_F(SessionReleaseTest, JudgesAClientAsIfNothingHadBeenKeptBack) {
    request({.rid = 1001});
    for (Rid rid = 1002; rid < 1020; ++rid) request({.rid = rid, .payload = "<a/>"});
    EXPECT_FALSE(session().over()) << "too much only because a request was kept back";
    actions();
    request({.rid = 1020});
    EXPECT_THAT(actions(), ElementsAre("1018 <- E", "1019 <- T(other-request)",
                                       "1020 <- T(policy-violation)", "close", "end overactive"));
}

// Rows: B-107, B-108
TEST_F(SessionReleaseTest, ReleasesWhenTheOlderRequestIsRepeated) {
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<a/>"});
    actions();
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- E", "1001 <- E"));
    stanza("<iq/>", xmpp::Stanza::Kind::Iq);
    EXPECT_THAT(actions(), ElementsAre("1002 <- P(<iq/>)"));
}

// Rows: B-140
TEST_F(SessionReleaseTest, AnswersTheNewerRequestWhenTheOlderOneLosesItsConnection) {
    RequestRef older = request({.rid = 1001});
    request({.rid = 1002, .payload = "<a/>"});
    actions();
    lose(older);
    EXPECT_FALSE(session().awaits_answer());
    stanza("<iq/>", xmpp::Stanza::Kind::Iq);
    EXPECT_THAT(actions(), ElementsAre("1002 <- P(<iq/>)"));
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- E"));
}

// Rows: B-140
TEST_F(SessionReleaseTest, ReleasesTheOlderRequestThoughTheNewerOneHasLostItsConnection) {
    request({.rid = 1001});
    RequestRef newer = request({.rid = 1002, .payload = "<a/>"});
    lose(newer);
    advance(10ms);
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "1001 <- E"));
    EXPECT_FALSE(session().awaits_answer());
    EXPECT_GT(session().next_deadline(), now_ + 1s);
}

// Rows: B-183, B-184
TEST_F(SessionReleaseTest, PausesAtOnce) {
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<a/>"});
    actions();
    request({.rid = 1003, .payload = "<presence type='unavailable'/>", .pause = 60});
    EXPECT_THAT(actions(), ElementsAre("1001 <- E", "send <presence type='unavailable'/>",
                                       "1002 <- E", "1003 <- E"));
    EXPECT_EQ(session().next_deadline(), now_ + 60s);
}

// Rows: B-221, B-223
TEST_F(SessionReleaseTest, TerminatesAtOnce) {
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<presence type='unavailable'/>", .terminate = true});
    EXPECT_THAT(actions(), ElementsAre("send <presence type='unavailable'/>", "close",
                                       "1001 <- T()", "1002 <- E", "end terminated"));
    EXPECT_EQ(session().next_deadline(), base::kNever);
}

// Rows: B-227, B-230
TEST_F(SessionReleaseTest, TellsTheEndAtOnce) {
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<a/>"});
    actions();
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), ElementsAre("close", "1001 <- T(system-shutdown)", "1002 <- E",
                                       "end system-shutdown"));
}

// Rows: B-137
TEST_F(SessionReleaseTest, AnswersAPollingClientAtOnce) {
    Terms terms = usual();
    terms.polling = true;
    terms.hold = 0;
    terms.requests = 1;
    create(terms);
    stream_opened();
    features();
    request({.rid = 1001});
    actions();
    RequestRef poll = request({.rid = 1002, .payload = "<a/>"});
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "1002 <- E"));
    lose(poll); // answered before
    EXPECT_GT(session().next_deadline(), now_ + 1s);
}

// Rows: B-133
TEST_F(SessionReleaseTest, KeepsOneMoreThanAHoldOfTwo) {
    Terms terms = usual();
    terms.hold = 2;
    terms.requests = 3;
    start(terms);
    request({.rid = 1001});
    request({.rid = 1002});
    request({.rid = 1003, .payload = "<a/>"});
    EXPECT_THAT(actions(), ElementsAre("send <a/>"));
    stanza("<iq/>", xmpp::Stanza::Kind::Iq);
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<iq/>)"));
    request({.rid = 1004, .payload = "<b/>"});
    advance(10ms);
    EXPECT_THAT(actions(), ElementsAre("send <b/>", "1002 <- E"));
}

// Rows: B-160, B-163
TEST_F(SessionReleaseTest, AcknowledgesWhatHasComeMeanwhile) {
    Terms terms = usual();
    terms.acks = true;
    start(terms);
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<a/>", .ack = 1000});
    stanza("<iq/>", xmpp::Stanza::Kind::Iq);
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "1001 <- P(<iq/>)"));
    EXPECT_THAT(last_xml(), HasSubstr(" ack='1002'"));
}

// Rows: B-167
TEST_F(SessionReleaseTest, ReportsAtOnceWhatTheClientMisses) {
    Terms terms = usual();
    terms.acks = true;
    start(terms);
    request({.rid = 1001});
    stanza("<message/>");
    request({.rid = 1002, .ack = 1000});
    actions();
    advance(2s);
    request({.rid = 1003, .payload = "<a/>", .ack = 1000});
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "1002 <- E"));
    EXPECT_THAT(last_xml(), HasSubstr(" report='1001'"));
}

// Rows: B-145
TEST_F(SessionReleaseTest, CountsFromWhenTheServerTakesThePayloads) {
    request({.rid = 1001});
    session().on_upstream_congested(kFirstStream);
    request({.rid = 1002, .payload = "<a/>"});
    advance(5s);
    EXPECT_THAT(actions(), IsEmpty());
    session().on_upstream_drained(kFirstStream, now_);
    EXPECT_THAT(actions(), ElementsAre("send <a/>"));
    advance(9ms);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1ms);
    EXPECT_THAT(actions(), ElementsAre("1001 <- E"));
}

} // namespace
} // namespace bosh
