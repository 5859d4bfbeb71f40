// Rows: -
#include "tests/support/fake_connector.h"
#include "tests/support/for_each_split.h"
#include "tests/support/memory_transport.h"
#include "tests/support/test_env.h"

#include <gtest/gtest.h>

#include <cerrno>

using base::Slice;
using base::SliceChain;
using net::CloseMode;
using net::NetFault;
using tests::FakeConnector;
using tests::MemoryPair;
using tests::MemoryPeer;

namespace {

struct Recorder : net::TransportListener {
    void on_bytes(base::ByteView bytes) override { seen += bytes; }
    void on_drained() override { ++drained; }
    void on_closed(base::Error reason) override {
        ++closed;
        code = reason.code;
    }
    std::string seen;
    int drained = 0;
    int closed = 0;
    int code = -1;
};

SliceChain text(base::ByteView bytes) {
    return SliceChain(Slice::literal(bytes));
}

struct MemoryTransportTest : testing::Test {
    MemoryPeer peer;
    std::unique_ptr<net::Transport> transport = peer.open();
    Recorder recorder;
    MemoryTransportTest() { transport->set_listener(recorder); }
};

TEST_F(MemoryTransportTest, DeliversOnlyWhenPumped) {
    peer.send("ab");
    peer.send("cd");
    EXPECT_EQ(recorder.seen, "");
    peer.pump();
    EXPECT_EQ(recorder.seen, "abcd");
}

TEST_F(MemoryTransportTest, DeliversNothingWhilePausedForAnyReason) {
    transport->pause_read(net::PauseReason::Outbox);
    transport->pause_read(net::PauseReason::Drain);
    transport->resume_read(net::PauseReason::Outbox);
    peer.send("x");
    peer.end();
    peer.pump();
    EXPECT_EQ(recorder.seen, "");
    EXPECT_EQ(recorder.closed, 0);
    transport->resume_read(net::PauseReason::Drain);
    peer.pump();
    EXPECT_EQ(recorder.seen, "x");
    EXPECT_EQ(recorder.code, static_cast<int>(NetFault::EndOfStream));
}

TEST_F(MemoryTransportTest, KeepsABacklogForAStalledPeerAndSaysWhenItHasDrained) {
    transport->set_watermarks(2, 4);
    peer.stall();
    transport->write(text("abcde"));
    peer.pump();
    EXPECT_EQ(transport->backlog_bytes(), 5U);
    peer.accept_per_step(2);
    peer.step();
    EXPECT_EQ(recorder.drained, 0);
    peer.step();
    EXPECT_EQ(recorder.drained, 1);
    EXPECT_EQ(peer.received(), "abcd");
    peer.pump();
    EXPECT_EQ(peer.received(), "abcde");
    EXPECT_EQ(recorder.drained, 1);
}

TEST_F(MemoryTransportTest, FlushesBeforeItClosesAndReportsOnce) {
    peer.stall();
    transport->write(text("last"));
    transport->close(CloseMode::Flush);
    peer.pump();
    EXPECT_EQ(recorder.closed, 0);
    peer.unstall();
    peer.pump();
    peer.pump();
    EXPECT_EQ(peer.received(), "last");
    EXPECT_EQ(recorder.closed, 1);
    EXPECT_EQ(recorder.code, 0);
    EXPECT_TRUE(peer.saw_end());
}

TEST_F(MemoryTransportTest, AbortDropsTheBacklogAndAResetOvertakes) {
    peer.stall();
    transport->write(text("lost"));
    transport->close(CloseMode::Abort);
    EXPECT_EQ(recorder.closed, 0);
    peer.unstall();
    peer.pump();
    EXPECT_EQ(peer.received(), "");
    EXPECT_EQ(recorder.closed, 1);

    MemoryPeer other;
    auto second = other.open();
    Recorder seen;
    second->set_listener(seen);
    other.send("never seen");
    other.reset();
    other.pump();
    EXPECT_EQ(seen.seen, "");
    EXPECT_EQ(seen.code, ECONNRESET);
}

TEST_F(MemoryTransportTest, MayBeDestroyedInsideOnBytes) {
    struct Destroyer : Recorder {
        std::unique_ptr<net::Transport> own;
        void on_bytes(base::ByteView) override { own.reset(); }
    } destroyer;
    MemoryPeer other;
    destroyer.own = other.open();
    destroyer.own->set_listener(destroyer);
    other.send("x");
    other.end();
    other.pump();
    EXPECT_FALSE(other.alive());
    EXPECT_TRUE(other.saw_end());
    EXPECT_EQ(destroyer.closed, 0);
}

TEST(MemoryPairTest, CarriesBytesAndTheEndBothWays) {
    MemoryPair pair;
    auto left = pair.open_left();
    auto right = pair.open_right();
    Recorder at_left;
    Recorder at_right;
    left->set_listener(at_left);
    right->set_listener(at_right);
    left->write(text("ping"));
    right->write(text("pong"));
    pair.pump();
    EXPECT_EQ(at_right.seen, "ping");
    EXPECT_EQ(at_left.seen, "pong");
    left->close(CloseMode::Flush);
    pair.pump();
    EXPECT_EQ(at_left.code, 0);
    EXPECT_EQ(at_right.code, static_cast<int>(NetFault::EndOfStream));
}

TEST(FakeConnectorTest, SucceedsFailsAndForgetsWhatWasCancelled) {
    struct Listener : net::ConnectListener {
        Recorder recorder;
        std::unique_ptr<net::Transport> transport;
        int failed = 0;
        void on_connected(std::unique_ptr<net::Transport> connected) override {
            transport = std::move(connected);
            transport->set_listener(recorder);
        }
        void on_connect_failed(base::Error reason) override { failed = reason.code; }
    } listener;
    FakeConnector connector;
    auto first = connector.connect({.host = "one", .port = 1}, listener);
    auto second = connector.connect({.host = "two", .port = 2}, listener);
    auto third = connector.connect({.host = "three", .port = 3}, listener);
    connector.fail(ECONNREFUSED);
    EXPECT_EQ(listener.failed, ECONNREFUSED);
    second.reset();
    EXPECT_EQ(connector.oldest_target().host, "three");
    MemoryPeer peer = connector.succeed();
    peer.send("hello");
    peer.pump();
    EXPECT_EQ(listener.recorder.seen, "hello");
    EXPECT_EQ(connector.pending(), 0U);
}

TEST(ForEachSplitTest, GivesTheSameBytesInEveryCut) {
    size_t runs = 0;
    size_t pieces_seen = 0;
    tests::for_each_split("abcdefg", [&](tests::Pieces pieces) {
        std::string joined;
        for (std::string_view piece : pieces) joined += piece;
        EXPECT_EQ(joined, "abcdefg");
        ++runs;
        pieces_seen += pieces.size();
    });
    EXPECT_EQ(runs, 3U + 6U);
    EXPECT_EQ(pieces_seen, 1U + 7U + 3U + 6U * 2U);
}

TEST(TestEnvTest, FiresDeadlinesOnTheWayAndEmptiesTheRetired) {
    struct Node : base::TimerNode {
        base::TimePoint fired{};
        void on_deadline(base::TimePoint now) override { fired = now; }
    };
    tests::TestEnv env;
    Node node;
    base::TimePoint due = env.now() + base::Duration(1500);
    env.wheel.set(node, due);
    env.retired.retire(std::make_unique<int>(1));
    env.advance(base::Duration(60'000));
    EXPECT_EQ(node.fired, due);
    EXPECT_FALSE(env.retired.has_objects());
}

} // namespace
