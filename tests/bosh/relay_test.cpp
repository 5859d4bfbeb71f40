// The rules that no single part keeps alone.
#include "tests/bosh/relay_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace bosh {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kXbosh = " xmlns:xmpp='urn:xmpp:xbosh'";

std::string our_header(std::string_view more = "") {
    return "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
           "xmlns:stream='http://etherx.jabber.org/streams' to='example.org'" +
           std::string(more) + " version='1.0'>";
}

class RelayTest : public testing::Test, protected RelayWorld {
protected:
    void SetUp() override {
        settings_.release_delay = 0ms; // but in tests of the delay
        start({});
    }
};

// Rows: B-009, B-010, B-020, B-024
TEST_F(RelayTest, NeedsNothingOfTheHttpHeadButTheFraming) {
    MemoryPeer client = connect();
    EXPECT_THAT(open_session(client), Not(HasSubstr("Set-Cookie")));
    Rid rid = 101;
    for (std::string_view fields :
         {"", "Content-Type: text/xml; charset=utf-8\r\n", "Content-Type: text/plain\r\n",
          "Content-Type: application/x-www-form-urlencoded\r\n",
          "Content-Type: application/json; charset=utf-16\r\n", "Content-Type: nonsense\r\n",
          "Cookie: a=b\r\nX-Unknown: c\r\n"}) {
        MemoryPeer another = connect();
        std::string payload = "<message xmlns='jabber:client'><body>a+b%20c</body></message>";
        EXPECT_THAT(exchange(another, request(rid++, payload, "", fields)), IsEmpty());
        EXPECT_EQ(heard(), payload) << fields;
        say("<presence/>");
        EXPECT_THAT(another.received(), StartsWith("HTTP/1.1 200 "));
        EXPECT_THAT(another.received(), Not(HasSubstr("Set-Cookie")));
        EXPECT_THAT(another.received(), EndsWith("<presence xmlns='jabber:client'/></body>"));
    }
}

// Rows: B-022, B-023, B-102
TEST_F(RelayTest, ReadsTheLowerRidBehindAHigherOneOfTheSameConnection) {
    MemoryPeer client = connect();
    open_session(client);
    EXPECT_THAT(
        exchange(client, request(102, "<b xmlns='urn:b'/>") + request(101, "<a xmlns='urn:a'/>")),
        IsEmpty());
    EXPECT_EQ(heard(), "<a xmlns='urn:a'/><b xmlns='urn:b'/>");
    say("<presence/>");
    EXPECT_THAT(client.received(),
                HasSubstr("<presence xmlns='jabber:client'/></body>HTTP/1.1 200"))
        << "in the order of HTTP: 102 first";
}

// Rows: B-023, B-106, D-03
TEST_F(RelayTest, AsksToRepeatAHigherRidThatKeepsTheLowerOneFromBeingRead) {
    start({.max_pipelined = 1});
    MemoryPeer client = connect();
    open_session(client);
    exchange(client, request(102, "<b xmlns='urn:b'/>") + request(101, "<a xmlns='urn:a'/>"));
    advance(29s, client);
    EXPECT_THAT(client.received(), IsEmpty());
    EXPECT_EQ(heard(), "");
    advance(2s, client);
    EXPECT_THAT(client.take_received(), EndsWith(" type='error'/>"));
    EXPECT_EQ(heard(), "<a xmlns='urn:a'/>");
    MemoryPeer another = connect();
    exchange(another, request(102, "<b xmlns='urn:b'/>"));
    EXPECT_EQ(heard(), "<b xmlns='urn:b'/>");
    EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 200 "));
}

// Rows: B-133, B-134
TEST_F(RelayTest, AnswersWhatIsSentOnTheConnectionThatWasHeld) {
    settings_.release_delay = 10ms;
    MemoryPeer held = connect();
    open_session(held);
    exchange(held, request(101));
    MemoryPeer sending = connect();
    EXPECT_THAT(exchange(sending, request(102, "<iq xmlns='jabber:client'/>")), IsEmpty());
    say("<iq type='result'/>");
    EXPECT_THAT(held.take_received(), EndsWith("<iq xmlns='jabber:client' type='result'/></body>"));
    EXPECT_THAT(sending.received(), IsEmpty());
    // The roles have changed.
    EXPECT_THAT(exchange(held, request(103, "<message xmlns='jabber:client'/>")), IsEmpty());
    advance(9ms, sending);
    EXPECT_THAT(sending.received(), IsEmpty());
    advance(1ms, sending);
    EXPECT_THAT(sending.take_received(), EndsWith("httpbind'/>"));
    say("<message/>");
    EXPECT_THAT(held.take_received(), EndsWith("<message xmlns='jabber:client'/></body>"));
    EXPECT_EQ(heard(), "<iq xmlns='jabber:client'/><message xmlns='jabber:client'/>");
}

