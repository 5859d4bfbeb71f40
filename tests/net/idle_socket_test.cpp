// Rows: -
#include "net/descriptor_limit.h"
#include "tests/net/loop_fixture.h"

#include <gtest/gtest.h>

#include <malloc.h>

using tests::LoopTest;
using tests::RawPeer;
using tests::Record;

namespace {

TEST_F(LoopTest, AnIdleSocketCostsNoMoreHeapThanTheBudgetSays) {
    constexpr size_t kSockets = 1000;
    ASSERT_GT(net::raise_descriptor_limit(), 2 * kSockets + 100);
    // Accepted by a listener, but held without the fixture's records.
    struct Holder final : net::AcceptListener {
        void on_accept(std::unique_ptr<net::Transport> connection) override {
            connection->set_listener(record);
            held.push_back(std::move(connection));
        }
        Record record;
        std::vector<std::unique_ptr<net::Transport>> held;
    } holder;
    holder.held.reserve(kSockets);
    std::vector<RawPeer> peers;
    peers.reserve(kSockets);
    auto listener =
        net::TcpListener::open(loop, env(), *net::Address::parse("127.0.0.1", 0), {}, holder);
    ASSERT_TRUE(listener);
    size_t before = mallinfo2().uordblks;
    while (peers.size() < kSockets) {
        peers.emplace_back().connect((*listener)->local());
        ASSERT_TRUE(run_until([&] { return holder.held.size() == peers.size(); }));
    }
    size_t each = (mallinfo2().uordblks - before) / kSockets;
    RecordProperty("bytes_per_idle_socket", static_cast<int>(each));
    EXPECT_LE(each, 425U);
    EXPECT_GT(each, 200U); // libuv's own part alone: else nothing was measured
}

} // namespace
