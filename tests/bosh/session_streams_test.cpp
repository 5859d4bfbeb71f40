// Several streams in one session: XEP-0124 §16.
#include "tests/bosh/session_harness.h"

namespace bosh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;

constexpr StreamId kSecondStream = 1;

std::string attribute(const std::string& xml, std::string_view name) {
    std::string before = " " + std::string(name) + "='";
    size_t begin = xml.find(before);
    if (begin == std::string::npos) return "";
    begin += before.size();
    return xml.substr(begin, xml.find('\'', begin) - begin);
}

class SessionStreamsTest : public SessionHarness {
protected:
    SessionStreamsTest() {
        settings_.max_streams = 2;
        start_offering();
    }
    void start_offering() {
        Terms terms = usual();
        terms.multiple_streams = true;
        terms.hold = 2;
        terms.requests = 3;
        start(terms);
        first_ = in_answer("stream");
    }
    // Of the latest answer. What is seen on the way is kept for actions().
    std::string in_answer(std::string_view name) {
        for (std::string& line : SessionHarness::actions()) seen_.push_back(std::move(line));
        return attribute(last_xml(), name);
    }
    Trace actions() {
        (void)in_answer("stream");
        return std::exchange(seen_, {});
    }
    // With request 1001; the new stream has its features.
    void add_second() {
        request({.rid = 1001, .to = "example.net"});
        second_ = in_answer("stream");
        stream_opened("1.0", kSecondStream);
        features(kSecondStream);
        request({.rid = 1002});
        actions();
    }

    std::string first_;
    std::string second_;

private:
    Trace seen_;
};

// Rows: B-261
TEST_F(SessionStreamsTest, NamesTheFirstStreamInTheCreationResponse) {
    EXPECT_THAT(first_, MatchesRegex("[A-Za-z0-9_-]{20}"));
    std::string other = first_;
    start_offering();
    EXPECT_NE(first_, other);
}

// Rows: B-080, B-260
TEST_F(SessionStreamsTest, IgnoresTheAttributesWhereSeveralAreNotOffered) {
    start(usual());
    EXPECT_THAT(last_xml(), Not(HasSubstr(" stream='")));
    request({.rid = 1001, .to = "example.net", .stream = "x"});
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1002, .payload = "<a/>", .stream = "x"});
    EXPECT_THAT(actions(), ElementsAre("send <a/>", "1001 <- E"));
}

// Rows: B-205, B-262
TEST_F(SessionStreamsTest, AddsAStreamAndAnswersWithItsNameOnly) {
    request({.rid = 1001});
    request({.rid = 1002, .to = "EXAMPLE.net"});
    EXPECT_THAT(actions(), ElementsAre("1001 <- E", "open example.net 1", "1002 <- E"));
    second_ = in_answer("stream");
    EXPECT_THAT(second_, MatchesRegex("[A-Za-z0-9_-]{20}"));
    EXPECT_NE(second_, first_);
    for (const char* name : {"sid", "wait", "requests", "ver", "polling", "inactivity", "hold",
                             "accept", "charsets", "maxpause"}) {
        EXPECT_EQ(in_answer(name), "") << name;
    }
    std::string answer = last_xml();
    request({.rid = 1002, .to = "EXAMPLE.net"});
    EXPECT_EQ(last_xml(), answer) << "a repeat adds no other";
    EXPECT_THAT(actions(), ElementsAre("1002 <- E"));
}

// Rows: B-205
TEST_F(SessionStreamsTest, TakesARequestForAStreamForNoPoll) {
    request({.rid = 1001});
    request({.rid = 1002});
    request({.rid = 1003, .to = "example.net"});
    EXPECT_THAT(actions(),
                ElementsAre("1001 <- E", "1002 <- E", "open example.net 1", "1003 <- E"));
}

// Rows: B-205, B-227
TEST_F(SessionStreamsTest, TakesARequestForAStreamForNoPollWhenTheLastOneHasEnded) {
    Terms terms = usual();
    terms.multiple_streams = terms.polling = true;
    terms.hold = 0;
    terms.requests = 1;
    create(terms);
    features();
    request({.rid = 1001});
    request({.rid = 1002});
    upstream_ends(xmpp::UpstreamEnd::Lost);
    actions();
    request({.rid = 1003, .to = "example.net"});
    EXPECT_THAT(actions(), ElementsAre("1003 <- T(remote-connection-failed)", "end upstream-lost"));
}

