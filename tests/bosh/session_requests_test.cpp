#include "tests/bosh/session_harness.h"

namespace bosh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class SessionRequestsTest : public SessionHarness {
protected:
    SessionRequestsTest() { start(usual()); }
};

// Rows: B-131, B-132, D-17, D-30
TEST_F(SessionRequestsTest, AnswersTheHeldRequestWithAnEmptyBodyWhenWaitRunsOut) {
    request({.rid = 1001});
    advance(59s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("1001 <- E"));
}

// Rows: B-134, B-139
TEST_F(SessionRequestsTest, AnswersAtOnceWithAllStanzasOfOneRead) {
    request({.rid = 1001});
    batch({"<message id='1'/>", "<message id='2'/>"});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<message id='1'/><message id='2'/>)"));
}

// Rows: B-133, B-136, B-119, D-20
TEST_F(SessionRequestsTest, HoldsARequestWithPayloadAndReleasesTheOldestBeyondHold) {
    request({.rid = 1001});
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1002, .payload = "<message/>"});
    EXPECT_THAT(actions(), ElementsAre("send <message/>", "1001 <- E"));
    stanza("<iq/>", xmpp::Stanza::Kind::Iq);
    EXPECT_THAT(actions(), ElementsAre("1002 <- P(<iq/>)"));
}

// Rows: B-102, B-105, B-130, D-16
TEST_F(SessionRequestsTest, ParksARequestUntilTheLowerRidHasCome) {
    request({.rid = 1002, .payload = "<b/>"});
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1001, .payload = "<a/>"});
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "send <b/>", "1001 <- E"));
}

// Rows: B-103, B-110, B-308, B-309, D-42
TEST_F(SessionRequestsTest, EndsTheSessionForARidAboveTheWindow) {
    request({.rid = 1001});
    request({.rid = 1004});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(other-request)", "1004 <- T(item-not-found)",
                                       "close", "end rid-out-of-window"));
}

// Rows: B-103
TEST_F(SessionRequestsTest, TakesTheHighestRidOfTheWindow) {
    request({.rid = 1002});
    EXPECT_THAT(actions(), IsEmpty());
    EXPECT_FALSE(session().over());
}

// Rows: B-104, B-224
TEST_F(SessionRequestsTest, GrantsTerminateOneRidAboveTheWindowAndLetsItWaitForTheGap) {
    request({.rid = 1003, .terminate = true});
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1001});
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1002});
    EXPECT_THAT(actions(),
                ElementsAre("close", "1001 <- T()", "1002 <- E", "1003 <- E", "end terminated"));
}

// Rows: B-107, B-116, D-55
TEST_F(SessionRequestsTest, SendsACachedAnswerAgainAndTakesNoPayloadTwice) {
    request({.rid = 1001, .payload = "<a/>"});
    stanza("<message/>");
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "1001 <- P(<message/>)"));
    request({.rid = 1001, .payload = "<a/>"});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<message/>)"));
}

// Rows: B-109, B-112, B-110
TEST_F(SessionRequestsTest, KeepsAsManyAnswersAsTheWindowIsWide) {
    for (Rid rid = 1001; rid <= 1003; ++rid) {
        request({.rid = rid});
        stanza("<m" + std::to_string(rid) + "/>");
    }
    actions();
    request({.rid = 1002});
    EXPECT_THAT(actions(), ElementsAre("1002 <- P(<m1002/>)"));
    request({.rid = 1001});
    EXPECT_THAT(actions(),
                ElementsAre("1001 <- T(item-not-found)", "close", "end rid-out-of-window"));
}

// Rows: B-111, B-310
TEST_F(SessionRequestsTest, EndsTheSessionAfterTenRepeatsOfOneRid) {
    request({.rid = 1001});
    stanza("<message/>");
    for (int i = 0; i < 10; ++i) request({.rid = 1001});
    EXPECT_EQ(actions().size(), 11U);
    request({.rid = 1001});
    EXPECT_THAT(actions(),
                ElementsAre("1001 <- T(policy-violation)", "close", "end too-many-repeats"));
}

// Rows: B-111, B-208, B-310
TEST_F(SessionRequestsTest, EndsTheSessionAfterTenRepeatsOfAHeldRequest) {
    request({.rid = 1001});
    for (int i = 0; i < 10; ++i) request({.rid = 1001});
    EXPECT_EQ(actions().size(), 10U);
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(other-request)", "1001 <- T(policy-violation)",
                                       "close", "end too-many-repeats"));
}

