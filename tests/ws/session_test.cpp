// How a session opens, relays, restarts and keeps both sides in step.
#include "tests/ws/session_harness.h"

namespace ws {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using xmpp::StreamCondition;
using xmpp::UpstreamEnd;
using SessionTest = SessionHarness;

// Rows: W-041, W-042, W-043
TEST_F(SessionTest, TranslatesOpenBothWays) {
    begin();
    hear_open({.to = "EXAMPLE.org", .from = "alice@example.org/x", .lang = "ko", .version = "1.0"});
    EXPECT_THAT(actions(), ElementsAre("connect example.org from alice@example.org in ko"));
    server_opens();
    features();
    EXPECT_THAT(actions(), ElementsAre("open example.org 1.0", "<features/>"));
}

// Rows: W-043
TEST_F(SessionTest, TakesOpenWithoutAVersion) {
    begin();
    hear_open({.to = "example.org"});
    EXPECT_THAT(actions(), ElementsAre("connect example.org"));
}

// Rows: W-045
TEST_F(SessionTest, AnswersAnythingElseAsFirstMessageWithBadFormat) {
    for (auto kind : {ClientMessage::Kind::Close, ClientMessage::Kind::StreamError,
                      ClientMessage::Kind::Compression}) {
        begin();
        hear({.kind = kind});
        EXPECT_THAT(actions(),
                    ElementsAre("open example.org 1.0", "error bad-format", "close", "Close 1000"));
    }
    begin();
    hear_element("<presence/>");
    EXPECT_THAT(actions(),
                ElementsAre("open example.org 1.0", "error bad-format", "close", "Close 1000"));
}

// Rows: W-044, W-045, W-051
TEST_F(SessionTest, NamesWhatIsWrongWithTheFirstMessage) {
    for (auto [condition, word] :
         {std::pair(StreamCondition::NotWellFormed, "error not-well-formed"),
          std::pair(StreamCondition::RestrictedXml, "error restricted-xml"),
          std::pair(StreamCondition::InvalidNamespace, "error invalid-namespace")}) {
        begin();
        hear_fault(condition);
        EXPECT_THAT(actions(), ElementsAre("open example.org 1.0", word, "close", "Close 1000"));
    }
}

// Rows: W-046
TEST_F(SessionTest, RefusesDomainsThatAreNotServed) {
    for (auto [to, word] :
         {std::pair("", "improper-addressing"), std::pair("a@b", "improper-addressing"),
          std::pair("other.example", "host-unknown"), std::pair("old.example", "host-gone")}) {
        begin();
        hear_open({.to = to, .version = "1.0"});
        EXPECT_THAT(actions(), ElementsAre("open example.org 1.0", std::string("error ") + word,
                                           "close", "Close 1000"));
    }
}

// Rows: W-045, W-046
TEST_F(SessionTest, RefusesOtherMajorVersionsInTheNameOfTheDomain) {
    settings_.fallback_domain = "fallback.example";
    for (std::string version : {"2.0", "0.9", "x", "1"}) {
        begin();
        hear_open({.to = "example.org", .version = version});
        EXPECT_THAT(actions(), ElementsAre("open example.org 1.0", "error unsupported-version",
                                           "close", "Close 1000"));
    }
    begin();
    hear_open({.to = "other.example", .version = "2.0"});
    EXPECT_THAT(actions(), ElementsAre("open fallback.example 1.0", "error unsupported-version",
                                       "close", "Close 1000"));
    begin();
    hear_open({.to = "example.org", .version = "1.7"});
    EXPECT_THAT(actions(), ElementsAre("connect example.org"));
}

// Rows: W-066, S-045
TEST_F(SessionTest, SendsWhoComesWithoutEncryptionElsewhere) {
    settings_.see_other_uri = "wss://chat.example.org/ws";
    begin(false);
    hear_open();
    EXPECT_THAT(actions(), ElementsAre("open example.org 1.0", "close to wss://chat.example.org/ws",
                                       "Close 1000"));
    begin(true);
    hear_open();
    EXPECT_THAT(actions(), ElementsAre("connect example.org"));
}

// Rows: W-040, W-048, W-059
TEST_F(SessionTest, RelaysElementsOneForOne) {
    log_in();
    hear_element("<message/>");
    hear_element("<r xmlns='urn:xmpp:sm:3'/>");
    EXPECT_THAT(actions(), ElementsAre("up <message/>", "up <r xmlns='urn:xmpp:sm:3'/>"));
    stanza("<a/>");
    stanza("<b/>");
    EXPECT_THAT(actions(), ElementsAre("<a/>", "<b/>"));
}

// Rows: W-058
TEST_F(SessionTest, PassesOverWhiteSpace) {
    begin();
    hear({});
    EXPECT_THAT(actions(), IsEmpty());
    open();
    hear({});
    EXPECT_THAT(actions(), IsEmpty());
}

// Rows: W-051
TEST_F(SessionTest, EndsBothStreamsWhenTheClientSendsNoXmpp) {
    open();
    hear_fault(StreamCondition::RestrictedXml);
    EXPECT_THAT(actions(), ElementsAre("error restricted-xml", "close", "close up", "Close 1000"));
    hear_element("<presence/>");
    stanza("<late/>");
    EXPECT_THAT(actions(), IsEmpty());
}

// Rows: W-055
TEST_F(SessionTest, AnswersCompressItself) {
    open();
    hear({.kind = ClientMessage::Kind::Compression});
    EXPECT_THAT(actions(),
                ElementsAre("<failure xmlns='http://jabber.org/protocol/compress'><setup-failed/>"
                            "</failure>"));
}

// Rows: W-052, W-053, W-054
TEST_F(SessionTest, RestartsOnTheSameConnectionWithTheSameDomain) {
    log_in();
    hear_open({.to = "other.example", .from = "alice@example.org", .lang = "de"});
    EXPECT_THAT(actions(), ElementsAre("restart example.org from alice@example.org in de"));
    server_opens();
    features();
    EXPECT_THAT(actions(), ElementsAre("open example.org 1.0", "<features/>"));
    hear_open();
    EXPECT_THAT(actions(), ElementsAre("restart example.org from alice@example.org in de"));
}

// Rows: W-054
TEST_F(SessionTest, HoldsBackWhatComesBeforeTheFeatures) {
    begin();
    hear_open();
    hear_element("<early/>");
    EXPECT_THAT(actions(), ElementsAre("connect example.org", "pause"));
    server_opens();
    EXPECT_THAT(actions(), ElementsAre("open example.org 1.0"));
    features();
    EXPECT_THAT(actions(), ElementsAre("<features/>", "resume", "up <early/>"));
}

// Rows: W-052, W-054
TEST_F(SessionTest, HoldsBackASecondOpenUntilTheFirstIsAnswered) {
    begin();
    hear_open();
    hear_open();
    EXPECT_THAT(actions(), ElementsAre("connect example.org", "pause"));
    server_opens();
    features();
    EXPECT_THAT(actions(), ElementsAre("open example.org 1.0", "<features/>", "resume",
                                       "restart example.org"));
}

// Rows: U-010
TEST_F(SessionTest, WaitsForNoFeaturesOfAServerOfOld) {
    begin();
    hear_open();
    hear_element("<early/>");
    server_opens("");
    EXPECT_THAT(actions(), ElementsAre("connect example.org", "pause", "open example.org ",
                                       "resume", "up <early/>"));
}

// Rows: W-034
TEST_F(SessionTest, ReadsNoFurtherFromAServerWhoseClientDoesNotRead) {
    settings_.outbox_high_bytes = 5;
    log_in();
    session().on_client_blocked();
    stanza("<a/>");
    EXPECT_THAT(actions(), IsEmpty());
    stanza("<b/>");
    EXPECT_THAT(actions(), ElementsAre("pause up"));
    stanza("<c/>");
    EXPECT_THAT(actions(), IsEmpty());
    session().on_client_drained();
    EXPECT_THAT(actions(), ElementsAre("<a/>", "<b/>", "<c/>", "resume up"));
    stanza("<d/>");
    EXPECT_THAT(actions(), ElementsAre("<d/>"));
}

// Rows: W-034
TEST_F(SessionTest, ReadsNoFurtherFromAClientWhoseServerDoesNotRead) {
    log_in();
    hear_element("<a/>");
    session().on_upstream_congested();
    EXPECT_THAT(actions(), ElementsAre("up <a/>", "pause"));
    session().on_upstream_congested();
    EXPECT_THAT(actions(), IsEmpty());
    session().on_upstream_drained(now_);
    EXPECT_THAT(actions(), ElementsAre("resume"));
}

// Rows: W-034, W-067
TEST_F(SessionTest, EndsWhenTooMuchWaits) {
    settings_.outbox_hard_bytes = 100;
    log_in();
    session().on_client_blocked();
    stanza(std::string(60, 'a'));
    EXPECT_THAT(actions(), IsEmpty());
    stanza(std::string(60, 'b'));
    EXPECT_THAT(actions(), ElementsAre("bounce 2", "close up")) << "Close has to wait its turn";
    session().on_client_drained();
    EXPECT_THAT(actions(), ElementsAre("Close 1008"));
}

// Rows: W-028
TEST_F(SessionTest, AnswersPings) {
    open();
    session().on_ping(base::Slice::literal("one"));
    session().on_ping({});
    EXPECT_THAT(actions(), ElementsAre("pong one", "pong "));
}

// Rows: W-028, W-034
TEST_F(SessionTest, AnswersTheLastOfManyPingsOfAClientThatDoesNotRead) {
    open();
    session().on_client_blocked();
    session().on_ping(base::Slice::literal("one"));
    session().on_ping(base::Slice::literal("two"));
    EXPECT_THAT(actions(), IsEmpty());
    session().on_client_drained();
    EXPECT_THAT(actions(), ElementsAre("pong two"));
}

// Rows: W-035
TEST_F(SessionTest, PingsAClientThatIsQuiet) {
    log_in();
    advance(29s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("ping"));
    advance(19s);
    session().on_heard(now_);
    advance(29s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("ping"));
}

// Rows: W-035, W-064
TEST_F(SessionTest, GivesUpAClientThatDoesNotAnswerAPing) {
    log_in();
    advance(49s);
    EXPECT_THAT(actions(), ElementsAre("ping"));
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("close up", "abort"));
    session().on_client_gone(now_);
    EXPECT_THAT(actions(), ElementsAre("end ping-timeout"));
}

