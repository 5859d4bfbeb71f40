// A connection that leaves HTTP: who asked for it gets the transport and what came behind.
#include "tests/http/server_fixture.h"

#include <utility>

namespace http {
namespace {

using testing::IsEmpty;
using testing::StartsWith;

// Answers /up by giving the connection to itself, and writes down what it hears there.
class UpgradingHandler final : public Handler, public net::TransportListener {
public:
    explicit UpgradingHandler(Server& server) : server_(server) {}

    [[nodiscard]] Verdict on_head(const RequestHead&, const ClientFacts&) override { return {}; }
    void on_request(RequestRef ref, const RequestHead&, base::Slice, const ClientFacts&) override {
        std::optional<Upgraded> upgraded =
            server_.upgrade(ref, {.status = 101, .fields = "Upgrade: echo\r\n"});
        if (!upgraded) {
            server_.respond(ref, {.status = 400, .close = true});
            return;
        }
        transport = std::move(upgraded->transport);
        transport->set_listener(*this);
        seat = upgraded->seat;
        heard += upgraded->rest;
    }
    void on_request_lost(RequestRef) override { ++lost; }

    void on_bytes(base::ByteView bytes) override { heard += bytes; }
    void on_drained() override { ++drained; }
    void on_closed(base::Error) override { closed = true; }

    std::unique_ptr<net::Transport> transport;
    ClientLimits::Seat seat;
    std::string heard;
    int lost = 0;
    int drained = 0;
    bool closed = false;

private:
    Server& server_;
};

class UpgradeTest : public ServerFixture {
protected:
    void SetUp() override {
        ServerFixture::SetUp();
        upgrading_.emplace(*server_);
        server_->add_route({.path = "/up", .handler = &*upgrading_, .allow = "GET"});
    }
    std::optional<UpgradingHandler> upgrading_;
};

constexpr std::string_view kAsk = "GET /up HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n\r\n";

// Rows: W-011
TEST_F(UpgradeTest, GivesTheTransportAwayAndForgetsTheConnection) {
    MemoryPeer peer = connect();
    send(peer, kAsk);
    EXPECT_THAT(peer.take_received(), StartsWith("HTTP/1.1 101 Switching Protocols\r\n"));
    EXPECT_EQ(server_->connection_count(), 0U);
    EXPECT_EQ(server_->open_request_count(), 0U);
    send(peer, "later");
    EXPECT_EQ(upgrading_->heard, "later");
    upgrading_->transport->write(base::SliceChain(base::Slice::literal("back")));
    settle(peer);
    EXPECT_EQ(peer.take_received(), "back");
    peer.end();
    settle(peer);
    EXPECT_TRUE(upgrading_->closed);
    EXPECT_EQ(upgrading_->lost, 0);
}

// Rows: W-011
TEST_F(UpgradeTest, LosesNoByteBehindTheRequest) {
    std::string input = std::string(kAsk) + "first bytes GET / HTTP/1.1\r\n\r\n";
    for (size_t at = 1; at < input.size(); ++at) {
        MemoryPeer peer = connect();
        send(peer, input.substr(0, at));
        send(peer, input.substr(at));
        EXPECT_EQ(std::exchange(upgrading_->heard, {}), input.substr(kAsk.size())) << at;
    }
}

// Rows: W-011
TEST_F(UpgradeTest, MayFollowRequestsThatAreAnswered) {
    MemoryPeer peer = connect();
    handler_.responder = &*server_;
    send(peer, post("/bosh", "") + std::string(kAsk) + "x");
    EXPECT_THAT(peer.take_received(), StartsWith("HTTP/1.1 204 "));
    EXPECT_EQ(upgrading_->heard, "x");
}

// Rows: W-011
TEST_F(UpgradeTest, DoesNotOvertakeAnAnswerThatIsOwed) {
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "") + std::string(kAsk));
    EXPECT_THAT(peer.received(), IsEmpty());
    answer(0, "first");
    settle(peer);
    EXPECT_THAT(peer.received(), testing::HasSubstr("first"));
    EXPECT_THAT(peer.received(), testing::HasSubstr("HTTP/1.1 400 "));
    EXPECT_EQ(upgrading_->transport, nullptr);
}

// Rows: W-011
TEST_F(UpgradeTest, TakesBytesThatHadToWaitForTheirTurn) {
    start({.max_pipelined = 1});
    upgrading_.emplace(*server_);
    server_->add_route({.path = "/up", .handler = &*upgrading_, .allow = "GET"});
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "") + std::string(kAsk) + "behind");
    EXPECT_TRUE(peer.paused(net::PauseReason::Pipeline));
    answer(0, "first");
    advance(100ms, peer);
    EXPECT_EQ(upgrading_->heard, "behind");
    EXPECT_FALSE(peer.reading_paused());
    send(peer, ", later");
    EXPECT_EQ(upgrading_->heard, "behind, later");
}

// Rows: H-045, S-040
TEST_F(UpgradeTest, GivesTheConnectionsSeatAway) {
    ClientLimitSettings settings{.address_connections = 1};
    base::Env env = env_.env();
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env, settings, ledger);
    start({}, {.limits = &limits});
    upgrading_.emplace(*server_);
    server_->add_route({.path = "/up", .handler = &*upgrading_, .allow = "GET"});
    ClientFacts client{.peer = *net::Address::parse("192.0.2.1", 1)};
    MemoryPeer peer = connect(client);
    send(peer, kAsk);
    EXPECT_TRUE(upgrading_->seat.counted);
    MemoryPeer second = connect(client);
    settle(second);
    EXPECT_THAT(second.take_received(), StartsWith("HTTP/1.1 429 "));
    second.end();
    settle(second);
    limits.leave_connection(upgrading_->seat);
    MemoryPeer third = connect(client);
    settle(third);
    EXPECT_EQ(third.take_received(), "");
}

// Rows: W-011
TEST_F(UpgradeTest, OutlivesTheServersStop) {
    MemoryPeer peer = connect();
    send(peer, kAsk);
    server_->stop();
    settle(peer);
    EXPECT_FALSE(peer.close_mode());
    send(peer, "x");
    EXPECT_EQ(upgrading_->heard, "x");
    EXPECT_EQ(upgrading_->drained, 0);
}

} // namespace
} // namespace http
