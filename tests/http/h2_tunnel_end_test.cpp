// The ways to the end of a stream that is a transport: by either side, by time, and by the
// connection's end.
#include "tests/http/h2_tunnel_fixture.h"

#include <cerrno>

namespace http {
namespace {

using tests::frame;
using tests::header_block;

constexpr uint32_t kCancel = 8;

// Rows: H-042, H-097
TEST_F(H2TunnelTest, EndsWhereTheClientTakesNothing) {
    int32_t stream = open(100);
    int32_t other = client_->connect("/up");
    client_->exchange();
    end().write(env_.pool, std::string(250, 'x'));
    pass(29s);
    EXPECT_FALSE(end().closed);
    client_->open_window(stream, 1);
    client_->exchange();
    pass(29s);
    EXPECT_FALSE(end().closed) << "there was progress";
    pass(2s);
    ASSERT_TRUE(end().closed);
    EXPECT_EQ(end().closed->code, static_cast<uint16_t>(net::NetFault::WriteStalled));
    EXPECT_EQ(client_->answer(stream).closed, kCancel);
    EXPECT_FALSE(end(1).closed);
    end(1).write(env_.pool, "goes on");
    client_->exchange();
    EXPECT_EQ(client_->answer(other).body, "goes on");
}

// Rows: H-097
TEST_F(H2TunnelTest, SendsWhatItHasBeforeItCloses) {
    int32_t stream = open(100);
    end().write(env_.pool, std::string(250, 'x'));
    end().transport->close(net::CloseMode::Flush);
    end().write(env_.pool, "too late");
    client_->send(stream, "unheard");
    client_->exchange();
    EXPECT_FALSE(client_->answer(stream).complete);
    client_->open_window(stream, 1000);
    client_->exchange();
    EXPECT_EQ(client_->answer(stream).body.size(), 250U);
    EXPECT_TRUE(client_->answer(stream).complete);
    EXPECT_EQ(end().heard, "");
    EXPECT_FALSE(end().closed) << "the client has not ended it";
    client_->finish(stream);
    client_->exchange();
    EXPECT_EQ(client_->answer(stream).closed, kNoError);
    ASSERT_TRUE(end().closed);
    EXPECT_EQ(end().closed->code, 0);
}

// Rows: H-097
TEST_F(H2TunnelTest, WaitsOnlySoLongForTheClientsEnd) {
    int32_t stream = open();
    end().transport->close(net::CloseMode::Flush);
    client_->exchange();
    EXPECT_TRUE(client_->answer(stream).complete);
    pass(1900ms);
    EXPECT_FALSE(end().closed);
    pass(200ms);
    EXPECT_EQ(client_->answer(stream).closed, kNoError);
    pass(100ms);
    ASSERT_TRUE(end().closed);
    EXPECT_EQ(end().closed->code, 0);
    EXPECT_EQ(server_->connection_count(), 1U);
}

// Rows: H-097
TEST_F(H2TunnelTest, IsCutOffByAnAbort) {
    int32_t stream = open(100);
    end().write(env_.pool, std::string(250, 'x'));
    end().transport->close(net::CloseMode::Abort);
    EXPECT_FALSE(end().closed) << "not inside the call";
    pass(100ms);
    EXPECT_EQ(client_->answer(stream).closed, kCancel);
    ASSERT_TRUE(end().closed);
    EXPECT_EQ(end().closed->code, 0);
}

// Rows: H-097
TEST_F(H2TunnelTest, IsCutOffWhenItsOwnerGoes) {
    int32_t stream = open();
    end().transport.reset();
    client_->exchange();
    EXPECT_EQ(client_->answer(stream).closed, kCancel);
    EXPECT_FALSE(end().closed);
}

// Rows: H-097
TEST_F(H2TunnelTest, HearsOfTheClientsReset) {
    int32_t stream = open();
    end().transport->pause_read(net::PauseReason::Backlog);
    client_->send(stream, "unheard");
    client_->exchange();
    client_->reset(stream);
    client_->exchange();
    ASSERT_TRUE(end().closed);
    EXPECT_EQ(end().closed->code, ECONNRESET);
    EXPECT_EQ(end().heard, "");
    end().write(env_.pool, "nobody is there");
    end().transport->close(net::CloseMode::Flush);
    EXPECT_EQ(end().transport->backlog_bytes(), 0U);
}

// Rows: H-097
TEST_F(H2TunnelTest, AnswersTheClientsEndWithItsOwn) {
    int32_t stream = open();
    end().answer = "last words";
    client_->send(stream, "bye");
    client_->finish(stream);
    client_->exchange();
    EXPECT_EQ(end().heard, "bye");
    ASSERT_TRUE(end().closed);
    EXPECT_EQ(client_->answer(stream).body, "last words");
    EXPECT_EQ(client_->answer(stream).closed, kNoError);
}

// Rows: H-097
TEST_F(H2TunnelTest, TakesNothingButData) {
    int32_t stream = open();
    peer_.send(frame(1, 0x4 | 0x1, stream, header_block({{"trailer", "x"}})));
    client_->exchange();
    EXPECT_EQ(client_->answer(stream).closed, kProtocolError);
    ASSERT_TRUE(end().closed);
    EXPECT_EQ(end().closed->code, ECONNRESET);
}

// Rows: H-097
TEST_F(H2TunnelTest, EndsWithTheConnection) {
    int32_t first = open();
    client_->connect("/up");
    client_->post("/bosh", "held");
    client_->exchange();
    end(1).transport->pause_read(net::PauseReason::Backlog);
    client_->send(first, "heard");
    client_->exchange();
    peer_.end();
    settle(peer_);
    for (size_t each : {0U, 1U}) {
        ASSERT_TRUE(end(each).closed) << each;
        EXPECT_EQ(end(each).closed->code, static_cast<uint16_t>(net::NetFault::EndOfStream));
    }
    EXPECT_EQ(end().heard, "heard");
    EXPECT_EQ(handler_.lost.size(), 1U);
    EXPECT_EQ(tunnels_->lost, 0);
    EXPECT_EQ(server_->connection_count(), 0U);
    EXPECT_FALSE(peer_.alive());
}

// Rows: H-050, H-097
TEST_F(H2TunnelTest, OutlivesTheServersStopAndThenEndsTheConnection) {
    int32_t stream = open();
    server_->stop();
    client_->exchange();
    EXPECT_EQ(client_->goaway(), kNoError);
    client_->send(stream, "still heard");
    end().answer = "still said";
    client_->exchange();
    EXPECT_EQ(end().heard, "still heard");
    EXPECT_EQ(client_->answer(stream).body, "still said");
    EXPECT_FALSE(peer_.close_mode());
    end().transport->close(net::CloseMode::Flush);
    client_->finish(stream);
    client_->exchange();
    EXPECT_TRUE(end().closed);
    EXPECT_EQ(peer_.close_mode(), net::CloseMode::Flush);
}

// Rows: H-097
TEST_F(H2TunnelTest, OutlivesTheServer) {
    open();
    end().transport->pause_read(net::PauseReason::Backlog);
    client_->send(1, "unheard");
    client_->exchange();
    client_.reset();
    server_.reset();
    env_.turn();
    end().write(env_.pool, "nobody is there");
    end().transport->resume_read(net::PauseReason::Backlog);
    end().transport->close(net::CloseMode::Abort);
    env_.turn();
    EXPECT_FALSE(end().closed);
}

} // namespace
} // namespace http
