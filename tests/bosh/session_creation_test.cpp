#include "tests/bosh/session_harness.h"

namespace bosh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using SessionCreationTest = SessionHarness;

// Rows: B-082, X-006, D-20
TEST_F(SessionCreationTest, HoldsTheCreationResponseUntilFeaturesAreThere) {
    create(usual());
    stream_opened();
    EXPECT_THAT(actions(), IsEmpty());
    features();
    EXPECT_THAT(actions(), ElementsAre("1000 <- P(<stream:features/>)"));
    EXPECT_THAT(last_xml(), HasSubstr(" xmlns:xmpp='urn:xmpp:xbosh'"));
    EXPECT_THAT(last_xml(), HasSubstr(" xmlns:stream='http://etherx.jabber.org/streams'"));
    EXPECT_THAT(last_xml(), HasSubstr(" xmpp:version='1.0'"));
}

// Rows: B-070, B-071, B-072, B-073, B-074, B-075, B-076, B-077, B-079, X-005, X-013
TEST_F(SessionCreationTest, TellsWhatWasNegotiated) {
    start(usual());
    EXPECT_EQ(last_xml(), "<body xmlns='http://jabber.org/protocol/httpbind'"
                          " xmlns:xmpp='urn:xmpp:xbosh'"
                          " xmlns:stream='http://etherx.jabber.org/streams'"
                          " sid='sid-of-this-test' wait='60' requests='2' inactivity='60'"
                          " polling='5' ver='1.11' hold='1' maxpause='120' xmpp:restartlogic='true'"
                          " from='example.org' authid='stream-id' xmpp:version='1.0'>"
                          "<stream:features/></body>");
}

// Rows: B-081, B-131, D-40
TEST_F(SessionCreationTest, NamesTheSessionAttributesOnlyOnce) {
    start(usual());
    request({.rid = 1001});
    stanza("<message/>");
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<message/>)"));
    EXPECT_EQ(last_xml(), "<body xmlns='http://jabber.org/protocol/httpbind'><message/></body>");
}

// Rows: B-047
TEST_F(SessionCreationTest, SparesALegacyClientTheNewerAttributes) {
    Terms terms = usual();
    terms.legacy = true;
    start(terms);
    EXPECT_THAT(last_xml(), Not(HasSubstr(" ver=")));
    EXPECT_THAT(last_xml(), Not(HasSubstr(" hold=")));
}

// Rows: B-082, X-007, B-206, B-077
TEST_F(SessionCreationTest, AnswersWithoutFeaturesAfterTenSecondsAndSendsThemWithTheNextAnswer) {
    create(usual());
    advance(9s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("1000 <- E"));
    EXPECT_THAT(last_xml(), HasSubstr(" sid='sid-of-this-test'"));
    EXPECT_THAT(last_xml(), Not(HasSubstr("xmpp:version")));
    request({.rid = 1001});
    stream_opened();
    features();
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<stream:features/>)"));
    EXPECT_THAT(last_xml(), HasSubstr(" from='example.org'"));
    EXPECT_THAT(last_xml(), HasSubstr(" xmpp:version='1.0'"));
    EXPECT_THAT(last_xml(), Not(HasSubstr(" sid=")));
}

// Rows: B-048, B-082
TEST_F(SessionCreationTest, HoldsTheCreationResponseNoLongerThanWait) {
    Terms terms = usual();
    terms.wait = 5s;
    create(terms);
    advance(4s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("1000 <- E"));
}

// Rows: B-083, B-137
TEST_F(SessionCreationTest, AnswersAPollingSessionAtOnce) {
    Terms terms = usual();
    terms.hold = 0;
    terms.requests = 1;
    terms.polling = true;
    create(terms);
    EXPECT_THAT(actions(), ElementsAre("1000 <- E"));
    stream_opened();
    features();
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- P(<stream:features/>)"));
    request({.rid = 1002});
    EXPECT_THAT(actions(), ElementsAre("1002 <- E"));
}

// Rows: B-057
TEST_F(SessionCreationTest, KeepsPayloadsOfTheCreationRequestUntilFeaturesHaveCome) {
    create(usual(), "<auth/>");
    stream_opened();
    EXPECT_THAT(actions(), IsEmpty());
    features();
    EXPECT_THAT(actions(), ElementsAre("send <auth/>", "1000 <- P(<stream:features/>)"));
}

// Rows: B-084, B-311
TEST_F(SessionCreationTest, SaysOnTheCreationRequestThatTheServerCannotBeReached) {
    create(usual());
    upstream_ends(xmpp::UpstreamEnd::ConnectFailed);
    EXPECT_THAT(actions(),
                ElementsAre("1000 <- T(remote-connection-failed)", "end connect-failed"));
    EXPECT_THAT(last_xml(), Not(HasSubstr("sid=")));
    EXPECT_TRUE(session().over());
}

// Rows: B-084, X-030, X-004
TEST_F(SessionCreationTest, SaysOnTheCreationRequestWhatStreamErrorTheServerGave) {
    create(usual());
    stream_opened();
    stanza("<stream:error/>", xmpp::Stanza::Kind::StreamError);
    upstream_ends(xmpp::UpstreamEnd::StreamError);
    EXPECT_THAT(actions(), ElementsAre("1000 <- T(remote-stream-error: <stream:error/>)",
                                       "end remote-stream-error"));
    EXPECT_THAT(last_xml(), HasSubstr(" xmlns:stream='http://etherx.jabber.org/streams'"));
}

// Rows: B-062
TEST_F(SessionCreationTest, EndsAnAbandonedCreation) {
    create(usual());
    lose({.index = 1, .generation = 1});
    EXPECT_THAT(actions(), ElementsAre("close", "end creation-abandoned"));
    EXPECT_EQ(session().next_deadline(), base::kNever);
}

// Rows: U-010, X-013
TEST_F(SessionCreationTest, DoesNotWaitForFeaturesOfAServerWithoutVersion) {
    create(usual());
    stream_opened("");
    EXPECT_THAT(actions(), ElementsAre("1000 <- E"));
    EXPECT_THAT(last_xml(), HasSubstr(" authid='stream-id'"));
    EXPECT_THAT(last_xml(), Not(HasSubstr("xmpp:version")));
}

// Rows: U-056
TEST_F(SessionCreationTest, EndsASessionThatNeverLogsIn) {
    start(usual());
    for (Rid rid = 1001; now_ < base::TimePoint(std::chrono::hours(1)) + 239s; ++rid) {
        request({.rid = rid});
        advance(30s);
        actions();
        if (session().over()) break;
    }
    EXPECT_TRUE(session().over());
}

// Rows: B-085, B-107
TEST_F(SessionCreationTest, RepeatsTheCreationResponseToARepeatOfItsRid) {
    start(usual());
    std::string first = last_xml();
    request({.rid = 1000});
    EXPECT_THAT(actions(), ElementsAre("1000 <- P(<stream:features/>)"));
    EXPECT_EQ(last_xml(), first);
}

} // namespace
} // namespace bosh
