// Acknowledgements, pause, overactivity and key sequences: XEP-0124 §9-§12, §15.
#include "bosh/key_sequence.h"
#include "tests/bosh/session_harness.h"
#include "tls/digest.h"

namespace bosh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// ---------------------------------------------------------------------------- acknowledgements

class SessionAcksTest : public SessionHarness {
protected:
    SessionAcksTest() { start_acknowledging(); }
    void start_acknowledging() {
        Terms terms = usual();
        terms.acks = true;
        start(terms);
    }
    // A request that is answered with one stanza.
    void exchange(Rid rid, std::optional<Rid> ack = {}, std::string_view text = "") {
        request({.rid = rid, .ack = ack});
        stanza("<m" + std::to_string(rid) + "/>" + std::string(text));
    }
};

// Rows: B-078, B-162, D-41
TEST_F(SessionAcksTest, SaysInTheCreationResponseThatItAcknowledges) {
    EXPECT_THAT(last_xml(), HasSubstr(" ack='1000'"));
}

// Rows: B-160, B-163
TEST_F(SessionAcksTest, AcknowledgesTheHighestRidOnlyWhereThatIsNews) {
    exchange(1001);
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<m1001/>)"));
    EXPECT_THAT(last_xml(), Not(HasSubstr(" ack=")));
    request({.rid = 1002});
    request({.rid = 1003, .payload = "<a/>"});
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "1002 <- E"));
    EXPECT_THAT(last_xml(), HasSubstr(" ack='1003'"));
}

// Rows: B-161, B-166, D-41
TEST_F(SessionAcksTest, NeverAcknowledgesToAClientThatDidNotAskForIt) {
    start(usual());
    EXPECT_THAT(last_xml(), Not(HasSubstr(" ack=")));
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<a/>"});
    actions();
    EXPECT_THAT(last_xml(), Not(HasSubstr(" ack=")));
}

// Rows: B-112, B-164
TEST_F(SessionAcksTest, KeepsEveryAnswerUntilItIsAcknowledged) {
    for (Rid rid = 1001; rid <= 1010; ++rid) exchange(rid, 1000);
    actions();
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<m1001/>)"));
    exchange(1011, 1005);
    actions();
    request({.rid = 1006});
    EXPECT_THAT(actions(), ElementsAre("1006 <- P(<m1006/>)"));
    request({.rid = 1005});
    EXPECT_THAT(actions(),
                ElementsAre("1005 <- T(item-not-found)", "close", "end rid-out-of-window"));
}

// Rows: B-165
TEST_F(SessionAcksTest, TakesAMissingAckForAllAnswers) {
    exchange(1001, 1000);
    exchange(1002);
    actions();
    request({.rid = 1001});
    EXPECT_THAT(actions(),
                ElementsAre("1001 <- T(item-not-found)", "close", "end rid-out-of-window"));
}

// Rows: B-115
TEST_F(SessionAcksTest, KeepsAtMostThirtyTwoAnswers) {
    for (Rid rid = 1001; rid <= 1040; ++rid) exchange(rid, 1000);
    actions();
    request({.rid = 1009});
    EXPECT_THAT(actions(), ElementsAre("1009 <- P(<m1009/>)"));
    request({.rid = 1008});
    EXPECT_THAT(actions(),
                ElementsAre("1008 <- T(item-not-found)", "close", "end rid-out-of-window"));
}

// Rows: B-115
TEST_F(SessionAcksTest, KeepsNoMoreAnswersThanItsBytesAllow) {
    settings_.replay_cache_bytes = 3500;
    start_acknowledging();
    const std::string text(1000, ' ');
    for (Rid rid = 1001; rid <= 1010; ++rid) exchange(rid, 1000, text);
    actions();
    request({.rid = 1008});
    EXPECT_THAT(actions(), ElementsAre("1008 <- P(<m1008/>" + text + ")"));
    request({.rid = 1007});
    EXPECT_TRUE(session().over());
}

// Rows: B-115, B-164
TEST_F(SessionAcksTest, HasRoomForOthersAfterAnAck) {
    settings_.replay_cache_bytes = 3500;
    start_acknowledging();
    const std::string text(1000, ' ');
    for (Rid rid = 1001; rid <= 1007; ++rid) exchange(rid, rid - 1, text);
    for (Rid rid = 1008; rid <= 1009; ++rid) exchange(rid, 1006, text);
    actions();
    request({.rid = 1007});
    EXPECT_THAT(actions(), ElementsAre("1007 <- P(<m1007/>" + text + ")"));
}

