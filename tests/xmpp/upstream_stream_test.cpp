#include "tests/support/for_each_split.h"
#include "tests/xmpp/upstream_fixture.h"
#include "xmpp/stream_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using xmpp::condition_for;

// Rows: S-030
TEST_F(UpstreamStreamTest, IsMadeOnlyForDomainsServed) {
    EXPECT_EQ(factory.create("example.net", xmpp::kOwnServer, session), nullptr);
    EXPECT_EQ(factory.create("example.org", 2, session), nullptr);
}

// Rows: B-052, U-004
TEST_F(UpstreamStreamTest, GoesToAnotherServerOfTheDomainWithTheHeaderOfTheDomain) {
    upstream = factory.create("example.org", 1, session);
    upstream->open(parameters);
    EXPECT_EQ(connector.oldest_target().host, "other.example.org");
    EXPECT_EQ(connector.oldest_target().port, 15222);
    server = connector.succeed();
    EXPECT_EQ(heard(), kOurHeader);
}

// Rows: -
TEST_F(UpstreamStreamTest, TellsTheServersEndOfItsConnectionWhileThereIsOne) {
    upstream = factory.create("example.org", xmpp::kOwnServer, session);
    upstream->open(parameters);
    EXPECT_EQ(upstream->server_facts().address, "");
    server = connector.succeed(*net::Address::parse("192.0.2.5", 5222));
    EXPECT_EQ(upstream->server_facts().address, "192.0.2.5:5222");
    EXPECT_EQ(upstream->server_facts().tls_version, "");
    say(kHeader + kFeatures);
    EXPECT_EQ(upstream->server_facts().address, "192.0.2.5:5222");
    server->reset();
    server->pump();
    EXPECT_EQ(upstream->server_facts().address, "");
}