// Rows: B-228, B-266
TEST_F(SessionStreamsTest, TellsWhatIsQueuedThoughAStreamIsToBeClosed) {
    add_second();
    stanza("<queued/>", xmpp::Stanza::Kind::Message, kSecondStream);
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), ElementsAre("close", "close 1"));
    request({.rid = 1003, .terminate = true, .stream = first_});
    EXPECT_THAT(actions(), ElementsAre("1003 <- P(<queued/>)"));
    request({.rid = 1004});
    EXPECT_THAT(actions(), ElementsAre("1004 <- T(system-shutdown)", "end system-shutdown"));
}

// Rows: B-222, B-266, X-040
TEST_F(SessionStreamsTest, BouncesWhatIsQueuedWhenAShutdownMeetsTheLastWordOfTheClient) {
    add_second();
    session().on_upstream_congested(kFirstStream);
    request({.rid = 1003, .payload = "<bye/>", .terminate = true}); // waits for the first stream
    stanza("<message/>", xmpp::Stanza::Kind::Message, kSecondStream);
    EXPECT_THAT(actions(), IsEmpty());
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), ElementsAre("close", "bounce <message/> 1", "close 1",
                                       "1003 <- T(system-shutdown)", "end system-shutdown"));
}

// Rows: B-228, B-266
TEST_F(SessionStreamsTest, KeepsWhatIsQueuedWhenTheLastWordIsAboveAGap) {
    add_second();
    session().on_upstream_congested(kFirstStream);
    request({.rid = 1004, .terminate = true});
    stanza("<message/>", xmpp::Stanza::Kind::Message, kSecondStream);
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), ElementsAre("close", "close 1"));
    request({.rid = 1003});
    EXPECT_THAT(actions(), ElementsAre("1003 <- P(<message/>)", "1004 <- T(system-shutdown)",
                                       "end system-shutdown"));
}

// Rows: X-030, B-267
TEST_F(SessionStreamsTest, TellsTheErrorOfTheStreamThatWasTheLastOne) {
    add_second();
    upstream_ends(xmpp::UpstreamEnd::Closed);
    stanza("<stream:error/>", xmpp::Stanza::Kind::StreamError, kSecondStream);
    upstream_ends(xmpp::UpstreamEnd::StreamError, kSecondStream);
    actions();
    request({.rid = 1003});
    EXPECT_THAT(actions(), ElementsAre("1003 <- T(remote-stream-error: <stream:error/>)",
                                       "end remote-stream-error"));
}

// Rows: B-077, B-263, X-004, X-043
TEST_F(SessionStreamsTest, SaysWithItsFeaturesWhoTheServerIs) {
    request({.rid = 1001, .to = "example.net"});
    second_ = in_answer("stream");
    request({.rid = 1002});
    stream_opened("1.0", kSecondStream);
    features(kSecondStream);
    EXPECT_EQ(actions().back(), "1002 <- P(<stream:features/>)");
    EXPECT_EQ(in_answer("stream"), second_);
    EXPECT_EQ(in_answer("from"), "example.org");
    EXPECT_EQ(in_answer("xmpp:version"), "1.0");
    EXPECT_THAT(last_xml(), HasSubstr(" xmlns:xmpp='urn:xmpp:xbosh'"));
}

// Rows: B-263
TEST_F(SessionStreamsTest, NeverMixesStreamsAndLetsThemSpeakInTurn) {
    add_second();
    for (int i = 0; i < 2; ++i) {
        session().on_stanza(kFirstStream, {.bytes = base::Slice::literal("<a/>")}, now_);
        session().on_stanza(kSecondStream, {.bytes = base::Slice::literal("<b/>")}, now_);
    }
    settings_.max_response_bytes = 1;
    std::vector<std::string> names;
    for (Rid rid = 1003; rid < 1007; ++rid) {
        request({.rid = rid});
        names.push_back(in_answer("stream"));
    }
    EXPECT_THAT(names, ElementsAre(first_, second_, first_, second_));
    EXPECT_THAT(actions(), ElementsAre("1003 <- P(<a/>)", "1004 <- P(<b/>)", "1005 <- P(<a/>)",
                                       "1006 <- P(<b/>)"));
    request({.rid = 1007, .pause = 60});
    EXPECT_EQ(in_answer("stream"), "") << "an empty answer is no stream's";
}

// Rows: B-264
TEST_F(SessionStreamsTest, SendsToTheStreamThatIsNamedOrToAll) {
    add_second();
    request({.rid = 1003, .payload = "<one/>", .stream = first_});
    request({.rid = 1004, .payload = "<other/>", .stream = second_});
    request({.rid = 1005, .payload = "<all/>"});
    EXPECT_THAT(actions(), ElementsAre("send <one/>", "send <other/> 1", "send <all/>",
                                       "send <all/> 1", "1003 <- E"));
}