// Rows: W-035
TEST_F(SessionTest, DoesNotSuspectAClientThatItDoesNotReadFrom) {
    log_in();
    advance(30s);
    session().on_upstream_congested();
    EXPECT_THAT(actions(), ElementsAre("ping", "pause"));
    advance(100s);
    EXPECT_THAT(actions(), IsEmpty());
    session().on_upstream_drained(now_);
    advance(19s);
    EXPECT_THAT(actions(), ElementsAre("resume"));
}

// Rows: W-035, S-042
TEST_F(SessionTest, NorOneWhoseBytesWait) {
    log_in();
    advance(30s);
    EXPECT_THAT(actions(), ElementsAre("ping"));
    session().on_held_back(true, now_);
    advance(100s);
    EXPECT_THAT(actions(), IsEmpty());
    session().on_held_back(false, now_);
    advance(29s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("ping"));
}

// Rows: U-056
TEST_F(SessionTest, EndsAStreamThatNeverLogsIn) {
    open();
    for (int i = 0; i < 12; ++i) {
        session().on_heard(now_);
        advance(20s);
    }
    EXPECT_THAT(actions(),
                ElementsAre("error policy-violation", "close", "close up", "Close 1000"));
}

// Rows: S-040
TEST_F(SessionTest, WaitsTenSecondsForOpen) {
    begin();
    advance(9s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("open example.org 1.0", "error connection-timeout", "close",
                                       "Close 1000"));
    advance(5s);
    EXPECT_THAT(actions(), ElementsAre("abort"));
    session().on_client_gone(now_);
    EXPECT_THAT(actions(), ElementsAre("end no-open"));
}

} // namespace
} // namespace ws