// Rows: B-167
TEST_F(SessionAcksTest, ReportsAnAnswerThatTheClientSeemsToMiss) {
    exchange(1001, 1000);
    advance(3s);
    request({.rid = 1002, .ack = 1000});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<m1001/>)", "1002 <- E"));
    EXPECT_THAT(last_xml(), HasSubstr(" report='1001' time='3000'"));
    request({.rid = 1003, .ack = 1002});
    EXPECT_THAT(actions(), IsEmpty()) << "it is reported once";
}

// Rows: B-167
TEST_F(SessionAcksTest, ReportsNothingThatWasSentJustNow) {
    exchange(1001, 1000);
    request({.rid = 1002, .ack = 1000});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<m1001/>)"));
}

// Rows: B-168
TEST_F(SessionAcksTest, ClampsTheTimeOfAReport) {
    exchange(1001, 1000);
    request({.rid = 1002, .ack = 1000}); // too early for a report; answered after 60 s
    advance(66s);
    request({.rid = 1003, .ack = 1000});
    actions();
    EXPECT_THAT(last_xml(), HasSubstr(" report='1001' time='65535'"));
}

// Rows: B-169
TEST_F(SessionAcksTest, IgnoresAnAckThatCannotBe) {
    exchange(1001, 1000);
    advance(5s);
    request({.rid = 1002, .ack = 1999});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<m1001/>)"));
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<m1001/>)")) << "it is still kept";
    stanza("<m/>");
    exchange(1003, 1002);
    advance(5s);
    actions();
    request({.rid = 1004, .ack = 1000}); // lower than one before
    EXPECT_THAT(actions(), IsEmpty());
}

// ---------------------------------------------------------------------------- pause

class SessionPauseTest : public SessionHarness {
protected:
    SessionPauseTest() { start(usual()); }
};

// Rows: B-183, B-184, B-188
TEST_F(SessionPauseTest, AnswersAllRequestsEmptyAndKeepsStanzas) {
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<a/>", .pause = 100});
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "1001 <- E", "1002 <- E"));
    stanza("<message/>");
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1003});
    EXPECT_THAT(actions(), ElementsAre("1003 <- P(<message/>)"));
}

// Rows: B-183, B-190
TEST_F(SessionPauseTest, LivesAsLongAsThePause) {
    request({.rid = 1001, .pause = 100});
    advance(99s);
    EXPECT_FALSE(session().over());
    advance(1s);
    EXPECT_TRUE(session().over());
}

// Rows: B-185, B-186
TEST_F(SessionPauseTest, GoesBackToTheNormalPeriodWithTheNextRequest) {
    request({.rid = 1001, .pause = 10});
    lose(request({.rid = 1002}));
    advance(59s);
    EXPECT_FALSE(session().over());
    advance(1s);
    EXPECT_TRUE(session().over());
}

// Rows: B-186
TEST_F(SessionPauseTest, TakesZeroForOne) {
    request({.rid = 1001, .pause = 0});
    EXPECT_FALSE(session().over());
    advance(1s);
    EXPECT_TRUE(session().over());
}

// Rows: B-113, B-114, D-04
TEST_F(SessionPauseTest, AnswersARepeatedPauseEmptyAndGoesOnPausing) {
    request({.rid = 1001, .pause = 100});
    actions();
    advance(90s);
    request({.rid = 1001, .pause = 100});
    EXPECT_THAT(actions(), ElementsAre("1001 <- E"));
    advance(99s);
    EXPECT_FALSE(session().over());
}

// Rows: B-187, D-05
TEST_F(SessionPauseTest, RefusesAPauseBeyondMaxpause) {
    request({.rid = 1001, .pause = 121});
    EXPECT_THAT(actions(),
                ElementsAre("1001 <- T(policy-violation)", "close", "end pause-too-long"));
}

// Rows: B-187, B-047
TEST_F(SessionPauseTest, RefusesAPauseThatWasNotOffered) {
    Terms terms = usual();
    terms.legacy = true;
    terms.maxpause = 0s;
    start(terms);
    request({.rid = 1001, .pause = 1});
    EXPECT_THAT(actions(), ElementsAre("1001 <- 403", "close", "end pause-too-long"));
}

// Rows: B-189, B-104
TEST_F(SessionPauseTest, GrantsAPauseOneRidAboveTheWindow) {
    request({.rid = 1003, .pause = 10});
    EXPECT_FALSE(session().over());
    request({.rid = 1005, .pause = 10});
    EXPECT_TRUE(session().over());
}