// Rows: B-108, B-316, D-43
TEST_F(SessionRequestsTest, MovesAHeldRequestToItsNewerConnection) {
    request({.rid = 1001, .payload = "<a/>"});
    EXPECT_THAT(actions(), ElementsAre("send <a/>"));
    advance(50s);
    request({.rid = 1001, .payload = "<a/>"});
    EXPECT_THAT(actions(), ElementsAre("1001 <- R"));
    advance(59s);
    EXPECT_THAT(actions(), IsEmpty()) << "the wait clock has started anew";
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("1001 <- E"));
}

// Rows: B-108, B-105
TEST_F(SessionRequestsTest, MovesAParkedRequestToItsNewerConnection) {
    request({.rid = 1002, .payload = "<b/>"});
    request({.rid = 1002, .payload = "<b/>"});
    EXPECT_THAT(actions(), ElementsAre("1002 <- R"));
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("send <b/>", "1001 <- E"));
}

// Rows: B-106, B-113, B-315, D-03, D-29
TEST_F(SessionRequestsTest, AsksForARepeatWhenTheGapIsNotFilled) {
    request({.rid = 1002, .payload = "<b/>"});
    advance(29s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("1002 <- R"));
    request({.rid = 1001, .payload = "<a/>"});
    request({.rid = 1002, .payload = "<b/>"});
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "send <b/>", "1001 <- E"));
}

// Rows: B-140, B-141
TEST_F(SessionRequestsTest, QueuesStanzasWhileTheOnlyRequestHasLostItsConnection) {
    lose(request({.rid = 1001}));
    stanza("<message/>");
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<message/>)"));
}

// Rows: B-140
TEST_F(SessionRequestsTest, GoesOnWithTheNextRidWhenTheDetachedOneIsNotRepeated) {
    lose(request({.rid = 1001}));
    request({.rid = 1002});
    EXPECT_THAT(actions(), IsEmpty());
    stanza("<message/>");
    EXPECT_THAT(actions(), ElementsAre("1002 <- P(<message/>)"));
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- E"));
}

// Rows: B-138
TEST_F(SessionRequestsTest, SplitsALongQueueAtStanzaBorders) {
    settings_.max_response_bytes = 34; // two stanzas
    batch({"<message id='1'/>", "<message id='2'/>", "<message id='3'/>"});
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<message id='1'/><message id='2'/>)"));
    request({.rid = 1002});
    EXPECT_THAT(actions(), ElementsAre("1002 <- P(<message id='3'/>)"));
}

// Rows: B-138
TEST_F(SessionRequestsTest, SendsAStanzaAboveTheLimitAlone) {
    settings_.max_response_bytes = 10;
    batch({"<message id='1'/>", "<message id='2'/>"});
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<message id='1'/>)"));
}

// Rows: X-012
TEST_F(SessionRequestsTest, DoesNotMixFeaturesAndStanzas) {
    stanza("<message/>");
    stanza("<stream:features/>", xmpp::Stanza::Kind::Features);
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<message/>)"));
    request({.rid = 1002});
    EXPECT_THAT(actions(), ElementsAre("1002 <- P(<stream:features/>)"));
}

// Rows: B-144
TEST_F(SessionRequestsTest, StopsReadingUpstreamWhileTheOutboxIsFull) {
    settings_.outbox_high_bytes = 20;
    settings_.outbox_low_bytes = 10;
    batch({"<message id='1'/>", "<message id='2'/>"});
    EXPECT_THAT(actions(), ElementsAre("pause"));
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("resume", "1001 <- P(<message id='1'/><message id='2'/>)"));
}

// Rows: B-144
TEST_F(SessionRequestsTest, ReadsOnOnceTheOutboxIsLow) {
    settings_.outbox_high_bytes = 40;
    settings_.outbox_low_bytes = 20;
    settings_.max_response_bytes = 17; // one stanza
    batch({"<message id='1'/>", "<message id='2'/>", "<message id='3'/>"});
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("pause", "1001 <- P(<message id='1'/>)"));
    request({.rid = 1002});
    EXPECT_THAT(actions(), ElementsAre("resume", "1002 <- P(<message id='2'/>)"));
}