// Rows: B-117
TEST_F(RelayTest, AnswersARepeatWithOtherContentFromTheCache) {
    MemoryPeer client = connect();
    open_session(client);
    exchange(client, request(101, "<a xmlns='urn:a'/>"));
    say("<presence/>");
    std::string first = client.take_received();
    EXPECT_EQ(heard(), "<a xmlns='urn:a'/>");
    EXPECT_EQ(exchange(client, request(101, "<b xmlns='urn:b'/>", " type='terminate'")), first);
    EXPECT_EQ(heard(), "");
    EXPECT_EQ(endpoint_.session_count(), 1U);
}

// Rows: B-105, B-160, B-163
TEST_F(RelayTest, AcknowledgesNothingAboveAGap) {
    MemoryPeer client = connect();
    open_session(client, "ver='1.11' wait='60' hold='1' ack='1'");
    exchange(client, request(101));
    MemoryPeer another = connect();
    exchange(another, request(103, "<b xmlns='urn:b'/>", " ack='100'"));
    say("<presence/>");
    std::string answer = client.take_received();
    EXPECT_THAT(answer, HasSubstr("<presence "));
    EXPECT_THAT(answer, Not(HasSubstr(" ack=")));
    EXPECT_THAT(exchange(client, request(102, "<a xmlns='urn:a'/>", " ack='101'")),
                HasSubstr(" ack='103'"));
}

// The limits of XEP-0124 §11 and §12 hold because every client is told of them.
// Rows: B-201, B-204, B-074
TEST_F(RelayTest, TellsEveryClientHowOftenItMayAsk) {
    for (std::string_view attributes :
         {kUsualTerms, std::string_view("ver='1.11' wait='60' hold='0'"),
          std::string_view("ver='1.11' wait='0' hold='1'"), std::string_view("wait='60' hold='1'"),
          std::string_view("ver='1.11' ack='1'")}) {
        MemoryPeer client = connect();
        std::string answer = open_session(client, attributes);
        EXPECT_THAT(answer, HasSubstr(" requests='")) << attributes;
        EXPECT_THAT(answer, HasSubstr(" polling='")) << attributes;
    }
}

