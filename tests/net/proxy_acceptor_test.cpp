#include "net/proxy_acceptor.h"
#include "tests/support/memory_transport.h"
#include "tests/support/test_env.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace net {
namespace {

using namespace std::chrono_literals;
using tests::MemoryPeer;

constexpr std::string_view kHeader = "PROXY TCP4 203.0.113.5 192.0.2.2 12345 443\r\n";

struct Served final : TransportListener {
    void on_bytes(base::ByteView bytes) override { received += bytes; }
    void on_drained() override {}
    void on_closed(base::Error) override { ++closed; }

    std::string received;
    int closed = 0;
};

class ProxyAcceptorTest : public testing::Test, protected AcceptListener {
protected:
    void on_accept(std::unique_ptr<Transport> connection) override {
        if (refuses) return; // and it is gone
        connection->set_listener(served);
        accepted.push_back(std::move(connection));
    }
    MemoryPeer connect(std::string_view from = "10.0.0.7") {
        MemoryPeer peer(*Address::parse(from, 4000));
        acceptor.on_accept(peer.open());
        return peer;
    }
    void send(MemoryPeer& peer, std::string_view bytes) {
        peer.send(bytes);
        peer.pump();
        env.turn();
    }
    [[nodiscard]] uint64_t refused() const {
        return env.metrics[base::Counter::ProxyHeadersRefused];
    }

    tests::TestEnv env;
    Served served; // outlives what reports to it
    std::vector<std::unique_ptr<Transport>> accepted;
    bool refuses = false;
    std::vector<Network> trusted{*Network::parse("10.0.0.0/8")};
    ProxyAcceptor acceptor{env.env(), trusted, *this};
};

// Rows: H-065, H-067
TEST_F(ProxyAcceptorTest, HandsOnTheClientAndWhatItSays) {
    MemoryPeer peer = connect();
    send(peer, "PROXY TCP4 203.0.113.5 192.0.2.2 12");
    EXPECT_TRUE(accepted.empty());
    send(peer, "345 443\r\nhello");
    ASSERT_EQ(accepted.size(), 1U);
    EXPECT_EQ(accepted[0]->peer().to_string(), "203.0.113.5:12345");
    EXPECT_EQ(accepted[0]->local().to_string(), "192.0.2.2:443");
    EXPECT_EQ(served.received, "hello");
    EXPECT_EQ(acceptor.waiting(), 0U);
    send(peer, ", world");
    EXPECT_EQ(served.received, "hello, world");
    accepted[0]->write(base::SliceChain(base::Slice::literal("answer")));
    EXPECT_EQ(peer.received(), "answer");
    env.advance(1h);
    EXPECT_FALSE(peer.saw_end());
    peer.end();
    peer.pump();
    EXPECT_EQ(served.closed, 1);
}

// Rows: H-066
TEST_F(ProxyAcceptorTest, KeepsTheSocketsAddressesForAProxysOwnCheck) {
    MemoryPeer peer = connect();
    send(peer, "PROXY UNKNOWN\r\n");
    ASSERT_EQ(accepted.size(), 1U);
    EXPECT_EQ(accepted[0]->peer().to_string(), "10.0.0.7:4000");
}

// Rows: H-065
TEST_F(ProxyAcceptorTest, ClosesWithoutAnAnswerWhatHasNoHeader) {
    MemoryPeer peer = connect();
    send(peer, "GET / HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(peer.saw_end());
    EXPECT_EQ(peer.received(), "");
    EXPECT_TRUE(accepted.empty());
    EXPECT_EQ(refused(), 1U);
}

// Rows: H-065
TEST_F(ProxyAcceptorTest, GivesTheHeaderFiveSeconds) {
    MemoryPeer silent = connect();
    MemoryPeer slow = connect();
    send(slow, "PROXY ");
    env.advance(4900ms);
    EXPECT_FALSE(silent.saw_end());
    env.advance(200ms);
    EXPECT_TRUE(silent.saw_end());
    EXPECT_TRUE(slow.saw_end());
    EXPECT_EQ(refused(), 2U);
    EXPECT_EQ(acceptor.waiting(), 0U);
}

// Rows: H-065
TEST_F(ProxyAcceptorTest, BelievesNobodyButTrustedPeers) {
    MemoryPeer stranger = connect("203.0.113.9");
    EXPECT_TRUE(stranger.saw_end());
    EXPECT_EQ(refused(), 1U);
    MemoryPeer local(Address{.family = Address::Family::Local});
    acceptor.on_accept(local.open());
    send(local, kHeader);
    EXPECT_EQ(accepted.size(), 1U);
}

// Rows: -
TEST_F(ProxyAcceptorTest, SurvivesAServerThatWantsNoMoreConnections) {
    refuses = true;
    MemoryPeer peer = connect();
    send(peer, std::string(kHeader) + "hello");
    EXPECT_TRUE(peer.saw_end());
    EXPECT_EQ(served.received, "");
}

// Rows: -
TEST_F(ProxyAcceptorTest, ForgetsAPeerThatGoesBeforeItsHeaderIsWhole) {
    MemoryPeer peer = connect();
    send(peer, "PROXY");
    peer.reset();
    peer.pump();
    env.turn();
    EXPECT_EQ(acceptor.waiting(), 0U);
    EXPECT_FALSE(peer.alive());
}

// Rows: S-040
TEST_F(ProxyAcceptorTest, LetsOnlySoManyWait) {
    std::vector<MemoryPeer> peers;
    for (size_t i = 0; i <= ProxyAcceptor::kMostWaiting; ++i) peers.push_back(connect());
    EXPECT_EQ(acceptor.waiting(), ProxyAcceptor::kMostWaiting);
    EXPECT_TRUE(peers.back().saw_end());
}

} // namespace
} // namespace net