// Rows: U-001, U-003, X-006
TEST_F(UpstreamStreamTest, OpensAStreamAndHandsOverHeaderAndFeatures) {
    upstream = factory.create("example.org", xmpp::kOwnServer, session);
    upstream->open(parameters);
    EXPECT_EQ(connector.oldest_target().host, "xmpp.example.org");
    EXPECT_EQ(connector.oldest_target().port, 5222);
    server = connector.succeed();
    EXPECT_EQ(heard(), kOurHeader);
    say("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xml:lang='en' id='x' "
        "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
    EXPECT_THAT(session.take(), ElementsAre("opened id=x version=1.0 lang=en"));
    say(kFeatures);
    EXPECT_THAT(session.take(), ElementsAre(kFeaturesEvent, "batch"));
}

// Rows: U-013, X-022, B-029, B-030
TEST_F(UpstreamStreamTest, TellsTheSameStoryHoweverItsBytesArrive) {
    std::string input = kHeader + kFeatures + " \n" +
                        "<message><body>안녕 😀</body></message>"
                        "<presence type='unavailable'/>\r\n"
                        "<iq xmlns='jabber:client' id=\"1\"><q xmlns='urn:q'/></iq>"
                        "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>dj0=</success>"
                        "<message><body><![CDATA[</message>]]></body></message>" +
                        kEndTag;
    tests::for_each_split(input, [&](tests::Pieces pieces) {
        session.take();
        upstream = factory.create("example.org", xmpp::kOwnServer, session);
        upstream->open(parameters);
        server = connector.succeed();
        for (std::string_view piece : pieces) {
            say(piece);
        }
        auto events = session.take();
        std::erase(events, "batch");
        EXPECT_THAT(
            events,
            ElementsAre("opened id=s1 version=1.0 lang=", kFeaturesEvent,
                        "message <message xmlns='jabber:client'><body>안녕 😀</body></message>",
                        "presence <presence xmlns='jabber:client' type='unavailable'/>",
                        "iq <iq xmlns='jabber:client' id=\"1\"><q xmlns='urn:q'/></iq>",
                        "other <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>dj0=</success>",
                        "message <message xmlns='jabber:client'><body><![CDATA[</message>]]>"
                        "</body></message>",
                        "ended closed"));
    });
}

// Rows: B-027, B-029, B-030, X-044, U-017, D-28
TEST_F(UpstreamStreamTest, MakesEachElementStandAlone) {
    connect();
    say("<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:client' "
        "xmlns:x='urn:x' xmlns:c='jabber:client' xml:lang='de' version='1.0' id='1'>");
    session.take();
    say("<s:features/>");
    EXPECT_THAT(
        session.take(),
        ElementsAre("features <stream:features xmlns:stream='http://etherx.jabber.org/streams'/>",
                    "batch"));
    say("<message><x:y/></message>");
    EXPECT_THAT(session.take(),
                ElementsAre("message <message xmlns='jabber:client' xmlns:x='urn:x' xml:lang='de'>"
                            "<x:y/></message>",
                            "batch"));
    say("<message xml:lang='en'/>");
    EXPECT_THAT(session.take(),
                ElementsAre("message <message xmlns='jabber:client' xml:lang='en'/>", "batch"));
    say("<x:r/>"); // no stanza: no language
    EXPECT_THAT(session.take(), ElementsAre("other <x:r xmlns:x='urn:x'/>", "batch"));
    say("<x:r><a/></x:r>");
    EXPECT_THAT(
        session.take(),
        ElementsAre("other <x:r xmlns='jabber:client' xmlns:x='urn:x'><a/></x:r>", "batch"));
    say("<c:iq id='1'><c:error/></c:iq>"); // browsers look for `iq`
    EXPECT_THAT(session.take(),
                ElementsAre("iq <iq xmlns='jabber:client' xmlns:c='jabber:client' xml:lang='de' "
                            "id='1'><error/></iq>",
                            "batch"));
}

// Rows: U-017, D-49
TEST_F(UpstreamStreamTest, TakesStreamsAsTheDefaultNamespace) {
    connect();
    say("<stream xmlns='http://etherx.jabber.org/streams' version='1.0' id='1'>"
        "<features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></features>"
        "<message xmlns='jabber:client'/><error><conflict "
        "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error></stream>");
    EXPECT_THAT(
        session.take(),
        ElementsAre("opened id=1 version=1.0 lang=", kFeaturesEvent,
                    "message <message xmlns='jabber:client'/>",
                    "error <stream:error xmlns:stream='http://etherx.jabber.org/streams'>"
                    "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
                    "ended stream-error"));
}

// Rows: B-135
TEST_F(UpstreamStreamTest, SaysNothingOfWhiteSpace) {
    open();
    say(" ");
    say("\n\n");
    say("<message>");
    EXPECT_THAT(session.take(), IsEmpty());
    say("</message> ");
    EXPECT_THAT(session.take(),
                ElementsAre("message <message xmlns='jabber:client'></message>", "batch"));
}

// Rows: B-134
TEST_F(UpstreamStreamTest, EndsABatchOncePerRead) {
    open();
    say("<presence/><presence/><message/>");
    auto events = session.take();
    ASSERT_EQ(events.size(), 4u);
    EXPECT_EQ(events.back(), "batch");
}

// Rows: U-083
TEST_F(UpstreamStreamTest, RelaysAStanzaOfAHundredKilobytes) {
    open();
    std::string body(100'000, 'x');
    std::string stanza = "<message><body>" + body + "</body></message>";
    server->deliver_per_step(1448);
    say(stanza);
    EXPECT_THAT(session.take(), ElementsAre("message <message xmlns='jabber:client'><body>" + body +
                                                "</body></message>",
                                            "batch"));
}

// Rows: U-010
TEST_F(UpstreamStreamTest, RelaysAStreamWithoutVersion) {
    connect();
    say("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
        "id='1'>");
    EXPECT_THAT(session.take(), ElementsAre("opened id=1 version= lang="));
    test.advance(30s); // no features are waited for
    send("<iq/>");
    EXPECT_EQ(heard(), "<iq/>");
    say("<iq/>");
    EXPECT_THAT(session.take(), ElementsAre("iq <iq xmlns='jabber:client'/>", "batch"));
}

// Rows, U-008, U-011
TEST_F(UpstreamStreamTest, RestartsOnTheSameConnection) {
    open();
    send("<auth/>");
    upstream->restart({.to = "example.org", .from = "a@example.org", .lang = "ko"});
    send("<iq/>");
    EXPECT_EQ(connector.attempts(), 1u);
    EXPECT_EQ(heard(), "<auth/><?xml version='1.0'?><stream:stream xmlns='jabber:client' "
                       "xmlns:stream='http://etherx.jabber.org/streams' to='example.org' "
                       "from='a@example.org' xml:lang='ko' version='1.0'><iq/>");
    // The new stream declares other things, and a keepalive may come before its declaration.
    say(" <?xml version='1.0'?><x:stream xmlns='jabber:client' id='s2' "
        "xmlns:x='http://etherx.jabber.org/streams' version='1.0'><x:features/>");
    EXPECT_THAT(
        session.take(),
        ElementsAre("opened id=s2 version=1.0 lang=",
                    "features <stream:features xmlns:stream='http://etherx.jabber.org/streams'/>",
                    "batch"));
}

// Rows: X-015
TEST_F(UpstreamStreamTest, RestartsFromInsideACallback) {
    open();
    session.react = [this](std::string_view event) {
        if (event.starts_with("other")) {
            upstream->restart(parameters);
        }
    };
    say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n");
    EXPECT_EQ(heard(), kOurHeader);
    session.take();
    say(kHeader + kFeatures);
    EXPECT_THAT(session.take(),
                ElementsAre("opened id=s1 version=1.0 lang=", kFeaturesEvent, "batch"));
}

// Rows: -
TEST_F(UpstreamStreamTest, ARestartBeforeTheConnectionIsThereOnlyChangesTheHeader) {
    upstream = factory.create("example.org", xmpp::kOwnServer, session);
    upstream->open({.to = "example.org", .from = "", .lang = "ko"});
    upstream->restart(parameters);
    server = connector.succeed();
    EXPECT_EQ(heard(), kOurHeader);
}

// Rows: X-009, U-062
TEST_F(UpstreamStreamTest, FiltersFeaturesEachTime) {
    open();
    say("<success xmlns='urn:xmpp:sasl:2'/>"
        "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
        "<sm xmlns='urn:xmpp:sm:3'/></stream:features>");
    EXPECT_THAT(session.take(), ElementsAre("other <success xmlns='urn:xmpp:sasl:2'/>",
                                            "features <stream:features "
                                            "xmlns:stream='http://etherx.jabber.org/streams'>"
                                            "<sm xmlns='urn:xmpp:sm:3'/></stream:features>",
                                            "batch"));
}

class BadStreamTest
    : public UpstreamStreamTest,
      public testing::WithParamInterface<std::pair<std::string_view, std::string_view>> {};

// Rows: X-034, U-012, U-016, U-061, U-084
TEST_P(BadStreamTest, IsToldSoAndClosed) {
    auto [bytes, condition] = GetParam();
    open();
    say("<message/>");
    session.take();
    say(bytes);
    EXPECT_THAT(session.take(), ElementsAre("ended bad-stream"));
    EXPECT_EQ(xmpp::to_string(condition_for(session.reason)), condition);
    EXPECT_EQ(heard(), "<stream:error><" + condition +
                           " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>" +
                           kEndTag);
    EXPECT_EQ(server->close_mode(), net::CloseMode::Flush);
}

INSTANTIATE_TEST_SUITE_P(
    AllSorts, BadStreamTest,
    testing::ValuesIn(std::vector<std::pair<std::string_view, std::string_view>>{
        {"<message></presence>", "not-well-formed"},
        {"<p:message/>", "not-well-formed"},
        {"<message>\xC1\xBC</message>", "not-well-formed"},
        {"<message a='1' a='2'/>", "not-well-formed"},
        {"\x17\x03\x03", "bad-format"},
        {"<!-- x -->", "restricted-xml"},
        {"<?x?>", "restricted-xml"},
        {"<!DOCTYPE x>", "restricted-xml"},
        {"<message>&nbsp;</message>", "restricted-xml"},
        {"hello", "bad-format"},
        {"<stream:features><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
         "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
         "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>",
         "policy-violation"},
    }));

// Rows: U-009, U-012
TEST_F(UpstreamStreamTest, RefusesABadHeader) {
    for (auto [header, condition] : std::vector<std::pair<std::string_view, std::string_view>>{
             {"<html>", "invalid-namespace"},
             {"<stream:stream xmlns='jabber:server' version='1.0' "
              "xmlns:stream='http://etherx.jabber.org/streams'>",
              "invalid-namespace"},
             {"<stream:stream xmlns='jabber:client' version='2.0' "
              "xmlns:stream='http://etherx.jabber.org/streams'>",
              "unsupported-version"},
             {"<?xml version='1.0' encoding='UTF-16'?>", "unsupported-encoding"},
             {"HTTP/1.1 400 Bad Request\r\n\r\n", "not-well-formed"},
         }) {
        connect();
        say(header);
        EXPECT_THAT(session.take(), ElementsAre("ended bad-stream"));
        EXPECT_EQ(heard(), "<stream:error><" + condition +
                               " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>" +
                               kEndTag);
    }
}

class StrippingTest : public UpstreamStreamTest {
protected:
    StrippingTest() : UpstreamStreamTest({}, stripping()) {}
    static xmpp::DomainServers stripping() {
        xmpp::DomainServers servers = plain_servers();
        servers.features.channel_binding = xmpp::ChannelBinding::Strip;
        return servers;
    }
};

// Rows: U-064, U-068
TEST_F(StrippingTest, TakesChannelBindingOutOfFeatures) {
    connect();
    say(kHeader + "<stream:features><sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'/>"
                  "</stream:features>");
    EXPECT_THAT(
        session.take(),
        ElementsAre("opened id=s1 version=1.0 lang=",
                    "features <stream:features xmlns:stream='http://etherx.jabber.org/streams'/>",
                    "batch"));
}

// Rows: U-054, U-080
TEST_F(UpstreamStreamTest, KeepsAStreamAliveLongBeforeItsServerWouldEndIt) {
    connect();
    say(kHeader + "<stream:features><limits xmlns='urn:xmpp:stream-limits:0'>"
                  "<idle-seconds>20</idle-seconds></limits></stream:features>"
                  "<message/>"); // somebody is logged in
    (void)heard();
    test.advance(9900ms);
    server->pump();
    EXPECT_EQ(heard(), "");
    test.advance(300ms);
    server->pump();
    EXPECT_EQ(heard(), " ");
}

class TwoServersTest : public UpstreamStreamTest {
protected:
    TwoServersTest() : UpstreamStreamTest({}, two_servers()) {}
    static xmpp::DomainServers two_servers() {
        return {.servers = {{.host = "first", .priority = 1, .terms = in_clear()},
                            {.host = "second", .priority = 2, .terms = in_clear()}}};
    }
    // The other one answers as a server does, and the session hears of nothing else.
    void expect_the_second_to_serve() {
        EXPECT_THAT(session.take(), IsEmpty());
        ASSERT_EQ(connector.pending(), 1u);
        EXPECT_EQ(connector.oldest_target().host, "second");
        server = connector.succeed();
        EXPECT_EQ(heard(), kOurHeader);
        say(kHeader + kFeatures);
        EXPECT_THAT(session.take(),
                    ElementsAre("opened id=s1 version=1.0 lang=", kFeaturesEvent, "batch"));
    }
};

// Rows: U-032
TEST_F(TwoServersTest, GoesToTheNextWhereAConnectionEndsBeforeItsHeader) {
    connect();
    say("<?xml version='1.0'?><stream:str");
    server->end();
    server->pump();
    expect_the_second_to_serve();
}

// Rows: U-032
TEST_F(TwoServersTest, GoesToTheNextWhereTheHeaderIsNone) {
    connect();
    say("220 mail.example ESMTP\r\n");
    EXPECT_THAT(heard(), testing::HasSubstr("<stream:error>"));
    EXPECT_TRUE(server->saw_end());
    expect_the_second_to_serve();
}

// Rows: U-030, U-032
TEST_F(TwoServersTest, GoesToTheNextWhereNoHeaderComes) {
    connect();
    test.advance(10100ms);
    expect_the_second_to_serve();
}

// Rows: U-032, U-057
TEST_F(TwoServersTest, StaysWithAServerOnceItsHeaderHasCome) {
    connect();
    say(kHeader);
    server->reset();
    server->pump();
    EXPECT_THAT(session.take(),
                ElementsAre("opened id=s1 version=1.0 lang=", "ended connect-failed"));
    EXPECT_EQ(connector.attempts(), 1u);
}

// Rows: U-032
TEST_F(TwoServersTest, TellsTheLatestParametersToTheNext) {
    connect();
    upstream->restart({.to = "example.org", .from = "a@example.org", .lang = "ko"});
    (void)heard();
    server->reset();
    server->pump();
    server = connector.succeed();
    EXPECT_THAT(heard(), testing::HasSubstr("from='a@example.org' xml:lang='ko'"));
}

class OptionalTlsTest : public UpstreamStreamTest {
protected:
    OptionalTlsTest()
        : UpstreamStreamTest(
              {}, {.servers = {{.host = "a", .terms = {.tls = xmpp::ServerTls::Optional}}}}) {}
};

// Rows: U-006
TEST_F(OptionalTlsTest, NamesNobodyWhereTlsWasNotToBeHad) {
    parameters.from = "a@example.org";
    connect();
    say(kHeader + "<stream:features/>");
    server = connector.succeed();
    EXPECT_EQ(heard(), kOurHeader);
    say(kHeader + kFeatures);
    upstream->restart(parameters);
    EXPECT_EQ(heard(), kOurHeader);
}

class TinyLimitTest : public UpstreamStreamTest {
protected:
    TinyLimitTest() : UpstreamStreamTest({.limits = {.max_element_bytes = 100}}) {}
};

// Rows: U-084, X-034
TEST_F(TinyLimitTest, AStanzaOverTheLimitEndsTheStreamBeforeItIsComplete) {
    open();
    say("<message>" + std::string(100, 'x'));
    EXPECT_THAT(session.take(), ElementsAre("ended bad-stream"));
    EXPECT_NE(heard().find("<policy-violation "), std::string::npos);
    EXPECT_EQ(test.pool.used_bytes(), 0u);
}

// Rows: -
TEST_F(UpstreamStreamTest, KeepsNoBytesWhileIdle) {
    open();
    session.take();
    say("<message/><message");
    EXPECT_GT(test.pool.used_bytes(), 0u);
    say("/>");
    EXPECT_EQ(test.pool.used_bytes(), 0u);
    EXPECT_LE(sizeof(xmpp::UpstreamStream), 216u);
}

} // namespace
} // namespace tests