// Rows: B-144, B-313, X-040, X-042
TEST_F(SessionRequestsTest, EndsTheSessionWhenTheOutboxIsOverItsHardLimit) {
    settings_.outbox_high_bytes = 10;
    settings_.outbox_hard_bytes = 30;
    batch({"<message id='1'/>", "<message id='2'/>", "<message id='of the same read'/>"});
    EXPECT_THAT(actions(),
                ElementsAre("pause", "bounce <message id='1'/> <message id='2'/>", "close"));
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(internal-server-error)", "end outbox-full"));
}

// Rows: B-144, B-228, U-070, X-041
TEST_F(SessionRequestsTest, DeliversAFullOutboxThatStreamManagementCounts) {
    settings_.outbox_high_bytes = 10;
    settings_.outbox_hard_bytes = 30;
    enable_stream_management(1001);
    batch({"<message id='1'/>", "<message id='2'/>"});
    EXPECT_THAT(actions(), ElementsAre("pause", "drop"));
    request({.rid = 1002});
    EXPECT_THAT(actions(), ElementsAre("1002 <- P(<message id='1'/><message id='2'/>)"));
    request({.rid = 1003});
    EXPECT_THAT(actions(), ElementsAre("1003 <- T(internal-server-error)", "end outbox-full"));
}

// Rows: B-145
TEST_F(SessionRequestsTest, TakesNoFurtherPayloadsWhileUpstreamIsCongested) {
    session().on_upstream_congested(kFirstStream);
    request({.rid = 1001, .payload = "<a/>"});
    EXPECT_THAT(actions(), IsEmpty());
    session().on_upstream_drained(kFirstStream, now_);
    EXPECT_THAT(actions(), ElementsAre("send <a/>"));
}

// Rows: B-145, X-021
TEST_F(SessionRequestsTest, RestartsNoStreamThatIsCongested) {
    session().on_upstream_congested(kFirstStream);
    request({.rid = 1001, .restart = true});
    EXPECT_THAT(actions(), IsEmpty());
    session().on_upstream_drained(kFirstStream, now_);
    EXPECT_THAT(actions(), ElementsAre("restart"));
}

// Rows: B-145, B-227, B-228
TEST_F(SessionRequestsTest, TakesInWhatWaitedForAServerThatIsGone) {
    session().on_upstream_congested(kFirstStream);
    request({.rid = 1001, .payload = "<a/>"});
    stanza("<message/>");
    EXPECT_THAT(actions(), IsEmpty());
    upstream_ends(xmpp::UpstreamEnd::Lost);
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<message/>)"));
    request({.rid = 1002});
    EXPECT_THAT(actions(), ElementsAre("1002 <- T(remote-connection-failed)", "end upstream-lost"));
}

// Rows: X-014, X-015, X-016, X-017, X-021
TEST_F(SessionRequestsTest, RestartsTheStreamInRidOrderAndHoldsTheRequestForFeatures) {
    request({.rid = 1002, .payload = "<ignored/>", .restart = true});
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1001, .payload = "<a/>"});
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "restart", "1001 <- E"));
    stream_opened();
    features();
    EXPECT_THAT(actions(), ElementsAre("1002 <- P(<stream:features/>)"));
    EXPECT_THAT(last_xml(), Not(HasSubstr(" from="))) << "the client knows who the server is";
}

// Rows: B-101, B-306, B-307
TEST_F(SessionRequestsTest, EndsTheSessionForABadRequestInsideTheWindow) {
    request({.rid = 1001});
    request({.rid = 1002, .malformed = true});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(other-request)", "1002 <- T(bad-request)",
                                       "close", "end bad-request"));
}

// Rows: B-208, B-309
TEST_F(SessionRequestsTest, TellsTheEndInRidOrderWhoeverIsAtFault) {
    request({.rid = 1002});
    request({.rid = 1001, .malformed = true});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(bad-request)", "1002 <- T(other-request)",
                                       "close", "end bad-request"));
}

// Rows: B-306
TEST_F(SessionRequestsTest, LetsTheWindowRuleWinOverABadRequest) {
    request({.rid = 2000, .malformed = true});
    EXPECT_THAT(actions(),
                ElementsAre("2000 <- T(item-not-found)", "close", "end rid-out-of-window"));
}

// Rows: B-101
TEST_F(SessionRequestsTest, EndsTheSessionForARequestWithoutRid) {
    request({.rid = 0});
    EXPECT_THAT(actions(), ElementsAre("0 <- T(bad-request)", "close", "end bad-rid"));
}

