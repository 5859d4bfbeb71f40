// Connections before they are HTTPS.
#include "cm/handshakes.h"
#include "tests/tls/tls_fixture.h"

#include <gtest/gtest.h>

#include <functional>

using base::Counter;
using cm::Handshakes;
using tests::MemoryPeer;

namespace {

struct HandshakesTest : tests::TlsPairFixture, Handshakes::Listener {
    void on_secured(std::unique_ptr<tls::TlsTransport> connection) override {
        secured.transport = std::move(connection);
        secured.transport->set_listener(secured);
    }
    void start(std::unique_ptr<net::Transport> connection) {
        handshakes.start(std::move(connection), context);
    }
    [[nodiscard]] uint64_t count(Counter counter) const { return env.metrics[counter]; }

    std::shared_ptr<const tls::ServerContext> context =
        server_context(ca.issue({.dns = {"a.example"}}));
    tests::TlsEnd secured;
    http::ProxyPolicy proxies{.trusted = {*net::Network::parse("192.0.2.0/24")}};
    Handshakes handshakes{env.env(), proxies, *this};
};

// Rows: S-020
TEST_F(HandshakesTest, HandsOverWhatIsSecured) {
    connect(trusting_client(), to_domain("a.example"));
    client.at_secured = [&] { client.transport->write(text("GET /")); };
    start(pair.open_right());
    EXPECT_EQ(handshakes.in_progress(), 1U);
    pair.pump();
    env.turn();
    EXPECT_EQ(handshakes.in_progress(), 0U);
    EXPECT_EQ(secured.seen, "GET /");
    EXPECT_EQ(count(Counter::Tls13Handshakes), 1U);
    env.advance(Handshakes::kPatience);
    EXPECT_EQ(secured.closed, 0);
}

// Rows: H-045, S-020
TEST_F(HandshakesTest, EndsWhatFailsAndWhatTakesTooLong) {
    MemoryPeer plain, silent;
    start(plain.open());
    start(silent.open());
    plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    plain.pump();
    env.turn();
    EXPECT_FALSE(plain.alive());
    EXPECT_EQ(handshakes.in_progress(), 1U);
    EXPECT_EQ(count(Counter::TlsHandshakesFailed), 1U);
    env.advance(Handshakes::kPatience - std::chrono::seconds(1));
    EXPECT_TRUE(silent.alive());
    env.advance(std::chrono::seconds(2));
    EXPECT_FALSE(silent.alive());
    EXPECT_EQ(count(Counter::TlsHandshakesFailed), 2U);
    EXPECT_EQ(secured.transport, nullptr);
}

// Rows: H-045, S-020
TEST_F(HandshakesTest, EndsOnceInATurnThatComesAfterItsDeadline) {
    connect(trusting_client(), to_domain("a.example"));
    start(pair.open_right());
    MemoryPeer plain;
    start(plain.open());
    // Nobody had the processor meanwhile: what has come is read first, and then the time is seen.
    env.clock.advance(Handshakes::kPatience + std::chrono::seconds(1));
    pair.pump();
    plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    plain.pump();
    env.turn();
    EXPECT_EQ(handshakes.in_progress(), 0U);
    EXPECT_EQ(count(Counter::Tls13Handshakes), 1U);
    EXPECT_EQ(count(Counter::TlsHandshakesFailed), 1U);
    EXPECT_EQ(secured.closed, 0);
}

struct HandshakeLimitsTest : HandshakesTest {
    // So many clients that say nothing; whether the last of them is let in.
    bool come(size_t count, const std::function<std::string(size_t)>& address) {
        for (size_t i = 0; i < count; ++i) {
            peers.push_back(std::make_unique<MemoryPeer>(*net::Address::parse(address(i), 4000)));
            start(peers.back()->open());
        }
        return peers.back()->alive();
    }
    std::vector<std::unique_ptr<MemoryPeer>> peers;
};

// Rows: H-045, S-040, S-042
TEST_F(HandshakeLimitsTest, AllTogether) {
    auto different = [](size_t i) {
        return "10.0." + std::to_string(i / 256) + '.' + std::to_string(i % 256);
    };
    EXPECT_TRUE(come(Handshakes::kMostAtATime, different));
    EXPECT_EQ(handshakes.in_progress(), Handshakes::kMostAtATime);
    EXPECT_FALSE(come(1, [](size_t) { return "192.0.2.1"; })); // for a proxy as well
    EXPECT_TRUE(peers.front()->alive());
    EXPECT_EQ(count(Counter::TlsHandshakesRefused), 1U);
    env.advance(Handshakes::kPatience + std::chrono::seconds(1));
    EXPECT_TRUE(come(1, different));
}

// Rows: H-045, S-040, S-042
TEST_F(HandshakeLimitsTest, OfOneAddress) {
    auto same = [](size_t) { return "10.0.0.1"; };
    EXPECT_TRUE(come(Handshakes::kMostOfAnAddress, same));
    EXPECT_FALSE(come(1, same));
    EXPECT_EQ(count(Counter::TlsHandshakesRefused), 1U);
    EXPECT_TRUE(come(1, [](size_t) { return "10.0.0.2"; }));
    auto one_network = [](size_t i) { return "2001:db8::" + std::to_string(1 + i); };
    EXPECT_TRUE(come(Handshakes::kMostOfAnAddress, one_network));
    EXPECT_FALSE(come(1, one_network));
    EXPECT_TRUE(come(1, [](size_t) { return "2001:db8:0:1::1"; }));
    EXPECT_TRUE(come(2 * Handshakes::kMostOfAnAddress, [](size_t) { return "192.0.2.1"; }));
}

} // namespace
