#include "tests/support/fake_connector.h"
#include "tests/support/for_each_split.h"
#include "tests/support/test_env.h"
#include "xmpp/relay_factory.h"
#include "xmpp/stream_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using xmpp::condition_for;
using xmpp::Stanza;
using xmpp::Upstream;
using xmpp::UpstreamEnd;

constexpr std::string_view kOurHeader =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' to='example.org' version='1.0'>";
constexpr std::string_view kHeader =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' from='example.org' id='s1' version='1.0'>";
constexpr std::string_view kFeatures =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";
constexpr std::string_view kFeaturesEvent =
    "features <stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
    "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";
constexpr std::string_view kEndTag = "</stream:stream>";

std::string operator+(std::string_view left, std::string_view right) {
    return std::string(left).append(right);
}

// What a session would see, one line an event.
class Session final : public xmpp::UpstreamListener {
public:
    void on_stream_opened(const xmpp::StreamOpened& header) override {
        seen(std::string("opened id=") + header.id + " version=" + header.version +
             " lang=" + header.lang);
    }
    void on_stanza(Stanza stanza) override {
        constexpr std::string_view kKinds[] = {"message",  "presence", "iq",
                                               "features", "error",    "other"};
        seen(kKinds[static_cast<size_t>(stanza.kind)] + " " + stanza.bytes.view());
    }
    void on_batch_end() override { seen("batch"); }
    void on_upstream_drained() override { seen("drained"); }
    void on_upstream_ended(UpstreamEnd end, base::Error why) override {
        constexpr std::string_view kEnds[] = {"connect-failed", "lost", "bad-stream",
                                              "stream-error", "closed"};
        reason = why;
        seen("ended " + kEnds[static_cast<size_t>(end)]);
    }
    std::vector<std::string> take() { return std::exchange(events, {}); }

    std::vector<std::string> events;
    base::Error reason{};
    std::function<void(std::string_view)> react; // called inside each callback

private:
    void seen(const std::string& event) {
        events.push_back(event);
        if (react) {
            react(event);
        }
    }
};

class UpstreamStreamTest : public testing::Test {
protected:
    explicit UpstreamStreamTest(xmpp::UpstreamSettings settings = {})
        : factory(test.env(), connector, check, settings,
                  {{"example.org", {.host = "xmpp.example.org", .port = 5222}}}) {}

    void connect() {
        upstream = factory.create("example.org", session);
        ASSERT_NE(upstream, nullptr);
        upstream->open(parameters);
        server = connector.succeed();
        EXPECT_EQ(server->take_received(), kOurHeader);
    }
    // Connected, with features; nothing of it is left in events.
    void open() {
        connect();
        say(kHeader + kFeatures);
        EXPECT_THAT(session.take(),
                    ElementsAre("opened id=s1 version=1.0 lang=", kFeaturesEvent, "batch"));
    }
    // Open, and logged in by a restart.
    void log_in() {
        open();
        upstream->restart(parameters);
        say(kHeader + kFeatures);
        (void)heard();
        session.take();
    }
    void say(std::string_view bytes) {
        server->send(bytes);
        server->pump();
    }
    void send(std::string_view bytes) {
        upstream->send(base::SliceChain(base::Slice::copy(test.pool, bytes)));
        server->pump();
    }
    std::string heard() { return server->take_received(); }

    xmpp::StreamParameters parameters{.to = "example.org", .from = "", .lang = ""};
    tests::TestEnv test;
    tests::FakeConnector connector;
    xmpp::XmlCheck check;
    Session session;
    xmpp::RelayFactory factory;
    std::unique_ptr<Upstream> upstream;
    std::optional<tests::MemoryPeer> server;
};

TEST_F(UpstreamStreamTest, IsMadeOnlyForDomainsServed) {
    EXPECT_EQ(factory.create("example.net", session), nullptr);
}

