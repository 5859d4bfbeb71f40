// A stream of an HTTP/2 connection as a transport: what an extended CONNECT opens, and how much may
// wait in it.
#include "tests/http/h2_tunnel_fixture.h"

namespace http {
namespace {

using testing::IsEmpty;

constexpr uint32_t kEnableConnectProtocol = 8; // RFC 8441 §9.1

// Rows: H-097
TEST_F(H2TunnelTest, CarriesBytesBothWaysBesideRequests) {
    int32_t stream = open();
    H2Peer::Answer& answer = client_->answer(stream);
    EXPECT_EQ(client_->settings().at(kEnableConnectProtocol), 1U);
    EXPECT_EQ(answer.fields["x-is"], "up");
    EXPECT_EQ(answer.fields.count("content-length"), 0U);
    EXPECT_FALSE(answer.complete);
    EXPECT_EQ(server_->open_request_count(), 0U);
    EXPECT_EQ(server_->connection_count(), 1U);

    client_->send(stream, "there");
    int32_t request = client_->post("/bosh", "x");
    client_->exchange();
    EXPECT_EQ(end().heard, "there");
    end().write(env_.pool, "and back");
    EXPECT_TRUE(this->answer(0, "held"));
    client_->exchange();
    EXPECT_EQ(answer.body, "and back");
    EXPECT_EQ(client_->answer(request).body, "held");
    EXPECT_EQ(end().transport->backlog_bytes(), 0U);
    EXPECT_EQ(end().drained, 0);
}

// Rows: H-097
TEST_F(H2TunnelTest, HearsTheSameHoweverTheBytesWereCut) {
    std::string input;
    {
        MemoryPeer unused;
        H2Peer client(unused, [] {});
        int32_t stream = client.connect("/up");
        input = client.take_output();
        for (std::string_view part : {"one,", "two,", "three"}) {
            client.send(stream, part);
            input += client.take_output();
        }
        client.finish(stream);
        input += client.take_output();
    }
    for (size_t portion : {size_t{1}, size_t{2}, size_t{3}, size_t{7}, input.size()}) {
        SCOPED_TRACE(portion);
        tunnels_->ends.clear();
        connect();
        peer_.deliver_per_step(portion);
        peer_.send(input);
        settle(peer_);
        EXPECT_EQ(end().heard, "one,two,three");
        ASSERT_TRUE(end().closed);
        EXPECT_EQ(end().closed->code, static_cast<uint16_t>(net::NetFault::EndOfStream));
        EXPECT_LE(end().reads, portion == input.size() ? 1 : 13) << "one for each read";
    }
}

// Rows: H-002, H-097
TEST_F(H2TunnelTest, RefusesWhatIsNoTunnelOfOurs) {
    std::vector<std::string> hosts{"h"};
    begin({}, {.hosts = &hosts});
    H2Peer& client = connect();
    int32_t plain = client.request({{":method", "CONNECT"}, {":authority", "h:443"}}, "x");
    int32_t unknown = client.request(H2Peer::Fields({{":method", "CONNECT"},
                                                     {":protocol", "connect-udp"},
                                                     {":scheme", "https"},
                                                     {":authority", "h"},
                                                     {":path", "/up"}}),
                                     "x");
    int32_t nowhere = client.connect("/nowhere");
    int32_t bosh = client.connect("/bosh");
    int32_t refused = client.connect("/up", {{"x-refuse", "1"}});
    int32_t other_host = client.request(H2Peer::Fields({{":method", "CONNECT"},
                                                        {":protocol", "websocket"},
                                                        {":scheme", "https"},
                                                        {":authority", "other"},
                                                        {":path", "/up"}}),
                                        "x");
    client.exchange();
    EXPECT_EQ(client.answer(plain).status, 405);
    EXPECT_EQ(client.answer(unknown).status, 501);
    EXPECT_EQ(client.answer(nowhere).status, 404);
    EXPECT_EQ(client.answer(bosh).status, 405);
    EXPECT_EQ(client.answer(bosh).fields["allow"], "POST, OPTIONS");
    EXPECT_EQ(client.answer(refused).status, 400);
    EXPECT_EQ(client.answer(other_host).status, 421);
    EXPECT_THAT(tunnels_->ends, IsEmpty());
    EXPECT_THAT(handler_.heads, IsEmpty());
    pass(3s); // and then they are over, though nobody has ended them
    EXPECT_EQ(client.answer(bosh).closed, kNoError);
    EXPECT_EQ(client.answer(refused).closed, kNoError);
}

// Rows: H-097
TEST_F(H2TunnelTest, KnowsNoProtocolWhereNothingIsServedByOne) {
    start({});
    H2Peer& client = connect();
    int32_t stream = client.connect("/bosh");
    client.exchange();
    EXPECT_EQ(client.settings().count(kEnableConnectProtocol), 0U);
    EXPECT_EQ(client.answer(stream).closed, kProtocolError);
}

// Rows: H-097
TEST_F(H2TunnelTest, IsNotOpenedByAnythingButConnect) {
    H2Peer& client = connect();
    int32_t stream = client.request(
        {{":method", "GET"}, {":scheme", "https"}, {":authority", "h"}, {":path", "/up"}});
    client.exchange();
    EXPECT_EQ(client.answer(stream).status, 400);
    EXPECT_THAT(tunnels_->ends, IsEmpty());
}

// Rows: H-097, W-034
TEST_F(H2TunnelTest, LetsNoMoreComeThanAWindowWhileNobodyReads) {
    int32_t stream = open();
    end().transport->pause_read(net::PauseReason::Backlog);
    client_->send(stream, std::string(200'000, 'x'));
    client_->finish(stream);
    client_->exchange();
    EXPECT_EQ(end().heard, "");
    EXPECT_EQ(client_->window(stream), 0);
    EXPECT_GE(env_.pool.used_bytes(), 60'000U);
    EXPECT_LT(env_.pool.used_bytes(), 140'000U);
    // Others go on.
    int32_t request = client_->post("/bosh", "x");
    client_->exchange();
    EXPECT_TRUE(this->answer(0, "held"));
    client_->exchange();
    EXPECT_EQ(client_->answer(request).body, "held");

    end().transport->resume_read(net::PauseReason::Backlog);
    EXPECT_EQ(end().heard, "") << "not inside the call";
    pass(100ms);
    EXPECT_EQ(end().heard.size(), 200'000U);
    EXPECT_TRUE(end().closed);
}

// Rows: H-097, W-034
TEST_F(H2TunnelTest, HasALimitForAllThatNobodyReads) {
    H2Peer& client = connect();
    constexpr size_t kMany = 40;
    std::vector<int32_t> streams;
    for (size_t i = 0; i < kMany; ++i) streams.push_back(client.connect("/up"));
    client.exchange();
    for (size_t i = 0; i < kMany; ++i) {
        end(i).transport->pause_read(net::PauseReason::Budget);
        client.send(streams[i], std::string(100'000, 'x'));
    }
    client.exchange();
    EXPECT_EQ(client.window(0), 0);
    EXPECT_LE(env_.pool.used_bytes(), 2 * H2Connection::kMostUnreadBytes + 2 * kWindow);
    for (size_t i = 0; i < kMany; ++i) end(i).transport->resume_read(net::PauseReason::Budget);
    pass(100ms);
    pass(100ms);
    for (size_t i = 0; i < kMany; ++i) EXPECT_EQ(end(i).heard.size(), 100'000U) << i;
    EXPECT_GT(client.window(0), 0);
}

// Rows: H-097, W-034
TEST_F(H2TunnelTest, KeepsWhatTheClientDoesNotTake) {
    int32_t stream = open(100);
    end().write(env_.pool, std::string(250, 'x'));
    EXPECT_EQ(end().transport->backlog_bytes(), 150U);
    client_->exchange();
    EXPECT_EQ(client_->answer(stream).body.size(), 100U);
    client_->open_window(stream, 149);
    client_->exchange();
    EXPECT_EQ(end().transport->backlog_bytes(), 1U);
    EXPECT_EQ(end().drained, 0);
    client_->open_window(stream, 10);
    client_->exchange();
    EXPECT_EQ(end().drained, 1);
    EXPECT_EQ(client_->answer(stream).body.size(), 250U);
}

// Rows: H-045, H-097, S-040
TEST_F(H2TunnelTest, LeavesTheSeatToTheConnection) {
    ClientLimitSettings settings{.address_connections = 1};
    base::Env env = env_.env();
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env, settings, ledger);
    begin({}, {.limits = &limits});
    ClientFacts facts{.peer = *net::Address::parse("192.0.2.1", 1)};
    H2Peer& client = connect(kWindow, facts);
    int32_t stream = client.connect("/up");
    client.exchange();
    EXPECT_EQ(client.answer(stream).status, 200);
    EXPECT_FALSE(end().seat.counted);
    MemoryPeer second;
    server_->accept(second.open(), facts);
    settle(second);
    EXPECT_THAT(second.take_received(), testing::StartsWith("HTTP/1.1 429 "));
    peer_.end();
    settle(peer_);
    second.end();
    settle(second);
    MemoryPeer third;
    server_->accept(third.open(), facts);
    settle(third);
    EXPECT_EQ(third.take_received(), "");
}

// Rows: H-046, H-097
TEST_F(H2TunnelTest, WaitsWhenTheConnectionTakesNothing) {
    int32_t stream = open(10'000'000);
    client_->open_window(0, 10'000'000);
    client_->exchange();
    peer_.stall();
    end().write(env_.pool, std::string(500'000, 'x'));
    end().write(env_.pool, std::string(1000, 'y'));
    EXPECT_EQ(end().transport->backlog_bytes(), 1000U);
    settle(peer_);
    pass(60s); // which is the transport's to look after
    EXPECT_EQ(end().drained, 0);
    EXPECT_FALSE(end().closed);
    peer_.unstall();
    client_->exchange();
    EXPECT_EQ(end().drained, 1);
    EXPECT_EQ(client_->answer(stream).body.size(), 501'000U);
}

} // namespace
} // namespace http