// ---------------------------------------------------------------------------- overactivity

class SessionOveractivityTest : public SessionHarness {
protected:
    SessionOveractivityTest() { start(usual()); }
};

// Rows: B-202, B-208, B-310, D-44
TEST_F(SessionOveractivityTest, RefusesAnEmptyRequestThatOnlyPushesOutAnother) {
    request({.rid = 1001});
    advance(3s);
    request({.rid = 1002});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(other-request)", "1002 <- T(policy-violation)",
                                       "close", "end overactive"));
}

// Rows: B-202, B-207
TEST_F(SessionOveractivityTest, AllowsItAfterThePollingIntervalLessJitter) {
    request({.rid = 1001});
    now_ += 4500ms;
    request({.rid = 1002});
    EXPECT_THAT(actions(), ElementsAre("1001 <- E"));
}

// Rows: B-205
TEST_F(SessionOveractivityTest, AllowsRequestsThatCarrySomethingAtAnyRate) {
    request({.rid = 1001});
    request({.rid = 1002, .payload = "<r xmlns='urn:xmpp:sm:3'/>"});
    request({.rid = 1003, .restart = true});
    request({.rid = 1004, .pause = 10});
    EXPECT_FALSE(session().over());
}

// Rows: B-209
TEST_F(SessionOveractivityTest, DoesNotCountRequestsWhoseConnectionIsLost) {
    lose(request({.rid = 1001}));
    request({.rid = 1002});
    EXPECT_FALSE(session().over());
}

// Rows: B-116
TEST_F(SessionOveractivityTest, DoesNotCountRepeats) {
    request({.rid = 1001});
    for (int i = 0; i < 5; ++i) request({.rid = 1001});
    EXPECT_FALSE(session().over());
}

// Rows: B-116, B-106
TEST_F(SessionOveractivityTest, DoesNotCountRepeatsOfWhatWasGivenUpAtAGap) {
    Terms terms = usual();
    terms.hold = 2;
    terms.requests = 3;
    start(terms);
    request({.rid = 1003}); // 1001 and 1002 are lost on their way
    advance(30s);
    EXPECT_THAT(actions(), ElementsAre("1003 <- R"));
    request({.rid = 1001});
    request({.rid = 1002});
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1003});
    EXPECT_THAT(actions(), ElementsAre("1001 <- E"));
}

// Rows: B-200
TEST(OveractivityTest, RefusesMoreUnansweredRequestsThanGranted) {
    base::TimePoint at{1h};
    Overactivity rule(2, 5s, false);
    EXPECT_TRUE(rule.admit({.unanswered = 2, .at = at}));
    EXPECT_TRUE(rule.admit({.ends_or_pauses = true, .unanswered = 3, .at = at}));
    EXPECT_FALSE(rule.admit({.unanswered = 3, .at = at}));
}

class PollingSessionTest : public SessionHarness {
protected:
    static Terms polling() {
        Terms terms = usual();
        terms.hold = 0;
        terms.requests = 1;
        terms.polling = true;
        return terms;
    }
};

// Rows: B-203
TEST_F(PollingSessionTest, RefusesTwoEmptyPollsInARowTooSoon) {
    create(polling());
    features();
    request({.rid = 1001}); // gets the features
    request({.rid = 1002}); // the answer before had a payload
    actions();
    request({.rid = 1003});
    EXPECT_THAT(actions(), ElementsAre("1003 <- T(policy-violation)", "close", "end overactive"));
}

// Rows: B-203, B-205
TEST_F(PollingSessionTest, AllowsAPollAfterOneThatBroughtSomething) {
    create(polling());
    features();
    request({.rid = 1001});
    stanza("<a/>");
    request({.rid = 1002});
    stanza("<b/>");
    request({.rid = 1003});
    advance(5s);
    request({.rid = 1004});
    EXPECT_FALSE(session().over());
}

// Rows: B-203, B-205
TEST_F(PollingSessionTest, AllowsAPollAfterARequestThatCarriedSomething) {
    create(polling());
    features();
    request({.rid = 1001}); // gets the features
    request({.rid = 1002, .payload = "<a/>"});
    request({.rid = 1003});
    EXPECT_FALSE(session().over());
}

// Rows: B-206, D-19
TEST_F(PollingSessionTest, MayPollAsItLikesUntilFeaturesAreDelivered) {
    create(polling());
    for (Rid rid = 1001; rid < 1020; ++rid) request({.rid = rid});
    EXPECT_FALSE(session().over());
}

// ---------------------------------------------------------------------------- keys