// Rows: U-001, U-003, X-006
TEST_F(UpstreamStreamTest, OpensAStreamAndHandsOverHeaderAndFeatures) {
    upstream = factory.create("example.org", session);
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
        upstream = factory.create("example.org", session);
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

// Rows: B-027, B-029, B-030, X-044, U-017
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

TEST_F(UpstreamStreamTest, ARestartBeforeTheConnectionIsThereOnlyChangesTheHeader) {
    upstream = factory.create("example.org", session);
    upstream->open({.to = "example.org", .from = "", .lang = "ko"});
    upstream->restart(parameters);
    server = connector.succeed();
    EXPECT_EQ(heard(), kOurHeader);
}

// Rows, U-062
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

// Rows: U-052, U-053, X-030
TEST_F(UpstreamStreamTest, HandsOverAStreamErrorAtAnyMoment) {
    constexpr std::string_view kError =
        "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
        "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>no</text></stream:error>";
    constexpr std::string_view kErrorEvent =
        "error <stream:error xmlns:stream='http://etherx.jabber.org/streams'>"
        "<host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
        "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>no</text></stream:error>";
    connect();
    say(kHeader + kError + kEndTag);
    EXPECT_THAT(session.take(),
                ElementsAre("opened id=s1 version=1.0 lang=", kErrorEvent, "ended stream-error"));
    EXPECT_EQ(session.reason.category, base::Category::Stream);
    EXPECT_EQ(xmpp::to_string(condition_for(session.reason)), "host-unknown");
    EXPECT_EQ(heard(), kEndTag);
    EXPECT_EQ(server->close_mode(), net::CloseMode::Flush);

    log_in();
    say("<message/>" + kError + "<message/>");
    EXPECT_THAT(session.take(), ElementsAre("message <message xmlns='jabber:client'/>", kErrorEvent,
                                            "ended stream-error"));
}

// Rows: U-051, X-032
TEST_F(UpstreamStreamTest, AnswersTheServersClosingTag) {
    open();
    say("<message/>" + kEndTag + "garbage");
    EXPECT_THAT(session.take(),
                ElementsAre("message <message xmlns='jabber:client'/>", "ended closed"));
    EXPECT_EQ(heard(), kEndTag);
    EXPECT_EQ(server->close_mode(), net::CloseMode::Flush);
    send("<message/>");
    EXPECT_EQ(heard(), "");
}

// Rows: X-033, U-057
TEST_F(UpstreamStreamTest, SaysThatTheConnectionIsLost) {
    open();
    say("<message/><mess");
    server->end();
    server->pump();
    EXPECT_THAT(session.take(),
                ElementsAre("message <message xmlns='jabber:client'/>", "batch", "ended lost"));
    EXPECT_EQ(session.reason.code, static_cast<uint16_t>(net::NetFault::EndOfStream));
    EXPECT_EQ(connector.attempts(), 1u);
    send("<message/>");
    upstream->close(Upstream::CloseMode::Graceful);
    EXPECT_EQ(heard(), "");
}

// Rows: U-032, B-084
TEST_F(UpstreamStreamTest, SaysThatTheServerCannotBeReached) {
    upstream = factory.create("example.org", session);
    upstream->open(parameters);
    connector.fail(ECONNREFUSED);
    EXPECT_THAT(session.take(), ElementsAre("ended connect-failed"));
    EXPECT_EQ(session.reason.code, ECONNREFUSED);

    connect();
    server->reset();
    server->pump();
    EXPECT_THAT(session.take(), ElementsAre("ended connect-failed"));
}

// Rows: U-030
TEST_F(UpstreamStreamTest, WaitsTenSecondsForTheConnection) {
    upstream = factory.create("example.org", session);
    upstream->open(parameters);
    test.advance(9900ms);
    EXPECT_THAT(session.take(), IsEmpty());
    test.advance(300ms);
    EXPECT_THAT(session.take(), ElementsAre("ended connect-failed"));
    EXPECT_EQ(connector.pending(), 0u);
}

TEST_F(UpstreamStreamTest, WaitsTenSecondsForFeatures) {
    connect();
    say(kHeader);
    session.take();
    test.advance(9900ms);
    EXPECT_THAT(session.take(), IsEmpty());
    test.advance(300ms);
    EXPECT_THAT(session.take(), ElementsAre("ended connect-failed"));
    server->pump();
    EXPECT_EQ(heard(), kEndTag);

    open();
    upstream->restart(parameters);
    test.advance(10200ms);
    EXPECT_THAT(session.take(), ElementsAre("ended lost"));
}

// Rows: U-030
TEST_F(UpstreamStreamTest, CancelsTheConnectionAttemptOfASessionThatIsGone) {
    upstream = factory.create("example.org", session);
    upstream->open(parameters);
    upstream.reset();
    EXPECT_EQ(connector.pending(), 0u);
    EXPECT_EQ(factory.closing(), 0u);
    test.advance(20s);
    EXPECT_THAT(session.take(), IsEmpty());
}

// Rows: U-050, U-072
TEST_F(UpstreamStreamTest, ClosesGracefullyEvenWhenItsSessionIsGone) {
    open();
    upstream->close(Upstream::CloseMode::Graceful);
    EXPECT_EQ(heard(), kEndTag);
    send("<message/>");
    EXPECT_EQ(heard(), "");
    upstream.reset();
    EXPECT_EQ(factory.closing(), 1u);
    say("<message/><iq>");
    EXPECT_EQ(server->close_mode(), std::nullopt);
    say("</iq>" + kEndTag);
    EXPECT_EQ(server->close_mode(), net::CloseMode::Flush);
    server->pump();
    test.turn();
    EXPECT_EQ(factory.closing(), 0u);
    EXPECT_FALSE(server->alive());
    EXPECT_THAT(session.take(), IsEmpty());
}

// Rows: U-050
TEST_F(UpstreamStreamTest, WaitsFiveSecondsForTheServersClosingTag) {
    open();
    upstream->pause_read();
    upstream->close(Upstream::CloseMode::Graceful);
    upstream.reset();
    EXPECT_FALSE(server->reading_paused());
    test.advance(4900ms);
    EXPECT_EQ(factory.closing(), 1u);
    test.advance(300ms);
    EXPECT_EQ(factory.closing(), 0u);
    EXPECT_FALSE(server->alive());
}

// Rows: U-050
TEST_F(UpstreamStreamTest, GivesUpOnAServerThatTakesNoBytes) {
    open();
    server->stall();
    upstream->close(Upstream::CloseMode::Drop);
    upstream.reset();
    EXPECT_EQ(factory.closing(), 1u);
    test.advance(5200ms);
    EXPECT_EQ(factory.closing(), 0u);
    EXPECT_FALSE(server->alive());
}

// Rows: U-070
TEST_F(UpstreamStreamTest, DropsWithoutAClosingTag) {
    open();
    send("<a/>");
    upstream->close(Upstream::CloseMode::Drop);
    upstream.reset();
    server->pump();
    test.turn();
    EXPECT_EQ(heard(), "<a/>");
    EXPECT_TRUE(server->saw_end());
    EXPECT_EQ(factory.closing(), 0u);
}

TEST_F(UpstreamStreamTest, ASessionMayCloseInsideOfItsCallbacks) {
    open();
    session.react = [this](std::string_view event) {
        if (event.starts_with("message")) {
            upstream->close(Upstream::CloseMode::Graceful);
            test.retired.retire(std::move(upstream));
        }
    };
    say("<message/><presence/>");
    EXPECT_THAT(session.take(), ElementsAre("message <message xmlns='jabber:client'/>"));
    test.turn();
    EXPECT_EQ(factory.closing(), 1u);
    say("<presence/>" + kEndTag);
    test.turn();
    EXPECT_EQ(factory.closing(), 0u);
    EXPECT_EQ(heard(), kEndTag);
}

TEST_F(UpstreamStreamTest, ASessionMayLetGoWhenItIsToldOfTheEnd) {
    open();
    session.react = [this](std::string_view event) {
        if (event.starts_with("ended")) {
            test.retired.retire(std::move(upstream));
        }
    };
    server->stall();
    say("oops");
    test.turn();
    EXPECT_EQ(factory.closing(), 1u); // the stream error has not left yet
    server->unstall();
    server->pump();
    test.turn();
    EXPECT_EQ(factory.closing(), 0u);
    EXPECT_NE(heard().find("bad-format"), std::string::npos);
}

// Rows: U-054, U-063
TEST_F(UpstreamStreamTest, KeepsAnIdleStreamAliveOnlyAfterLogin) {
    open();
    test.advance(200s);
    server->pump();
    EXPECT_EQ(heard(), "");
    log_in();
    test.advance(59s);
    EXPECT_EQ(heard(), "");
    test.advance(2s);
    EXPECT_EQ(heard(), " ");
    test.advance(58s);
    EXPECT_EQ(heard(), "");
    test.advance(2s);
    EXPECT_EQ(heard(), " ");
}

// Rows: U-054, U-062
TEST_F(UpstreamStreamTest, KnowsLoginWithoutRestart) {
    open();
    say("<success xmlns='urn:xmpp:sasl:2'/>" + kFeatures);
    test.advance(61s);
    EXPECT_EQ(heard(), " ");

    session.take();
    open();
    say("<success xmlns='urn:xmpp:sasl:2'/>"); // resumed: no features follow
    test.advance(61s);
    EXPECT_EQ(heard(), "");
    say("<message/>");
    test.advance(61s);
    EXPECT_EQ(heard(), " ");
}

// Rows: U-054
TEST_F(UpstreamStreamTest, AWriteMovesTheKeepalive) {
    log_in();
    test.advance(40s);
    send("<a/>");
    EXPECT_EQ(heard(), "<a/>");
    test.advance(59s);
    EXPECT_EQ(heard(), "");
    test.advance(2s);
    EXPECT_EQ(heard(), " ");
}

// Rows: B-145
TEST_F(UpstreamStreamTest, SaysWhenTheServerDoesNotKeepUp) {
    open();
    server->stall();
    send(std::string(63UL * 1024, ' '));
    EXPECT_FALSE(upstream->congested());
    send(std::string(1024, ' '));
    EXPECT_TRUE(upstream->congested());
    EXPECT_THAT(session.take(), IsEmpty());
    server->accept_per_step(33UL * 1024);
    server->pump();
    EXPECT_FALSE(upstream->congested());
    EXPECT_THAT(session.take(), ElementsAre("drained"));
}

// Rows: B-144
TEST_F(UpstreamStreamTest, PausesReadingForItsSession) {
    open();
    upstream->pause_read();
    EXPECT_TRUE(server->paused(net::PauseReason::Outbox));
    say("<message/>");
    EXPECT_THAT(session.take(), IsEmpty());
    upstream->resume_read();
    server->pump();
    EXPECT_THAT(session.take(), ElementsAre("message <message xmlns='jabber:client'/>", "batch"));
}

class StrippingTest : public UpstreamStreamTest {
protected:
    StrippingTest() : UpstreamStreamTest({.channel_binding = xmpp::ChannelBinding::Strip}) {}
};

// Rows: U-068
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
