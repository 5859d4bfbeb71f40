#include "tests/tls/foreign_peer.h"
#include "tests/tls/tls_fixture.h"
#include "tls/session_cache.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

using tests::TlsEnd;
using tests::TlsFixture;

namespace {

struct SessionCacheTest : TlsFixture {
    std::shared_ptr<const tls::ClientContext> ours = trusting_client();
    std::shared_ptr<const tls::ServerContext> theirs =
        server_context(ca.issue({.dns = {"a.example", "b.example"}}));

    static tls::ClientParameters to(const std::string& domain, const std::string& server) {
        return {.identity = {.domain = domain}, .server = server};
    }
    // Whether a new connection was resumed.
    bool connect(const tls::ClientParameters& parameters) {
        tests::MemoryPair wires;
        base::Env services = env.env();
        TlsEnd far;
        near = {};
        near.transport =
            tls::TlsTransport::connect(services, wires.open_left(), ours, parameters, near);
        far.transport = tls::TlsTransport::accept(services, wires.open_right(), theirs, far);
        wires.pump();
        EXPECT_EQ(near.secured, 1) << near.explanation;
        near.transport->write(text("over it"));
        wires.pump();
        EXPECT_EQ(far.seen, "over it");
        return near.transport->peer_facts().resumed;
    }

    TlsEnd near;
};

// Rows: U-049
TEST_F(SessionCacheTest, ResumesASessionWithTheSameServerAndDomain) {
    EXPECT_FALSE(connect(to("a.example", "one:5222")));
    EXPECT_TRUE(connect(to("a.example", "one:5222")));
    EXPECT_TRUE(connect(to("a.example", "one:5222")));
    EXPECT_FALSE(connect(to("a.example", "two:5222")));
    EXPECT_FALSE(connect(to("b.example", "one:5222")));
    EXPECT_FALSE(connect(to("a.example", "")));
    EXPECT_FALSE(connect(to("a.example", "")));
}

// Rows: U-049
TEST_F(SessionCacheTest, ASessionIsResumedByAllWhoBeginBeforeTheNextTicketComes) {
    connect(to("a.example", "one:5222"));
    for (int time = 0; time < 3; ++time) {
        tls::Engine client(env.pool, ours, to("a.example", "one:5222"));
        tls::Engine server(env.pool, theirs);
        base::SliceBuilder plain(env.pool);
        server.feed(client.take_output().to_string(), plain);
        client.feed(server.take_output().to_string(), plain);
        server.feed(client.take_output().to_string(), plain);
        ASSERT_TRUE(client.secured() && server.secured());
        EXPECT_TRUE(client.resumed()) << time;
    }
}

// Rows: U-049
TEST_F(SessionCacheTest, AResumedSessionKeepsTheVerifiedIdentity) {
    connect(to("a.example", "one:5222"));
    auto first = near.transport->peer_facts().chain.at(0);
    ASSERT_TRUE(connect(to("a.example", "one:5222")));
    auto again = near.transport->peer_facts().chain.at(0);
    EXPECT_EQ(again.spki_sha256, first.spki_sha256);
    EXPECT_EQ(again.names.to_string(), "a.example, b.example");
}

// Rows: U-049
TEST_F(SessionCacheTest, ASessionOfAServerThatIsNoLongerPinnedIsNotResumed) {
    connect(to("a.example", "one:5222"));
    tls::ClientParameters pinned = to("a.example", "one:5222");
    pinned.pins = {near.transport->peer_facts().chain.at(0).spki_sha256};
    EXPECT_TRUE(connect(pinned));
    pinned.pins = {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
    tests::MemoryPair wires;
    base::Env services = env.env();
    TlsEnd far, refusing;
    refusing.transport =
        tls::TlsTransport::connect(services, wires.open_left(), ours, pinned, refusing);
    far.transport = tls::TlsTransport::accept(services, wires.open_right(), theirs, far);
    wires.pump();
    EXPECT_EQ(refusing.failed, 1);
    EXPECT_EQ(refusing.tls_fault(), tls::Fault::PinMismatch);
    EXPECT_EQ(refusing.transport->refused_key(),
              near.transport->peer_facts().chain.at(0).spki_sha256);
    EXPECT_EQ(near.transport->refused_key(), "");
}

// Rows: U-049
TEST_F(SessionCacheTest, ResumesWithTls12AsWell) {
    auto pair = ca.issue({.dns = {"a.example"}});
    auto server = tests::ForeignPeer::server(pair, {.newest = TLS1_2_VERSION});
    for (bool resumed : {false, true}) {
        tls::Engine engine(env.pool, ours, to("a.example", "old:5222"));
        base::SliceBuilder plain(env.pool);
        server.accept_again();
        for (int flight = 0; flight < 3; ++flight) {
            engine.feed(server.feed(engine.take_output().to_string()), plain);
        }
        ASSERT_TRUE(engine.secured());
        EXPECT_EQ(engine.peer_facts().resumed, resumed);
    }
}

// Rows: U-049
TEST_F(SessionCacheTest, IsBounded) {
    tls::SessionCache cache;
    auto session = [] { return tls::Session(SSL_SESSION_new()); };
    for (size_t i = 0; i <= tls::SessionCache::kMostSessions; ++i) {
        cache.put(std::to_string(i), session());
        cache.put(std::to_string(i), session());
    }
    EXPECT_EQ(cache.size(), tls::SessionCache::kMostSessions);
    // These have no certificate and cannot be resumed: looking for one throws it away.
    EXPECT_EQ(cache.find("0"), nullptr);
    EXPECT_EQ(cache.size(), tls::SessionCache::kMostSessions);
    EXPECT_EQ(cache.find("1"), nullptr);
    EXPECT_EQ(cache.size(), tls::SessionCache::kMostSessions - 1);
}

} // namespace
