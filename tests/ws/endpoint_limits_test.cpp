// What a WebSocket may take: of memory, of its server, of its client's limits.
#include "tests/ws/endpoint_fixture.h"

#include <utility>

namespace ws {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

// Rows: B-061, S-040
TEST_F(EndpointTest, RefusesMoreSessionsThanItMayHave) {
    settings_.max_sessions = 1;
    MemoryPeer first = upgrade();
    MemoryPeer second = connect();
    send(second, handshake());
    std::string answer = second.take_received();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << "nor has its connection a place";
    first.end();
    settle(first);
    upgrade();
}

// Rows: B-061, H-049
TEST_F(EndpointTest, RefusesASessionForWhichThereIsNoDescriptor) {
    base::Places descriptors;
    base::Places sessions;
    sessions.draw_on(descriptors, 3, 2);
    endpoint_.set_places(sessions);
    MemoryPeer first = upgrade();
    MemoryPeer second = connect();
    send(second, handshake());
    EXPECT_THAT(second.take_received(), StartsWith("HTTP/1.1 503 "));
    first.end();
    settle(first);
    EXPECT_EQ(descriptors.taken(), 0U);
    upgrade();
}

// Rows: -
TEST_F(EndpointTest, NewSettingsAreForNewSessions) {
    MemoryPeer old_client = log_in();
    Settings smaller = settings_;
    smaller.frames.max_message_bytes = 1000;
    endpoint_.use(smaller);
    std::string message = text("<a xmlns='urn:a'>" + std::string(2000, 'x') + "</a>");
    send(old_client, message);
    EXPECT_THAT(told(old_client), IsEmpty());
    EXPECT_THAT(heard(), EndsWith("x</a>"));
    EXPECT_THAT(endpoint_.settings_in_use(), UnorderedElementsAre(&settings_, &smaller));
    old_client.end();
    settle(old_client);
    EXPECT_THAT(endpoint_.settings_in_use(), ElementsAre(&smaller));

    MemoryPeer client = log_in();
    send(client, message);
    EXPECT_THAT(told(client), testing::Contains("close 1009"));
}

// Rows: W-034
TEST_F(EndpointTest, HoldsTheServerBackForAClientThatDoesNotRead) {
    MemoryPeer client = log_in();
    client.stall();
    std::string stanza = "<a xmlns='urn:a'>" + std::string(40'000, 'x') + "</a>";
    say(client, stanza);
    say(client, stanza);
    EXPECT_FALSE(servers_.peer().paused(net::PauseReason::Outbox));
    say(client, stanza);
    EXPECT_TRUE(servers_.peer().paused(net::PauseReason::Outbox));
    say(client, stanza);
    EXPECT_EQ(servers_.peer().undelivered_bytes(), stanza.size());
    client.unstall();
    settle(client);
    settle(client);
    EXPECT_FALSE(servers_.peer().paused(net::PauseReason::Outbox));
    EXPECT_THAT(told(client), testing::SizeIs(4));
}

// Rows: W-034
TEST_F(EndpointTest, HoldsTheClientBackForAServerThatDoesNotRead) {
    MemoryPeer client = log_in();
    servers_.peer().stall();
    std::string message = text("<a xmlns='urn:a'>" + std::string(40'000, 'x') + "</a>");
    send(client, message + message + text("<b xmlns='urn:b'/>"));
    EXPECT_TRUE(client.reading_paused());
    send(client, text("<c xmlns='urn:c'/>"));
    EXPECT_GT(client.undelivered_bytes(), 0U);
    servers_.peer().unstall();
    settle(client);
    settle(client);
    EXPECT_FALSE(client.reading_paused());
    EXPECT_THAT(heard(), EndsWith("</a><b xmlns='urn:b'/><c xmlns='urn:c'/>"));
}

// Rows: W-067, X-040, X-042
TEST_F(EndpointTest, ReturnsWhatALostClientCannotHear) {
    MemoryPeer client = log_in();
    client.stall();
    say(client, "<message from='bob@x' to='a@y' id='1'/>");
    say(client, "<message from='bob@x' to='a@y' id='2'/><presence/>");
    client.reset();
    settle(client);
    std::string last_words = heard();
    EXPECT_THAT(last_words, StartsWith("<message "));
    EXPECT_THAT(last_words, HasSubstr("<recipient-unavailable "));
    EXPECT_THAT(last_words, HasSubstr("id='2'"));
    EXPECT_THAT(last_words, Not(HasSubstr("id='1'"))) << "was written already";
    EXPECT_THAT(last_words, EndsWith("</message></stream:stream>"));
}

// Rows: S-014, W-032
TEST_F(EndpointTest, CompressesWhatIsWorthIt) {
    settings_.deflate = true;
    MemoryPeer client = log_in("Sec-WebSocket-Extensions: permessage-deflate\r\n");
    say(client, "<a xmlns='urn:a'>" + std::string(500, 'x') + "</a>");
    say(client, "<b xmlns='urn:b'/>");
    say(client, "<c xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + std::string(500, 'x') + "</c>");
    std::vector<std::string> frames = told(client);
    ASSERT_EQ(frames.size(), 3U);
    EXPECT_THAT(frames[0], StartsWith("deflated <a xmlns='urn:a'>xxx"));
    EXPECT_THAT(frames[1], StartsWith("<b "));
    EXPECT_THAT(frames[2], StartsWith("<c "));

    MessageCoder coder(env_.pool);
    base::SliceChain xml(base::Slice::literal("<message><body>한</body></message>"));
    std::string coded = coder.deflate(DeflateWindow::Wide, xml).to_string();
    send(client, fragment(0xC1, coded));
    EXPECT_EQ(heard(), xml.to_string());
    base::SliceChain no_text(base::Slice::literal("<a>\xFF</a>"));
    send(client, fragment(0xC1, coder.deflate(DeflateWindow::Wide, no_text).to_string()));
    EXPECT_THAT(told(client), ElementsAre("close 1007"));
}

// Rows: W-027, W-032, S-013
TEST_F(EndpointTest, InflatesNoFurtherThanAMessageMayBe) {
    settings_.deflate = true;
    MemoryPeer client = log_in("Sec-WebSocket-Extensions: permessage-deflate\r\n");
    MessageCoder coder(env_.pool);
    base::SliceChain bomb(base::Slice::copy(env_.pool, std::string(1 << 20, ' ')));
    send(client, fragment(0xC1, coder.deflate(DeflateWindow::Wide, bomb).to_string()));
    EXPECT_THAT(told(client), ElementsAre(HasSubstr("<policy-violation "),
                                          std::string(kCloseElement), "close 1009"));
}

// Rows: S-040
TEST_F(EndpointTest, KeepsNothingWhileNothingHappens) {
    MemoryPeer client = log_in();
    size_t before = env_.pool.used_bytes();
    send(client, text("<message/>") + fragment(0x89, "x"));
    say(client, "<message/>");
    EXPECT_EQ(env_.pool.used_bytes(), before);
    EXPECT_LE(sizeof(LiveSession), 800U);
}

class LimitedEndpointTest : public EndpointTest {
protected:
    void SetUp() override {
        facts_.peer = *net::Address::parse("192.0.2.1", 1);
        limit({});
        EndpointTest::SetUp();
    }
    // Before the first connection.
    void limit(const http::ClientLimitSettings& settings) {
        limit_settings_ = settings;
        ledger_.emplace(limit_settings_.memory_ceiling_bytes);
        limits_.emplace(services_, limit_settings_, *ledger_);
    }
    // The status that a handshake gets, "101" if it becomes a WebSocket.
    std::string status(MemoryPeer& client) {
        send(client, handshake());
        return client.take_received().substr(std::string_view("HTTP/1.1 ").size(), 3);
    }

    http::ClientLimitSettings limit_settings_;
};

// Rows: B-061, S-040
TEST_F(LimitedEndpointTest, RefusesSessionsAboveTheLimitOfTheirAddress) {
    limit({.address_sessions = 1});
    MemoryPeer first = upgrade();
    MemoryPeer second = connect();
    send(second, handshake());
    std::string answer = second.take_received();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 429 "));
    EXPECT_THAT(answer, HasSubstr("\r\nRetry-After: "));
    MemoryPeer other = connect({.peer = *net::Address::parse("192.0.2.2", 1)});
    EXPECT_EQ(status(other), "101");
    first.end();
    settle(first);
    EXPECT_EQ(status(second), "101") << "the connection is as good as before";
    EXPECT_EQ(env_.metrics[base::Counter::AddressSessionsRefused], 1U);
}

// Rows: S-041
TEST_F(LimitedEndpointTest, CountsSessionsThatHaveNotLoggedInApart) {
    limit({.address_unauthenticated = 1});
    MemoryPeer first = open();
    MemoryPeer second = connect();
    EXPECT_EQ(status(second), "429");
    say(first, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    EXPECT_EQ(status(second), "101");
    MemoryPeer third = connect();
    EXPECT_EQ(status(third), "429");
    second.end();
    settle(second);
    EXPECT_EQ(status(third), "101");
    EXPECT_EQ(env_.metrics[base::Counter::WsLogins], 1U);
    EXPECT_EQ(env_.metrics[base::Counter::WsSessionsLeft], 0U);
    first.end();
    settle(first);
    EXPECT_EQ(env_.metrics[base::Counter::WsSessionsLeft], 1U);
}

// Rows: H-045, S-040
TEST_F(LimitedEndpointTest, CountsItsConnectionAsLongAsItLives) {
    limit({.address_connections = 1});
    MemoryPeer first = upgrade();
    MemoryPeer second = connect();
    settle(second);
    EXPECT_THAT(second.take_received(), StartsWith("HTTP/1.1 429 "));
    first.end();
    settle(first);
    second.end();
    settle(second);
    upgrade();
}

// Rows: B-061
TEST_F(LimitedEndpointTest, TakesNothingForAHandshakeThatDoesNotSucceed) {
    limit({.address_sessions = 1});
    MemoryPeer client = connect();
    send(client, "GET /xmpp-websocket HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client.take_received(), StartsWith("HTTP/1.1 426 "));
    EXPECT_EQ(status(client), "101");
}

// Rows: S-042
TEST_F(LimitedEndpointTest, ReadsNoFurtherFromWhoSendsTooManyMessages) {
    limit({.address_requests = 10}); // and five seconds' worth at once
    MemoryPeer client = log_in();
    std::string flood;
    for (int i = 0; i < 200; ++i) flood += text("<a/>");
    send(client, flood);
    size_t taken = heard().size() / std::string_view("<a/>").size();
    EXPECT_GT(taken, 40U);
    EXPECT_LT(taken, 60U);
    EXPECT_TRUE(client.reading_paused());
    for (int i = 0; i < 60; ++i) {
        advance(1s, client);
        taken += heard().size() / std::string_view("<a/>").size();
    }
    EXPECT_EQ(taken, 200U) << "nothing is lost";
    EXPECT_FALSE(client.reading_paused());
    EXPECT_GE(env_.metrics[base::Counter::AddressRequestsRefused], 14U);
    EXPECT_GE(env_.metrics[base::Counter::PausesLimits], 14U);
    EXPECT_EQ(env_.metrics[base::Counter::OthersFromClients], 200U);
}

// Rows: S-042
TEST_F(LimitedEndpointTest, PingsCountAsMessagesDo) {
    limit({.address_requests = 10});
    MemoryPeer client = log_in();
    std::string flood;
    for (int i = 0; i < 200; ++i) flood += fragment(0x89, "");
    send(client, flood);
    EXPECT_LT(told(client).size(), 60U);
    EXPECT_TRUE(client.reading_paused());
}

// Rows: S-042, W-035
TEST_F(LimitedEndpointTest, ReadsNoFurtherFromWhoSendsTooMuch) {
    limit({.address_bytes = 1000});
    MemoryPeer client = log_in();
    std::string message = "<a>" + std::string(60'000, 'x') + "</a>";
    send(client, text(message));
    EXPECT_EQ(heard(), message) << "what is larger than what is left delays the next";
    send(client, text("<b/>"));
    EXPECT_EQ(heard(), "");
    EXPECT_TRUE(client.reading_paused());
    advance(50s, client);
    EXPECT_THAT(told(client), IsEmpty()) << "a client that is not read from need not answer pings";
    EXPECT_EQ(heard(), "");
    advance(10s, client);
    EXPECT_EQ(heard(), "<b/>");
    EXPECT_FALSE(client.reading_paused());
}

// Rows: S-013, S-042
TEST_F(LimitedEndpointTest, CountsWhatIsUnpacked) {
    settings_.deflate = true;
    limit({.address_bytes = 10'000});
    MemoryPeer client = log_in("Sec-WebSocket-Extensions: permessage-deflate\r\n");
    MessageCoder coder(env_.pool);
    std::string message = "<a>" + std::string(100'000, 'x') + "</a>";
    std::string coded =
        coder.deflate(DeflateWindow::Wide, base::SliceChain(base::Slice::copy(env_.pool, message)))
            .to_string();
    send(client, fragment(0xC1, coded) + text("<b/>"));
    EXPECT_EQ(heard(), message + "<b/>");
    send(client, text("<c/>"));
    EXPECT_EQ(heard(), "");
    EXPECT_TRUE(client.reading_paused());
    advance(6s, client);
    EXPECT_EQ(heard(), "<c/>");
}

// Rows: S-042
TEST_F(LimitedEndpointTest, HearsOfTheEndOfWhoIsNotReadFrom) {
    limit({.address_bytes = 10});
    MemoryPeer client = log_in();
    send(client, text("<a>" + std::string(100, 'x') + "</a>"));
    send(client, text("<b/>"));
    EXPECT_TRUE(client.reading_paused());
    say(client, "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                "</stream:error></stream:stream>");
    EXPECT_THAT(told(client),
                ElementsAre(HasSubstr("<conflict "), std::string(kCloseElement), "close 1000"));
    advance(6s, client);
    EXPECT_TRUE(endpoint_.empty());
}

// Rows: S-040, W-031
TEST_F(EndpointTest, EndsWhoBeginsLargeMessagesWhenThereIsNoMemory) {
    MemoryPeer client = log_in();
    MemoryPeer modest = log_in();
    std::string rest(env_.pool.budget_bytes(), 'x');
    base::Slice hog = base::Slice::copy(env_.pool, rest);
    send(modest, text("<b/>"));
    EXPECT_EQ(heard(), "<b/>") << "small ones are how memory comes back";
    send(client, frame({.first = 0x01, .payload = std::string(3000, 'x')}));
    EXPECT_THAT(told(client), IsEmpty());
    send(client, frame({.first = 0x00, .payload = std::string(3000, 'x')}));
    EXPECT_THAT(told(client), ElementsAre(HasSubstr("<resource-constraint "),
                                          std::string(kCloseElement), "close 1011"));
    EXPECT_EQ(client.close_mode(), net::CloseMode::Flush);
    MemoryPeer newcomer = connect();
    send(newcomer, handshake());
    EXPECT_THAT(newcomer.take_received(), StartsWith("HTTP/1.1 503 "));
}

} // namespace
} // namespace ws