// Rows: B-047, B-079, B-187, B-303, H-072
TEST_F(RelayTest, OffersNoPauseToALegacyClientAndRefusesItWithAnHttpCode) {
    MemoryPeer client = connect();
    EXPECT_THAT(open_session(client, "wait='60' hold='1'"), Not(HasSubstr(" maxpause=")));
    std::string answer = exchange(client, request(101, "", " pause='1'"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 403 "));
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 0\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nAccess-Control-Allow-Origin: *\r\n"));
    EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
    EXPECT_EQ(endpoint_.session_count(), 0U);
}

// Rows: B-220, B-229, B-223, D-58
TEST_F(RelayTest, TakesATerminateForNoMoreThanThatWhateverItsCondition) {
    MemoryPeer client = connect();
    open_session(client);
    std::string answer = exchange(client, request(101, "<presence xmlns='jabber:client'/>",
                                                  " type='terminate' condition='host-gone'",
                                                  "Content-Type: text/plain\r\n"));
    EXPECT_THAT(answer, HasSubstr(" type='terminate'"));
    EXPECT_THAT(answer, Not(HasSubstr("condition")));
    EXPECT_EQ(heard(), "<presence xmlns='jabber:client'/></stream:stream>");
}

// Rows: B-040, B-062
TEST_F(RelayTest, TakesARepeatedCreationRequestForAnother) {
    MemoryPeer client = connect();
    open_session(client);
    std::string first = sid_;
    open_session(client);
    EXPECT_NE(sid_, first);
    EXPECT_EQ(endpoint_.session_count(), 2U);
}

// Rows: B-056, B-058
TEST_F(RelayTest, IgnoresWhatHasNoMeaningAtCreation) {
    MemoryPeer client = connect();
    std::string answer =
        open_session(client, std::string(kUsualTerms) + " secure='true' pause='10'" +
                                 std::string(kXbosh) + " xmpp:restart='true'");
    EXPECT_THAT(answer, Not(HasSubstr("secure=")));
    EXPECT_THAT(answer, HasSubstr("<stream:features"));
    EXPECT_EQ(stream_header_, our_header());
    advance(20s, client);
    EXPECT_EQ(endpoint_.session_count(), 1U) << "no pause of ten seconds";
}

// Rows, U-003, U-004, U-005, D-21
TEST_F(RelayTest, WritesTheStreamHeaderFromTheCreationRequest) {
    MemoryPeer client = connect();
    for (std::string_view version : {"", " xmlns:x='urn:xmpp:xbosh' x:version='1.0'",
                                     " xmlns:xmpp='urn:xmpp:bosh' xmpp:version='1.0'"}) {
        open_session(client,
                     "ver='1.11' from='alice@example.org' xml:lang='ko'" + std::string(version));
        EXPECT_EQ(stream_header_, our_header(" from='alice@example.org' xml:lang='ko'"));
    }
}

// Rows: X-003
TEST_F(RelayTest, KeepsStreamHeadersToItself) {
    MemoryPeer client = connect();
    EXPECT_THAT(open_session(client), Not(HasSubstr("<stream:stream")));
    EXPECT_EQ(stream_header_, our_header());
    exchange(client, request(101, "", std::string(kXbosh) + " xmpp:restart='true'"));
    EXPECT_EQ(heard(), our_header());
    say(server_header().append(kFeatures));
    EXPECT_THAT(client.received(), HasSubstr("<stream:features"));
    EXPECT_THAT(client.take_received(), Not(HasSubstr("<stream:stream")));
    EXPECT_THAT(exchange(client, request(102, "<stream:stream xmlns='jabber:client' xmlns:stream="
                                              "'http://etherx.jabber.org/streams'/>")),
                HasSubstr("condition='bad-request'"));
    EXPECT_EQ(heard(), "</stream:stream>");
}

// Rows: X-024
TEST_F(RelayTest, TakesAStreamErrorOfTheClientForItsEnd) {
    MemoryPeer client = connect();
    open_session(client);
    std::string answer =
        exchange(client, request(101, "<stream:error xmlns:stream='http://etherx.jabber.org/"
                                      "streams'><reset xmlns='urn:ietf:params:xml:ns:"
                                      "xmpp-streams'/></stream:error>"));
    EXPECT_THAT(answer, EndsWith(" type='terminate'/>"));
    EXPECT_EQ(heard(), "</stream:stream>");
    EXPECT_EQ(endpoint_.session_count(), 0U);
}

// Rows: X-018, D-21, D-32
TEST_F(RelayTest, RestartsWithTheDomainOfTheSession) {
    MemoryPeer client = connect();
    open_session(client);
    exchange(client, request(101, "", std::string(kXbosh) + " xmpp:restart='true'"));
    EXPECT_EQ(heard(), our_header());
    say(server_header().append(kFeatures));
    exchange(client, request(102, "", std::string(kXbosh) + " xmpp:restart='true' to='x.example'"));
    EXPECT_EQ(heard(), our_header());
    EXPECT_EQ(servers_.connector.attempts(), 1U);
    EXPECT_FALSE(servers_.peer().close_mode());
}

// Rows: X-019
TEST_F(RelayTest, RestartsWithTheFromAndTheLanguageOfTheRestartRequest) {
    MemoryPeer client = connect();
    open_session(client, "ver='1.11' xml:lang='ko'");
    exchange(client, request(101, "",
                             std::string(kXbosh) + " xmpp:restart='true' to='example.org'"
                                                   " from='alice@example.org' xml:lang='de'"));
    EXPECT_EQ(heard(), our_header(" from='alice@example.org' xml:lang='de'"));
}

// Rows, D-11
TEST_F(RelayTest, LeavesItToTheClientToRestart) {
    MemoryPeer client = connect();
    open_session(client);
    exchange(client, request(101));
    say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>dj0=</success>");
    EXPECT_THAT(
        client.take_received(),
        EndsWith("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>dj0=</success></body>"));
    EXPECT_EQ(heard(), "");
    exchange(client, request(102));
    say(std::string("<success xmlns='urn:xmpp:sasl:2'/>").append(kFeatures));
    EXPECT_THAT(client.take_received(), HasSubstr("<success xmlns='urn:xmpp:sasl:2'/>"));
    EXPECT_EQ(heard(), "");
}

// Rows
TEST_F(RelayTest, RelaysTheLoginOfOldLikeAnyOtherIq) {
    constexpr std::string_view kOffer = "<auth xmlns='http://jabber.org/features/iq-auth'/>";
    MemoryPeer client = connect();
    EXPECT_THAT(open_session(client, kUsualTerms,
                             "<stream:features>" + std::string(kOffer) + "</stream:features>"),
                HasSubstr(kOffer));
    std::string login = "<iq xmlns='jabber:client' type='set' id='1'><query "
                        "xmlns='jabber:iq:auth'><username>a</username></query></iq>";
    EXPECT_THAT(exchange(client, request(101, login)), IsEmpty());
    EXPECT_EQ(heard(), login);
    std::string result = "<iq xmlns='jabber:client' type='result' id='1'/>";
    say(result);
    EXPECT_THAT(client.received(), EndsWith(result + "</body>"));
}

// Rows: X-022, U-073, U-075, U-077
TEST_F(RelayTest, PassesStreamManagementAndClientStatesOnUntouched) {
    MemoryPeer client = connect();
    open_session(client);
    std::string asked = "<enable xmlns='urn:xmpp:sm:3' resume='true'/>"
                        "<presence xmlns='jabber:client'/><inactive xmlns='urn:xmpp:csi:0'/>"
                        "<r xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='0'/>";
    exchange(client, request(101, asked));
    EXPECT_EQ(heard(), asked);
    std::string answered = "<enabled xmlns='urn:xmpp:sm:3' id='x' resume='true' "
                           "location='[2001:db8::1]:5222'/><a xmlns='urn:xmpp:sm:3' h='1'/>"
                           "<r xmlns='urn:xmpp:sm:3'/>";
    say(answered);
    EXPECT_THAT(client.take_received(), EndsWith(">" + answered + "</body>"));
    exchange(client, request(102, "", " pause='60'"));
    advance(30s, client);
    EXPECT_EQ(heard(), "") << "neither a state nor an acknowledgement of ours";
}

} // namespace
} // namespace bosh
