// A client, a server, and what one hears of the other.
#include "tests/support/recording_watcher.h"
#include "tests/ws/endpoint_fixture.h"

#include <cerrno>
#include <utility>

namespace ws {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// Rows: W-007, W-042, W-043, W-048, W-055, W-068
TEST_F(EndpointTest, OpensAStreamAndRelaysIt) {
    MemoryPeer client = connect();
    client.send(handshake());
    settle(client);
    EXPECT_THAT(client.take_received(),
                HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    EXPECT_EQ(endpoint_.session_count(), 1U);
    EXPECT_EQ(http_->connection_count(), 0U);
    send(client, text(kOpen));
    servers_.accept();
    EXPECT_EQ(heard(), "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
                       "xmlns:stream='http://etherx.jabber.org/streams' to='example.org' "
                       "version='1.0'>");
    say(client, server_header(kEnglish).append(kFeatures));
    EXPECT_THAT(told(client),
                ElementsAre("<open xmlns=\"urn:ietf:params:xml:ns:xmpp-framing\" "
                            "from='example.org' id='s1' version='1.0' xml:lang='en' />",
                            "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
                            "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
                            "</stream:features>"));
    send(client, text("<iq xmlns='jabber:client' id='1'/>"));
    EXPECT_EQ(heard(), "<iq xmlns='jabber:client' id='1'/>");
    say(client, "<message><body>x</body></message>");
    EXPECT_THAT(
        told(client),
        ElementsAre("<message xmlns='jabber:client' xml:lang='en'><body>x</body></message>"));
}

// Rows: -
TEST_F(EndpointTest, TellsTheServersEndOfASession) {
    MemoryPeer client = upgrade();
    auto told_server = [this] {
        std::string address = "no session";
        endpoint_.for_each_of(
            0, [&](const LiveSession& session) { address = session.details().server.address; });
        return address;
    };
    EXPECT_EQ(told_server(), "");
    send(client, text(kOpen));
    EXPECT_EQ(told_server(), "");
    servers_.accept(*net::Address::parse("192.0.2.5", 5222));
    EXPECT_EQ(told_server(), "192.0.2.5:5222");
}

// Rows: -
TEST_F(EndpointTest, TellsAWatcherOfEachLife) {
    tests::RecordingWatcher watcher;
    endpoint_.set_watcher(watcher);
    MemoryPeer client = connect();
    send(client, handshake());
    ASSERT_EQ(watcher.told.size(), 1U);
    EXPECT_THAT(watcher.told[0], StartsWith("opened websocket ws-1"));
    send(client, text(kOpen));
    servers_.accept();
    client.end();
    settle(client);
    ASSERT_EQ(watcher.told.size(), 2U);
    EXPECT_THAT(watcher.told[1], StartsWith("ended websocket ws-1 example.org"));
    EXPECT_THAT(watcher.told[1], EndsWith(" client-lost"));
}

// Rows: W-011
TEST_F(EndpointTest, ReadsFramesThatCameWithTheHandshake) {
    std::string input = handshake() + text(kOpen);
    for (size_t at = 1; at < input.size(); ++at) {
        MemoryPeer client = connect();
        send(client, input.substr(0, at));
        send(client, input.substr(at));
        EXPECT_EQ(servers_.connector.pending(), 1U) << at;
        client.end();
        settle(client);
    }
    EXPECT_TRUE(endpoint_.empty());
}

// Rows: W-004, W-010, W-012
TEST_F(EndpointTest, RefusesWhatItDoesNotServe) {
    auto answer_to = [&](std::string_view request) {
        MemoryPeer client = connect();
        send(client, request);
        return client.take_received();
    };
    EXPECT_THAT(answer_to("GET /xmpp-websocket HTTP/1.1\r\nHost: h\r\n\r\n"),
                StartsWith("HTTP/1.1 426 Upgrade Required\r\n"));
    EXPECT_THAT(answer_to("GET /other HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
    std::string answer = answer_to("PUT /xmpp-websocket HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(answer, HasSubstr("\r\nAllow: GET, OPTIONS\r\n"));
    endpoint_.refuse_new(true);
    EXPECT_THAT(answer_to(handshake()), StartsWith("HTTP/1.1 503 "));
    EXPECT_EQ(env_.metrics[base::Counter::WsHandshakesRefused], 3U);
}

// Rows: W-033, W-040
TEST_F(EndpointTest, SendsEachElementAsAMessageInOneWrite) {
    MemoryPeer client = log_in();
    size_t writes = client.writes();
    say(client, "<a xmlns='urn:a'/> <b xmlns='urn:b'/>\n<c xmlns='urn:c'/>");
    EXPECT_EQ(client.writes(), writes + 1);
    EXPECT_THAT(told(client), testing::SizeIs(3));
    say(client, "<d xmlns='urn:d'>" + std::string(70'000, 'x') + "</d>");
    EXPECT_THAT(told(client), ElementsAre("fragment 65536", StartsWith("last fragment ")));
}

// Rows: W-057
TEST_F(EndpointTest, SwallowsTheServersWhiteSpace) {
    MemoryPeer client = log_in();
    say(client, "  \n ");
    EXPECT_THAT(told(client), IsEmpty());
}

// Rows: W-024, W-025, D-47
TEST_F(EndpointTest, PutsTheClientsFragmentsTogether) {
    MemoryPeer client = log_in();
    std::string_view xml = "<message><body>한국어 😀</body></message>";
    for (size_t at = 0; at < xml.size(); ++at) {
        send(client, fragment(0x01, xml.substr(0, at)) + fragment(0x89, "p"));
        EXPECT_THAT(told(client), ElementsAre("pong p"));
        send(client, fragment(0x80, xml.substr(at)));
        EXPECT_EQ(heard(), xml);
    }
}

// Rows: W-052, W-053
TEST_F(EndpointTest, RestartsTheStream) {
    MemoryPeer client = log_in();
    send(client, text(kOpen));
    EXPECT_THAT(heard(), HasSubstr("<stream:stream "));
    say(client, server_header(kEnglish).append(kFeatures));
    EXPECT_THAT(told(client), ElementsAre(StartsWith("<open "), StartsWith("<stream:features ")));
    EXPECT_EQ(servers_.connector.attempts(), 1U);
}

// Rows: W-060, W-030
TEST_F(EndpointTest, ClosesInOrderWhenTheClientAsks) {
    MemoryPeer client = log_in();
    send(client, text(kCloseElement));
    EXPECT_EQ(heard(), kEndTag);
    EXPECT_THAT(told(client), IsEmpty());
    say(client, "<last xmlns='urn:x'/>" + std::string(kEndTag));
    EXPECT_THAT(told(client),
                ElementsAre(StartsWith("<last "), std::string(kCloseElement), "close 1000"));
    EXPECT_FALSE(client.close_mode());
    send(client, fragment(0x88, "\x03\xE8"));
    EXPECT_EQ(client.close_mode(), net::CloseMode::Flush);
    EXPECT_TRUE(endpoint_.empty());
    EXPECT_EQ(env_.metrics[base::Counter::WsSessionsEnded], 1U);
}

// Rows: W-061, W-062
TEST_F(EndpointTest, TellsTheClientHowTheServerEnds) {
    MemoryPeer client = log_in();
    say(client, "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                "</stream:error></stream:stream>");
    EXPECT_THAT(told(client),
                ElementsAre("<stream:error xmlns:stream='http://etherx.jabber.org/streams'>"
                            "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                            "</stream:error>",
                            std::string(kCloseElement), "close 1000"));
    MemoryPeer another = log_in();
    say(another, kEndTag);
    EXPECT_THAT(told(another), ElementsAre(std::string(kCloseElement)));
    send(another, text(kCloseElement));
    EXPECT_THAT(told(another), ElementsAre("close 1000"));
}

// Rows: W-063, W-047
TEST_F(EndpointTest, SaysThatTheServerCannotBeReached) {
    MemoryPeer client = upgrade();
    send(client, text(kOpen));
    servers_.connector.fail(ECONNREFUSED);
    settle(client);
    EXPECT_THAT(told(client),
                ElementsAre(StartsWith("<open "), HasSubstr("<remote-connection-failed "),
                            std::string(kCloseElement), "close 1000"));
}

// Rows: W-064, W-065
TEST_F(EndpointTest, LeavesAResumableStreamOpenWhoeverIsLost) {
    constexpr std::string_view kEnabled = "<enabled xmlns='urn:xmpp:sm:3' id='x' resume='true'/>";
    MemoryPeer client = log_in();
    say(client, kEnabled);
    client.reset();
    settle(client);
    EXPECT_EQ(heard(), "");
    EXPECT_TRUE(servers_.peer().close_mode().has_value());

    MemoryPeer another = log_in();
    say(another, kEnabled);
    (void)another.take_received();
    servers_.peer().end();
    settle(another);
    EXPECT_THAT(told(another), ElementsAre("close 1011"));
}

// Rows: W-020, W-026, W-027, W-031
TEST_F(EndpointTest, EndsTheConnectionOnBadFrames) {
    for (auto [bytes, code] : {std::pair(fragment(0x82, "x"), "close 1003"),
                               std::pair(frame({.payload = "x", .masked = false}), "close 1002"),
                               std::pair(text("\xFF"), "close 1007")}) {
        MemoryPeer client = log_in();
        send(client, bytes + text("<a/>"));
        EXPECT_THAT(told(client), ElementsAre(code));
        EXPECT_EQ(heard(), kEndTag);
        EXPECT_EQ(client.close_mode(), net::CloseMode::Flush);
    }
    MemoryPeer client = log_in();
    send(client, "\x81\xFF\x00\x00\x00\x00\x00\x10\x00\x00"sv);
    EXPECT_THAT(told(client), ElementsAre(HasSubstr("<policy-violation "),
                                          std::string(kCloseElement), "close 1009"));
}

// Rows: W-035
TEST_F(EndpointTest, FindsADeadClient) {
    MemoryPeer client = log_in();
    advance(31s, client);
    EXPECT_THAT(told(client), ElementsAre("ping"));
    send(client, fragment(0x8A, ""));
    advance(31s, client);
    EXPECT_THAT(told(client), ElementsAre("ping"));
    advance(21s, client);
    EXPECT_THAT(heard(), EndsWith(kEndTag));
    EXPECT_TRUE(endpoint_.empty());
}

// Rows: W-066
TEST_F(EndpointTest, SendsWhoComesInClearElsewhere) {
    settings_.see_other_uri = "wss://chat.example/";
    MemoryPeer client = connect({.encrypted = false});
    send(client, handshake() + text(kOpen));
    EXPECT_THAT(client.take_received(), HasSubstr("see-other-uri='wss://chat.example/' />"));
    EXPECT_EQ(servers_.connector.attempts(), 0U);
}

} // namespace
} // namespace ws