// Rows: B-264, X-014
TEST_F(SessionStreamsTest, RestartsTheStreamThatIsNamed) {
    add_second();
    request({.rid = 1003, .restart = true, .stream = second_});
    EXPECT_THAT(actions(), ElementsAre("restart 1"));
}

// Rows: B-057, B-102, B-264
TEST_F(SessionStreamsTest, HoldsPayloadsBackUntilTheirStreamHasFeatures) {
    request({.rid = 1001, .to = "example.net"});
    second_ = in_answer("stream");
    actions();
    request({.rid = 1002, .payload = "<b/>", .stream = second_});
    EXPECT_THAT(actions(), IsEmpty());
    stream_opened("1.0", kSecondStream);
    features(kSecondStream);
    EXPECT_THAT(actions(), ElementsAre("send <b/> 1", "1002 <- P(<stream:features/>)"));
}

// Rows: B-265, B-308
TEST_F(SessionStreamsTest, EndsTheSessionForTheNameOfNoStream) {
    add_second();
    request({.rid = 1003, .stream = "nobody"}); // it carries nothing
    EXPECT_THAT(actions(), IsEmpty());
    request({.rid = 1004, .payload = "<a/>", .stream = "nobody"});
    EXPECT_THAT(actions(), ElementsAre("1003 <- T(other-request)", "1004 <- T(item-not-found)",
                                       "close", "close 1", "end unknown-stream"));
}

// Rows: B-266
TEST_F(SessionStreamsTest, ClosesOneStreamAtTheClientsWish) {
    add_second();
    request({.rid = 1003, .payload = "<presence/>", .terminate = true, .stream = second_});
    EXPECT_THAT(actions(), ElementsAre("send <presence/> 1", "close 1", "1003 <- T()"));
    EXPECT_EQ(in_answer("stream"), second_);
    EXPECT_FALSE(session().over());
    request({.rid = 1004, .payload = "<a/>"});
    EXPECT_THAT(actions(), ElementsAre("send <a/>"));
    stanza("<b/>");
    EXPECT_THAT(actions(), ElementsAre("1004 <- P(<b/>)"));
    EXPECT_EQ(in_answer("stream"), first_) << "the client would take it for the first's";
}

// Rows: B-265
TEST_F(SessionStreamsTest, DropsWhatIsForAStreamThatHasJustClosed) {
    add_second();
    upstream_ends(xmpp::UpstreamEnd::Lost, kSecondStream);
    request({.rid = 1003, .payload = "<a/>", .stream = second_});
    EXPECT_THAT(actions(), ElementsAre("1003 <- T(remote-connection-failed)"));
    request({.rid = 1004, .payload = "<a/>", .stream = second_});
    request({.rid = 1005, .terminate = true, .stream = second_});
    EXPECT_THAT(actions(), IsEmpty());
    EXPECT_FALSE(session().over());
}

// Rows: B-266
TEST_F(SessionStreamsTest, EndsWithTheLastStreamThatTheClientCloses) {
    add_second();
    request({.rid = 1003, .terminate = true, .stream = first_});
    EXPECT_THAT(actions(), ElementsAre("close", "1003 <- T()"));
    request({.rid = 1004, .terminate = true, .stream = second_});
    EXPECT_THAT(actions(), ElementsAre("close 1", "1004 <- T()", "end terminated"));
    EXPECT_EQ(in_answer("stream"), "");
}

// Rows: B-266, B-222, X-040
TEST_F(SessionStreamsTest, ClosesAllStreamsWhenNoneIsNamed) {
    add_second();
    session().on_stanza(kFirstStream, {.bytes = base::Slice::literal("<a/>")}, now_);
    session().on_stanza(kSecondStream, {.bytes = base::Slice::literal("<b/>")}, now_);
    request({.rid = 1003, .payload = "<presence/>", .terminate = true});
    EXPECT_THAT(actions(),
                ElementsAre("send <presence/>", "send <presence/> 1", "close", "bounce <b/> 1",
                            "close 1", "1003 <- T(: <a/>)", "end terminated"));
}

