// Who a client is and how much it may take, seen through the server.

#include "tests/http/server_fixture.h"

namespace http {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ClientFacts from(const std::string& host) {
    return {.peer = *net::Address::parse(host, 1)};
}

class AccessTest : public ServerFixture {
protected:
    AccessTest() {
        proxies_.trusted = {*net::Network::parse("10.0.0.0/8")};
        settings_.memory_ceiling_bytes = 0;
    }
    void restart() {
        server_.reset(); // it gives back what it took
        ledger_.emplace(settings_.memory_ceiling_bytes);
        limits_.emplace(env_.env(), settings_, *ledger_);
        start({}, {.proxies = &proxies_, .limits = &*limits_, .hosts = &hosts_});
    }
    std::string exchange_from(const std::string& host, std::string_view request) {
        MemoryPeer peer = connect(from(host));
        send(peer, request);
        return peer.take_received();
    }
    [[nodiscard]] uint64_t counted(base::Counter counter) const { return env_.metrics[counter]; }

    ProxyPolicy proxies_;
    ClientLimitSettings settings_;
    std::vector<std::string> hosts_;
    std::optional<LimitLedger> ledger_;
    std::optional<ClientLimits> limits_;
};

// Rows: H-060, H-064, H-067
TEST_F(AccessTest, TellsHandlersWhoAsksForEachRequestOfAConnection) {
    restart();
    MemoryPeer proxy = connect(from("10.0.0.1"));
    send(proxy, post("/bosh", "", "X-Forwarded-For: 203.0.113.5\r\nX-Forwarded-Proto: https\r\n"));
    send(proxy, post("/bosh", "", "X-Forwarded-For: 203.0.113.6\r\n"));
    send(proxy, post("/bosh", ""));
    ASSERT_EQ(handler_.clients.size(), 3U);
    EXPECT_EQ(handler_.clients[0].peer.host(), "203.0.113.5");
    EXPECT_TRUE(handler_.clients[0].encrypted);
    EXPECT_EQ(handler_.clients[1].peer.host(), "203.0.113.6");
    EXPECT_FALSE(handler_.clients[1].encrypted);
    EXPECT_EQ(handler_.clients[2].peer.host(), "10.0.0.1");
    EXPECT_TRUE(handler_.clients[2].shared);
}

// Rows: H-045
TEST_F(AccessTest, RefusesConnectionsAboveTheLimitOfTheirAddress) {
    settings_.address_connections = 2;
    restart();
    std::vector<MemoryPeer> peers;
    for (int i = 0; i < 30; ++i) peers.push_back(connect(from("192.0.2.1")));
    EXPECT_EQ(server_->connection_count(), 10U);
    EXPECT_EQ(status_of(peers[2].received()), 429);
    EXPECT_THAT(peers[2].received(), HasSubstr("\r\nRetry-After: "));
    EXPECT_TRUE(peers[29].saw_end());
    EXPECT_THAT(peers[29].received(), IsEmpty());
    for (MemoryPeer& peer : peers) settle(peer);
    EXPECT_EQ(server_->connection_count(), 2U);
    MemoryPeer other = connect(from("192.0.2.2"));
    EXPECT_FALSE(other.close_mode());

    peers[0].end();
    settle(peers[0]);
    MemoryPeer again = connect(from("192.0.2.1"));
    EXPECT_FALSE(again.close_mode());
}

// Rows: H-067
TEST_F(AccessTest, LimitsNoConnectionsOfProxiesByAddress) {
    settings_.address_connections = 2;
    restart();
    std::vector<MemoryPeer> peers;
    for (int i = 0; i < 30; ++i) peers.push_back(connect(from("10.0.0.1")));
    EXPECT_EQ(server_->connection_count(), 30U);
}

// Rows: H-067, H-072, S-042
TEST_F(AccessTest, RefusesRequestsByTheirHeadAndLeavesOthersAlone) {
    settings_.address_requests = 1;
    restart();
    MemoryPeer proxy = connect(from("10.0.0.1"));
    std::string greedy = post("/bosh", "x", "X-Forwarded-For: 203.0.113.5\r\n");
    handler_.responder = &*server_;
    for (int i = 0; i < 5; ++i) send(proxy, greedy);
    EXPECT_EQ(handler_.held.size(), 5U);
    (void)proxy.take_received();
    send(proxy, post("/bosh", "x", "X-Forwarded-For: 203.0.113.6\r\n"));
    EXPECT_EQ(handler_.held.size(), 6U);
    (void)proxy.take_received();
    send(proxy, greedy);
    EXPECT_EQ(handler_.held.size(), 6U);
    EXPECT_EQ(status_of(proxy.received()), 429);
    EXPECT_THAT(proxy.received(), HasSubstr("\r\nRetry-After: 1\r\n"));
    EXPECT_EQ(count(proxy.received(), "Access-Control-Allow-Origin: *\r\n"), 1U);
    EXPECT_EQ(counted(base::Counter::AddressRequestsRefused), 1U);
}

// Rows: H-044, S-042
TEST_F(AccessTest, RefusesBytesBeforeTheyAreKept) {
    settings_.address_bytes = 1000;
    restart();
    handler_.max_body_bytes = 100'000;
    handler_.responder = &*server_;
    EXPECT_EQ(status_of(exchange_from("192.0.2.1", post("/bosh", std::string(6000, 'x')))), 204);
    EXPECT_EQ(status_of(exchange_from("192.0.2.1", post("/bosh", "x"))), 429);
    EXPECT_EQ(status_of(exchange_from("192.0.2.2", post("/bosh", "x"))), 204);
    MemoryPeer peer = connect(from("192.0.2.3"));
    send(peer, "POST /bosh HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    std::string chunk = "7d0\r\n" + std::string(2000, 'x') + "\r\n";
    for (int i = 0; i < 10 && peer.received().empty(); ++i) send(peer, chunk);
    EXPECT_EQ(status_of(peer.received()), 429);
    EXPECT_EQ(env_.pool.used_bytes(), 0U);
}

// Rows: S-042
TEST_F(AccessTest, TellsAllOfThemWhenAllTogetherAskTooMuch) {
    settings_.requests = 1;
    restart();
    handler_.responder = &*server_;
    for (int i = 1; i <= 5; ++i) {
        exchange_from("192.0.2." + std::to_string(i), post("/bosh", "x"));
    }
    EXPECT_EQ(status_of(exchange_from("192.0.2.9", post("/bosh", "x"))), 503);
    EXPECT_EQ(counted(base::Counter::RequestsRefused), 1U);
}

// Rows: H-007
TEST_F(AccessTest, ServesOnlyTheNamesItGoesBy) {
    hosts_ = {"chat.example.org", "[2001:db8::1]"};
    restart();
    auto ask = [&](std::string_view host, std::string_view version = "1.1") {
        std::string request = "OPTIONS /bosh HTTP/" + std::string(version) + "\r\n";
        if (!host.empty()) request += "Host: " + std::string(host) + "\r\n";
        return status_of(exchange(request + "\r\n"));
    };
    for (std::string_view ours : {"chat.example.org", "Chat.Example.ORG:5280", "[2001:db8::1]:80"})
        EXPECT_EQ(ask(ours), 204) << ours;
    for (std::string_view other : {"evil.example", "chat.example.org.evil.example", "192.0.2.1"})
        EXPECT_EQ(ask(other), 421) << other;
    EXPECT_EQ(ask("", "1.0"), 204);
    EXPECT_EQ(status_of(exchange("OPTIONS http://evil.example/bosh HTTP/1.1\r\n"
                                 "Host: chat.example.org\r\n\r\n")),
              421);
    hosts_.clear();
    EXPECT_EQ(ask("anything.example"), 204);
}

} // namespace
} // namespace http
