// HTTP/1 and HTTP/2 on one port, told apart by their first bytes.
#include "http/protocol_choice.h"
#include "tests/http/h2_peer.h"
#include "tests/http/server_fixture.h"
#include "tests/support/for_each_split.h"

namespace http {
namespace {

using testing::IsEmpty;
using testing::StartsWith;
using tests::frame;
using tests::H2Peer;

class ProtocolChoiceTest : public ServerFixture {
protected:
    MemoryPeer connect_either(const ClientFacts& client = {}) {
        MemoryPeer peer;
        server_->accept(peer.open(), client, Protocol::ByPreface);
        return peer;
    }
    // What comes back for it, cut in each way.
    void each_way(std::string_view input, const std::function<void(std::string)>& check) {
        tests::for_each_split(input, [&](tests::Pieces pieces) {
            handler_.held.clear();
            MemoryPeer peer = connect_either();
            for (std::string_view piece : pieces) send(peer, piece);
            check(peer.take_received());
            peer.reset();
            settle(peer);
            EXPECT_EQ(server_->connection_count(), 0U);
        });
    }
};

// Rows: H-096
TEST_F(ProtocolChoiceTest, TakesRequestsOfHttp1HoweverTheyCome) {
    each_way(post("/bosh", "x"), [&](const std::string&) { EXPECT_EQ(handler_.held.size(), 1U); });
    each_way("PRI / HTTP/1.1\r\nHost: h\r\n\r\n",
             [&](const std::string& answer) { EXPECT_EQ(status_of(answer), 501); });
    each_way("PRI * HTTP/2.0\r\n\r\nSX", // not quite
             [&](const std::string& answer) { EXPECT_EQ(status_of(answer), 505); });
}

// Rows: H-096
TEST_F(ProtocolChoiceTest, TakesHttp2HoweverItComes) {
    MemoryPeer unused;
    H2Peer client(unused, [] {});
    client.post("/bosh", "x");
    each_way(client.take_output(), [&](const std::string& answer) {
        EXPECT_EQ(handler_.held.size(), 1U);
        EXPECT_THAT(answer, StartsWith(std::string("\0\0", 2))); // a frame
    });
}

// Rows: H-042, H-096
TEST_F(ProtocolChoiceTest, WaitsForTheFirstBytesAsLongAsForAHead) {
    MemoryPeer silent = connect_either();
    MemoryPeer half = connect_either();
    send(half, ProtocolChoice::kHttp2Preface.substr(0, 20));
    advance(9s, half);
    EXPECT_FALSE(silent.close_mode());
    EXPECT_FALSE(half.close_mode());
    advance(2s, half);
    settle(silent);
    EXPECT_EQ(server_->connection_count(), 0U);
    EXPECT_THAT(half.received(), IsEmpty());
}

// Rows: H-045, H-050, H-096
TEST_F(ProtocolChoiceTest, RefusesAsHttp1AndStopsAtOnce) {
    Limits limits;
    limits.max_connections = 1;
    start(limits);
    MemoryPeer first = connect_either();
    MemoryPeer second = connect_either();
    settle(second);
    EXPECT_EQ(status_of(second.received()), 503);
    server_->stop();
    settle(first);
    EXPECT_TRUE(first.saw_end());
    EXPECT_EQ(server_->connection_count(), 0U);
}

} // namespace
} // namespace http