// Rows: B-302, B-304
TEST(LegacySessionTest, GetsHttpCodes) {
    EXPECT_EQ(legacy_status(Condition::BadRequest), 400);
    EXPECT_EQ(legacy_status(Condition::PolicyViolation), 403);
    EXPECT_EQ(legacy_status(Condition::ItemNotFound), 404);
    EXPECT_EQ(legacy_status(Condition::HostUnknown), 200);
}

// Rows: B-302, B-304, B-309
TEST_F(SessionRequestsTest, AnswersALegacyClientWithHttpCodes) {
    Terms terms = usual();
    terms.legacy = true;
    start(terms);
    request({.rid = 1001});
    request({.rid = 1009});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(other-request)", "1009 <- 404", "close",
                                       "end rid-out-of-window"));
}

// Rows: B-118
TEST(RequestWindowTest, ReachesTheHighestRid) {
    RequestWindow window(kHighestRid - 1, 2, false, 0);
    window.park(kHighestRid - 1, {}, {}, {});
    EXPECT_NE(window.take_next(), nullptr);
    EXPECT_EQ(window.place_of(kHighestRid, false), RequestWindow::Place::Next);
}

// Rows: D-29
TEST_F(SessionRequestsTest, SkipsAGapWhereThatIsSet) {
    settings_.skip_gaps = true;
    Terms terms = usual();
    terms.hold = 2;
    terms.requests = 3;
    start(terms);
    request({.rid = 1003, .payload = "<a/>"});
    advance(29s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("send <a/>"));
    stanza("<b/>");
    EXPECT_THAT(actions(), ElementsAre("1003 <- P(<b/>)"));
    request({.rid = 1001, .payload = "<late/>"});
    request({.rid = 1002, .payload = "<late/>"});
    EXPECT_THAT(actions(), ElementsAre("1001 <- E", "1002 <- E")) << "they were taken for empty";
}

// A page that has come in the place of another goes on at once, and with two requests.
// Rows: D-29, B-103
TEST_F(SessionRequestsTest, SkipsAGapAtOnceWhenWhatIsMissingCannotBeOnItsWay) {
    settings_.skip_gaps = true;
    start(usual());
    request({.rid = 1002, .payload = "<a/>"});
    EXPECT_THAT(actions(), IsEmpty()) << "1001 may be on its way";
    request({.rid = 1003, .payload = "<b/>"});
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "send <b/>", "1002 <- E"));
}

// Rows: D-29, B-103
TEST_F(SessionRequestsTest, SkipsAGapAsWideAsTheWindow) {
    settings_.skip_gaps = true;
    start(usual());
    request({.rid = 1003, .payload = "<a/>"});
    EXPECT_THAT(actions(), IsEmpty()) << "1002 may be on its way";
    request({.rid = 1004, .payload = "<b/>"});
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "send <b/>", "1003 <- E"));
}

// Rows: D-29, B-103
TEST_F(SessionRequestsTest, SkipsNothingForARidFarAboveTheWindow) {
    settings_.skip_gaps = true;
    start(usual());
    request({.rid = 1004});
    EXPECT_THAT(actions(),
                ElementsAre("1004 <- T(item-not-found)", "close", "end rid-out-of-window"));
}

// Rows: D-29, B-104, B-224
TEST_F(SessionRequestsTest, SkipsNothingForATerminateThatMayComeBeforeItsTime) {
    settings_.skip_gaps = true;
    start(usual());
    request({.rid = 1002, .payload = "<a/>"});
    request({.rid = 1003, .terminate = true});
    EXPECT_THAT(actions(), IsEmpty());
}

// Rows: D-29, B-164, B-165
TEST_F(SessionRequestsTest, SkipsAGapWithoutTakingItForAnAcknowledgement) {
    settings_.skip_gaps = true;
    Terms terms = usual();
    terms.acks = true;
    start(terms);
    request({.rid = 1001, .ack = 1000});
    stanza("<a/>");
    request({.rid = 1003, .ack = 1000});
    advance(30s);
    actions();
    request({.rid = 1001, .ack = 1000});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<a/>)"));
}

// Rows: D-29, B-243
TEST_F(SessionRequestsTest, SkipsNoGapInAKeySequence) {
    settings_.skip_gaps = true;
    start(usual(), std::string(40, 'a'));
    request({.rid = 1002, .payload = "<a/>", .key = std::string(40, 'b')});
    advance(30s);
    EXPECT_THAT(actions(), ElementsAre("1002 <- R"));
}

} // namespace
} // namespace bosh
