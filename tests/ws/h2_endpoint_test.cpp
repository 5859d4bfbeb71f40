// WebSockets as streams of one HTTP/2 connection: the same engine, with no connection of its own.
#include "tests/http/h2_peer.h"
#include "tests/ws/endpoint_fixture.h"

namespace ws {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::H2Peer;

class H2EndpointTest : public EndpointTest {
protected:
    void SetUp() override {
        EndpointTest::SetUp();
        http_->accept(peer_.open(), facts_, http::Protocol::Http2);
        client_.emplace(peer_, [this] { settle(peer_); });
    }
    // A WebSocket; what it was answered is read.
    int32_t shake_hands(H2Peer::Fields further = {}) {
        further.insert(further.end(),
                       {{"sec-websocket-version", "13"}, {"sec-websocket-protocol", "xmpp"}});
        int32_t stream = client_->connect("/xmpp-websocket", std::move(further));
        client_->exchange();
        return stream;
    }
    // ... whose stream to the server has had its features.
    int32_t open_stream(std::optional<MemoryPeer>& server, H2Peer::Fields further = {}) {
        int32_t stream = shake_hands(std::move(further));
        client_->send(stream, text(kOpen));
        client_->exchange();
        server = servers_.connector.succeed();
        server->send(server_header(kEnglish).append(kFeatures));
        server->pump();
        client_->exchange();
        (void)server->take_received();
        EXPECT_EQ(told(stream).size(), 2U);
        return stream;
    }
    std::vector<std::string> told(int32_t stream) {
        client_->exchange();
        return frames_of(std::exchange(client_->answer(stream).body, {}));
    }
    void pass(base::Duration time) {
        advance(time, peer_);
        client_->exchange();
    }