std::string hex(const tls::Sha1Digest& digest) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (uint8_t byte : digest) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

// K(1) = hex(SHA-1(seed)), K(n) = hex(SHA-1(K(n-1))), sent from the last one down (§15.2).
std::vector<std::string> key_chain(std::string seed, size_t length) {
    std::vector<std::string> keys;
    for (size_t i = 0; i < length; ++i) keys.push_back(seed = hex(tls::sha1(seed)));
    return {keys.rbegin(), keys.rend()};
}

class SessionKeysTest : public SessionHarness {
protected:
    SessionKeysTest() { start(usual(), keys_[0]); }
    std::vector<std::string> keys_ = key_chain("seed", 6);
};

// Rows: B-240, B-241
TEST_F(SessionKeysTest, TakesTheKeysOfTheSequenceInOrder) {
    for (size_t i = 1; i < 6; ++i) {
        std::string key = keys_[i];
        request({.rid = 1000 + i, .payload = "<a/>", .key = key});
        EXPECT_FALSE(session().over()) << i;
    }
}

// Rows: B-241, B-242, B-308
TEST_F(SessionKeysTest, EndsTheSessionForAWrongKeyAndForwardsNothing) {
    request({.rid = 1001, .payload = "<a/>", .key = keys_[2]});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(item-not-found)", "close", "end bad-key"));
}

// Rows: B-242, B-246
TEST_F(SessionKeysTest, EndsTheSessionForAMissingKey) {
    request({.rid = 1001, .payload = "<a/>"});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(item-not-found)", "close", "end bad-key"));
}

// Rows: B-243
TEST_F(SessionKeysTest, VerifiesAParkedRequestWhenItsTurnHasCome) {
    request({.rid = 1002, .payload = "<b/>", .key = keys_[2]});
    EXPECT_FALSE(session().over());
    request({.rid = 1001, .payload = "<a/>", .key = keys_[1]});
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "send <b/>", "1001 <- E"));
}

// Rows: B-244
TEST_F(SessionKeysTest, SwitchesToANewSequence) {
    auto next = key_chain("another", 3);
    request({.rid = 1001, .payload = "<a/>", .key = keys_[1], .newkey = next[0]});
    request({.rid = 1002, .payload = "<b/>", .key = next[1]});
    EXPECT_FALSE(session().over());
    request({.rid = 1003, .payload = "<c/>", .key = keys_[2]});
    EXPECT_TRUE(session().over());
}

// Rows: B-245, S-003
TEST_F(SessionKeysTest, RepeatsAnAnswerOnlyForTheSameKey) {
    request({.rid = 1001, .key = keys_[1]});
    stanza("<message/>");
    actions();
    request({.rid = 1001, .key = keys_[1]});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<message/>)"));
    request({.rid = 1001, .key = keys_[3]});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(item-not-found)", "close", "end bad-key"));
}

// Rows: B-245, S-003
TEST_F(SessionKeysTest, GivesAHeldRequestToAnotherConnectionOnlyForTheSameKey) {
    request({.rid = 1001, .key = keys_[1]});
    request({.rid = 1001, .key = keys_[1]});
    EXPECT_THAT(actions(), ElementsAre("1001 <- R"));
    request({.rid = 1001, .key = keys_[3]});
    EXPECT_THAT(actions(), ElementsAre("1001 <- T(other-request)", "1001 <- T(item-not-found)",
                                       "close", "end bad-key"));
}

// Rows: B-246
TEST_F(SessionKeysTest, IgnoresStrayKeysWhereNoneAreInUse) {
    start(usual());
    request({.rid = 1001, .payload = "<a/>", .key = "stray", .newkey = "stray"});
    EXPECT_FALSE(session().over());
}

// Rows: B-241, B-246
TEST(KeySequenceTest, ComparesWithoutCaseButHashesTheTextAsItCame) {
    // XEP-0124 §15.3 hashes the hexadecimal text, so the case of a key matters to the next one.
    std::string lower = hex(tls::sha1("seed"));
    KeySequence sequence(hex(tls::sha1(lower)));
    EXPECT_TRUE(sequence.admit(lower, ""));
    std::string upper = lower;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    KeySequence wanting_upper(hex(tls::sha1(upper)));
    EXPECT_TRUE(wanting_upper.admit(upper, ""));
    EXPECT_TRUE(KeySequence::same(upper, lower));
    EXPECT_FALSE(KeySequence::is_key("g" + lower.substr(1)));
    EXPECT_FALSE(KeySequence::is_key(lower + "0"));
}

} // namespace
} // namespace bosh