// Rows: B-267, X-030
TEST_F(SessionStreamsTest, TellsTheErrorOfOneStreamAfterItsStanzasAndGoesOn) {
    add_second();
    session().on_stanza(kSecondStream, {.bytes = base::Slice::literal("<b/>")}, now_);
    stanza("<stream:error/>", xmpp::Stanza::Kind::StreamError, kSecondStream);
    upstream_ends(xmpp::UpstreamEnd::StreamError, kSecondStream);
    request({.rid = 1003});
    EXPECT_EQ(in_answer("stream"), second_);
    request({.rid = 1004});
    EXPECT_EQ(in_answer("stream"), second_);
    EXPECT_THAT(last_xml(), HasSubstr(" xmlns:stream='http://etherx.jabber.org/streams'"));
    std::string told = last_xml();
    request({.rid = 1005});
    EXPECT_THAT(actions(),
                ElementsAre("1003 <- P(<b/>)", "1004 <- T(remote-stream-error: <stream:error/>)"));
    request({.rid = 1004});
    EXPECT_EQ(last_xml(), told) << "the session goes on, so it may be asked for again";
}

// Rows: B-267
TEST_F(SessionStreamsTest, EndsWithItsLastStream) {
    add_second();
    upstream_ends(xmpp::UpstreamEnd::Closed);
    upstream_ends(xmpp::UpstreamEnd::Lost, kSecondStream);
    request({.rid = 1003});
    EXPECT_THAT(actions(), ElementsAre("1003 <- T(remote-connection-failed)", "end upstream-lost"));
    EXPECT_EQ(in_answer("stream"), "");
}

// Rows: B-043, B-044, B-267
TEST_F(SessionStreamsTest, RefusesAStreamThatLeadsNowhere) {
    request({.rid = 1001, .to = "elsewhere.example"});
    EXPECT_NE(in_answer("stream"), "");
    request({.rid = 1002, .to = "a@b/c"});
    EXPECT_THAT(actions(),
                ElementsAre("1001 <- T(host-unknown)", "1002 <- T(improper-addressing)"));
    EXPECT_FALSE(session().over());
}

// Rows: B-061, B-267
TEST_F(SessionStreamsTest, RefusesMoreStreamsThanTheSettingAllows) {
    add_second();
    request({.rid = 1003, .to = "example.net"});
    EXPECT_THAT(actions(), ElementsAre("1003 <- T(policy-violation)"));
    request({.rid = 1004, .terminate = true, .stream = second_});
    request({.rid = 1005, .to = "example.net"});
    EXPECT_THAT(actions(),
                ElementsAre("close 1", "1004 <- T()", "open example.net 2", "1005 <- E"));
}

// Rows: U-056, B-267
TEST_F(SessionStreamsTest, EndsTheStreamThatNeverLogsIn) {
    settings_.pre_authentication = 10s;
    add_second();
    stanza("<message/>");
    request({.rid = 1003});
    EXPECT_THAT(actions(), ElementsAre("1003 <- P(<message/>)"));
    advance(10s);
    EXPECT_THAT(actions(), ElementsAre("close 1"));
    request({.rid = 1004});
    EXPECT_THAT(actions(), ElementsAre("1004 <- T(policy-violation)"));
    EXPECT_EQ(in_answer("stream"), second_);
}

// Rows: B-181, X-040
TEST_F(SessionStreamsTest, BouncesOnEachStreamWhenTheClientIsGone) {
    add_second();
    session().on_stanza(kFirstStream, {.bytes = base::Slice::literal("<a/>")}, now_);
    session().on_stanza(kSecondStream, {.bytes = base::Slice::literal("<b/>")}, now_);
    advance(60s);
    EXPECT_THAT(actions(),
                ElementsAre("bounce <a/>", "close", "bounce <b/> 1", "close 1", "end inactivity"));
}

// Rows: B-263, X-040
TEST_F(SessionStreamsTest, BouncesForAnAddedStreamWhenARequestIsBad) {
    add_second();
    session().on_stanza(kFirstStream, {.bytes = base::Slice::literal("<a/>")}, now_);
    session().on_stanza(kSecondStream, {.bytes = base::Slice::literal("<b/>")}, now_);
    request({.rid = 1003, .malformed = true});
    EXPECT_THAT(actions(), ElementsAre("1003 <- T(bad-request: <a/>)", "close", "bounce <b/> 1",
                                       "close 1", "end bad-request"));
}

// Rows: B-130, B-262
TEST_F(SessionStreamsTest, AnswersTheHeldOnesBeforeTheNameAndForgetsNone) {
    RequestRef lost = request({.rid = 1001});
    request({.rid = 1002});
    lose(lost);
    request({.rid = 1003, .to = "example.net"});
    EXPECT_THAT(actions(), ElementsAre("1002 <- E", "open example.net 1", "1003 <- E"));
    request({.rid = 1001});
    EXPECT_THAT(actions(), ElementsAre("1001 <- E"));
}

} // namespace
} // namespace bosh