    MemoryPeer peer_;
    std::optional<H2Peer> client_;
};

// Rows: H-097, W-005, W-042
TEST_F(H2EndpointTest, RelaysAStreamForEachOfItsWebSockets) {
    std::optional<MemoryPeer> server_a;
    std::optional<MemoryPeer> server_b;
    int32_t a = open_stream(server_a);
    int32_t b = open_stream(server_b);
    EXPECT_EQ(client_->answer(a).status, 200);
    EXPECT_EQ(client_->answer(a).fields["sec-websocket-protocol"], "xmpp");
    EXPECT_EQ(client_->answer(a).fields.count("sec-websocket-accept"), 0U);
    EXPECT_EQ(endpoint_.session_count(), 2U);
    EXPECT_EQ(http_->connection_count(), 1U);

    client_->send(a, text("<iq xmlns='jabber:client' id='a'/>"));
    client_->send(b, text("<iq xmlns='jabber:client' id='b'/>"));
    client_->exchange();
    server_a->pump();
    server_b->pump();
    EXPECT_EQ(server_a->take_received(), "<iq xmlns='jabber:client' id='a'/>");
    EXPECT_EQ(server_b->take_received(), "<iq xmlns='jabber:client' id='b'/>");
    server_b->send("<message/>");
    server_b->pump();
    EXPECT_THAT(told(b), ElementsAre("<message xmlns='jabber:client' xml:lang='en'/>"));
    EXPECT_THAT(told(a), IsEmpty());
}

// Rows: H-097, W-028, W-029, W-035, W-060
TEST_F(H2EndpointTest, PingsAndClosesAsOverHttp1) {
    std::optional<MemoryPeer> server;
    int32_t stream = open_stream(server);
    client_->send(stream, frame({.first = 0x89, .payload = "are you there"}));
    EXPECT_THAT(told(stream), ElementsAre("pong are you there"));
    pass(31s);
    EXPECT_THAT(told(stream), ElementsAre("ping"));
    client_->send(stream, frame({.first = 0x8A}));
    client_->exchange();
    client_->send(stream, text("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"));
    client_->exchange();
    server->pump();
    EXPECT_EQ(server->take_received(), kEndTag);
    server->send(kEndTag);
    server->pump();
    EXPECT_THAT(told(stream), ElementsAre("<close xmlns=\"urn:ietf:params:xml:ns:xmpp-framing\" />",
                                          "close 1000"));
    client_->send(stream, frame({.first = 0x88, .payload = std::string_view("\x03\xE8", 2)}));
    client_->exchange();
    EXPECT_TRUE(client_->answer(stream).complete);
    client_->finish(stream);
    client_->exchange();
    EXPECT_EQ(client_->answer(stream).closed, 0U);
    pass(100ms);
    EXPECT_TRUE(endpoint_.empty());
    EXPECT_TRUE(peer_.alive());
}

// Rows: H-097, W-032
TEST_F(H2EndpointTest, CompressesWhatWasAgreedTo) {
    settings_.deflate = true;
    std::optional<MemoryPeer> server;
    int32_t stream = open_stream(server, {{"sec-websocket-extensions", "permessage-deflate"}});
    EXPECT_EQ(client_->answer(stream).fields["sec-websocket-extensions"],
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    server->send("<message><body>" + std::string(500, 'x') + "</body></message>");
    server->pump();
    std::vector<std::string> frames = told(stream);
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_THAT(frames[0], testing::StartsWith("deflated <message "));
}

// Rows: H-097, W-034
TEST_F(H2EndpointTest, StopsReadingTheServerWhileAClientTakesNothing) {
    std::optional<MemoryPeer> server;
    int32_t stream = open_stream(server);
    client_->send(stream, text("<presence xmlns='jabber:client'/>"));
    client_->exchange();
    std::string message = "<message><body>" + std::string(8000, 'x') + "</body></message>";
    for (int i = 0; i < 40; ++i) server->send(message);
    server->deliver_per_step(16'000);
    for (int i = 0; i < 40; ++i) {
        server->pump();
        settle(peer_);
    }
    EXPECT_TRUE(server->reading_paused());
    EXPECT_GT(server->undelivered_bytes(), 0U);
    size_t all = 0;
    for (int i = 0; i < 40; ++i) {
        all += told(stream).size();
        client_->open_window(stream, 20'000);
        client_->open_window(0, 20'000);
        client_->exchange();
        server->pump();
    }
    EXPECT_GE(all, 30U);
    EXPECT_FALSE(server->reading_paused());
}

// Rows: H-097, W-064
TEST_F(H2EndpointTest, EndsEachOfThemWithTheConnection) {
    std::optional<MemoryPeer> server_a;
    std::optional<MemoryPeer> server_b;
    open_stream(server_a);
    open_stream(server_b);
    peer_.reset();
    settle(peer_);
    server_a->pump();
    server_b->pump();
    EXPECT_EQ(server_a->take_received(), kEndTag);
    EXPECT_EQ(server_b->take_received(), kEndTag);
}

// Rows: H-097, W-012, W-031
TEST_F(H2EndpointTest, IsShutDownInOrder) {
    std::optional<MemoryPeer> server;
    int32_t stream = open_stream(server);
    http_->stop();
    EXPECT_FALSE(endpoint_.shut_down(2));
    std::vector<std::string> frames = told(stream);
    ASSERT_FALSE(frames.empty());
    EXPECT_EQ(client_->goaway(), 0U);
    EXPECT_THAT(frames[0], testing::HasSubstr("system-shutdown"));
    EXPECT_EQ(frames.back(), "close 1001");
    client_->send(stream, frame({.first = 0x88, .payload = std::string_view("\x03\xE9", 2)}));
    client_->finish(stream);
    client_->exchange();
    pass(100ms);
    EXPECT_TRUE(endpoint_.empty());
    EXPECT_EQ(peer_.close_mode(), net::CloseMode::Flush);
}

// Rows: H-097, S-033, W-006, W-009
TEST_F(H2EndpointTest, RefusesByTheSameRules) {
    settings_.any_origin = false;
    settings_.origins = {"https://chat.example"};
    int32_t foreign = shake_hands({{"origin", "https://evil.example"}});
    EXPECT_EQ(client_->answer(foreign).status, 403);
    int32_t other = client_->connect(
        "/xmpp-websocket", {{"sec-websocket-version", "13"}, {"sec-websocket-protocol", "chat"}});
    client_->exchange();
    EXPECT_EQ(client_->answer(other).status, 400);
    endpoint_.refuse_new(true);
    int32_t late = shake_hands();
    EXPECT_EQ(client_->answer(late).status, 503);
    EXPECT_EQ(env_.metrics[base::Counter::WsHandshakesRefused], 3U);
    EXPECT_TRUE(endpoint_.empty());
}

} // namespace
} // namespace ws
