// Rows: -
#include "net/stream_socket.h"
#include "tests/net/loop_fixture.h"

#include <gtest/gtest.h>

using net::CloseMode;
using net::NetFault;
using net::PauseReason;
using tests::LoopTest;
using tests::RawPeer;
using tests::Record;
using namespace std::chrono_literals;

namespace {

constexpr size_t kMuch =
    8UL * 1024 * 1024; // more than the kernel takes for a peer that does not read

struct StreamSocketTest : LoopTest {
    std::unique_ptr<net::TcpListener> listener = listen({.write_stall = 400ms});
    RawPeer peer = connect_raw(*listener, true);
    net::Transport& socket = *accepted[0];
    Record& record = *records[0];
};

TEST_F(StreamSocketTest, CarriesBytesBothWaysInOrder) {
    base::SliceChain many;
    std::string expected;
    for (int i = 0; i < 300; ++i) { // more slices than one gathered write takes
        std::string text = std::to_string(i) + ' ';
        expected += text;
        many.push(base::Slice::copy(pool, text));
    }
    socket.write(std::move(many));
    std::string got;
    EXPECT_TRUE(run_until(peer, [&] { return (got += peer.receive()).size() >= expected.size(); }));
    EXPECT_EQ(got, expected);

    peer.send("hello ");
    peer.send("there");
    EXPECT_TRUE(run_until([&] { return record.received.size() == 11; }));
    EXPECT_EQ(record.received, "hello there");
}

TEST_F(StreamSocketTest, KnowsBothEnds) {
    EXPECT_EQ(socket.local(), listener->local());
    EXPECT_EQ(socket.peer().host(), "127.0.0.1");
    EXPECT_NE(socket.peer().port, 0);
}

// Rows: U-055
TEST(TcpKeepaliveTest, TakesTheTimeThatIsAskedFor) {
    net::TcpKeepalive usual;
    EXPECT_EQ(usual.in_all(), 120s);
    for (std::chrono::seconds in_all : {5s, 6s, 8s, 30s, 120s, 3600s, 7200s}) {
        auto made = net::TcpKeepalive::within(in_all);
        EXPECT_EQ(made.in_all(), in_all);
        EXPECT_GE(made.idle, 1s);
        EXPECT_GE(made.interval, 1s);
        EXPECT_EQ(made.count, usual.count);
    }
    EXPECT_EQ(net::TcpKeepalive::within(120s).idle, usual.idle);
    EXPECT_EQ(net::TcpKeepalive::within(1s).in_all(), net::TcpKeepalive::kShortest);
}

TEST_F(StreamSocketTest, QueuesForASlowReaderAndSaysOnceWhenItHasDrained) {
    socket.set_watermarks(64UL * 1024, 256UL * 1024);
    constexpr size_t kPortion = 128UL * 1024;
    for (size_t sent = 0; sent < kMuch; sent += kPortion) socket.write(chain_of(kPortion));
    EXPECT_GT(socket.backlog_bytes(), 256U * 1024);
    EXPECT_EQ(record.drained, 0);
    size_t got = 0;
    EXPECT_TRUE(run_until(peer, [&] { return (got += peer.receive().size()) == kMuch; }));
    EXPECT_EQ(socket.backlog_bytes(), 0U);
    EXPECT_EQ(record.drained, 1);
    EXPECT_EQ(pool.used_bytes(), 0U);
    EXPECT_EQ(record.closed, 0);
}

TEST_F(StreamSocketTest, StaysSilentAboutDrainingBelowTheHighMark) {
    socket.set_watermarks(0, kMuch * 2);
    socket.write(chain_of(kMuch));
    EXPECT_GT(socket.backlog_bytes(), 0U);
    size_t got = 0;
    EXPECT_TRUE(run_until(peer, [&] { return (got += peer.receive().size()) == kMuch; }));
    run_for(100ms);
    EXPECT_EQ(record.drained, 0);
}

// Rows: H-042
TEST_F(StreamSocketTest, EndsWhenThePeerTakesNothingForTheStallTime) {
    socket.write(chain_of(kMuch));
    base::TimePoint begun = loop.now();
    EXPECT_EQ(record.closed, 0);
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }));
    EXPECT_TRUE(record.ended_by(NetFault::WriteStalled));
    EXPECT_GE(loop.now() - begun, 400ms);
    EXPECT_EQ(pool.used_bytes(), 0U);
    peer.receive();
    EXPECT_EQ(peer.error, ECONNRESET); // nothing is left in the kernel either
}

// Rows: H-042
TEST_F(StreamSocketTest, DoesNotTakeASlowReaderForAStalledOne) {
    socket.write(chain_of(kMuch));
    size_t got = 0;
    base::TimePoint begun = loop.now();
    // For twice the stall time the peer reads a little in each fifth of it.
    for (int portion = 0; portion < 10; ++portion) {
        got += peer.receive().size();
        run_for(100ms);
    }
    EXPECT_GE(loop.now() - begun, 800ms);
    EXPECT_EQ(record.closed, 0);
    EXPECT_TRUE(run_until(peer, [&] { return (got += peer.receive().size()) == kMuch; }));
}

TEST_F(StreamSocketTest, ReadsNothingWhileAnyReasonToPauseLasts) {
    socket.pause_read(PauseReason::Outbox);
    socket.pause_read(PauseReason::Budget);
    peer.send("later");
    peer.half_close();
    run_for(100ms);
    socket.resume_read(PauseReason::Outbox);
    run_for(100ms);
    EXPECT_EQ(record.received, "");
    EXPECT_EQ(record.closed, 0); // a paused socket sees no end either
    socket.resume_read(PauseReason::Budget);
    EXPECT_EQ(record.received, ""); // not inside the call
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }));
    EXPECT_EQ(record.received, "later");
    EXPECT_TRUE(record.ended_by(NetFault::EndOfStream));
}

// Rows: H-046
TEST_F(StreamSocketTest, ReportsTheEndOfStreamAtOnceThoughABacklogWaits) {
    socket.write(chain_of(kMuch));
    peer.half_close();
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }, 300ms)); // before the stall time
    EXPECT_TRUE(record.ended_by(NetFault::EndOfStream));
    EXPECT_EQ(socket.backlog_bytes(), 0U);
}

// Rows: B-140, B-141, H-046
TEST_F(StreamSocketTest, ReportsTheEndOfStreamBeforeWhatOthersReceiveInTheSameTurn) {
    RawPeer other = connect_raw(*listener);
    int closed_before = -1;
    records[1]->inside_bytes = [&] { closed_before = record.closed; };
    peer.close(); // loopback is synchronous: the loop finds both, in this order
    other.send("a stanza for the one who left");
    EXPECT_TRUE(run_until([&] { return closed_before >= 0; }));
    EXPECT_EQ(closed_before, 1);
}

// Rows: H-046
TEST_F(StreamSocketTest, ReportsAResetOnce) {
    peer.reset();
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }));
    EXPECT_EQ(record.code, ECONNRESET);
    socket.write(chain_of(10));
    socket.close(CloseMode::Flush);
    socket.close(CloseMode::Abort);
    run_for(100ms);
    EXPECT_EQ(record.closed, 1);
}

// Rows: H-046
TEST_F(StreamSocketTest, DeliversWhatCameBeforeAResetAndThenReportsTheEnd) {
    peer.send("last words");
    peer.reset();
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }));
    EXPECT_EQ(record.received, "last words");
    EXPECT_EQ(record.closed, 1);
}

// Rows: U-057, H-046
TEST_F(StreamSocketTest, DeliversWhatCameBeforeAWriteFailed) {
    peer.send("last words");
    peer.reset();
    for (int i = 0; i < 3; ++i) socket.write(chain_of(10));
    EXPECT_EQ(record.received, "");
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }));
    EXPECT_EQ(record.received, "last words");
    EXPECT_TRUE(record.code == ECONNRESET || record.code == EPIPE) << record.code;
    EXPECT_EQ(record.closed, 1);
}

// Rows: H-046
TEST_F(StreamSocketTest, EndsWhenPausedAfterAWriteFailed) {
    peer.send("last words");
    peer.reset();
    socket.write(chain_of(10));
    socket.pause_read(PauseReason::Budget);
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }));
    EXPECT_EQ(record.received, "");
    EXPECT_TRUE(record.code == ECONNRESET || record.code == EPIPE) << record.code;
    socket.resume_read(PauseReason::Budget);
    run_for(50ms);
    EXPECT_EQ(record.closed, 1);
}

// Rows: H-048
TEST_F(StreamSocketTest, ClosesAfterAWriteFailedWithoutReadingOn) {
    peer.send("last words");
    peer.reset();
    socket.write(chain_of(10));
    socket.close(CloseMode::Flush);
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }));
    EXPECT_EQ(record.received, "");
    EXPECT_EQ(record.code, 0);
}

TEST_F(StreamSocketTest, AFailedWriteIsReportedLaterNotInsideTheCall) {
    socket.pause_read(PauseReason::Budget); // so that only writing can notice
    peer.reset();
    for (int i = 0; i < 3; ++i) socket.write(chain_of(10));
    EXPECT_EQ(record.closed, 0);
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }));
    EXPECT_TRUE(record.code == ECONNRESET || record.code == EPIPE) << record.code;
}

// Rows: H-048
TEST_F(StreamSocketTest, FlushSendsTheBacklogAndTheEndThoughThePeerStillSends) {
    socket.pause_read(PauseReason::Pipeline);
    std::string unread(64UL * 1024, 'u'); // closing now would answer these bytes with a reset
    EXPECT_GT(peer.send(unread), 0U);
    socket.write(chain_of(kMuch));
    socket.close(CloseMode::Flush);
    EXPECT_EQ(record.closed, 0);

    size_t got = 0;
    EXPECT_TRUE(run_until(peer, [&] {
        got += peer.receive().size();
        peer.send("more ");
        return peer.ended || peer.error != 0;
    }));
    EXPECT_EQ(peer.error, 0);
    EXPECT_EQ(got, kMuch);
    EXPECT_EQ(record.closed, 0); // still draining
    peer.close();
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }, 1s));
    EXPECT_EQ(record.code, 0);
    EXPECT_EQ(record.received, ""); // nothing is delivered after close()
}

// Rows: H-048
TEST_F(StreamSocketTest, DrainsForABoundedTimeOnly) {
    socket.write(chain_of(4, 'a'));
    socket.close(CloseMode::Flush);
    base::TimePoint begun = loop.now();
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }));
    EXPECT_EQ(record.code, 0);
    EXPECT_GE(loop.now() - begun, 2s);
    EXPECT_EQ(peer.receive(), "aaaa");
    EXPECT_TRUE(peer.ended);
}

// Rows: H-048
TEST_F(StreamSocketTest, DrainsABoundedNumberOfBytesOnly) {
    socket.close(CloseMode::Flush);
    std::string flood(64UL * 1024, 'f');
    size_t sent = 0;
    EXPECT_TRUE(run_until(
        [&] {
            sent += peer.send(flood);
            return record.closed > 0;
        },
        1s)); // sooner than the drain time
    EXPECT_GT(sent, 1024U * 1024);
    EXPECT_EQ(record.code, 0);
}

// Rows: H-042, H-048
TEST_F(StreamSocketTest, AFlushThatStallsIsCutOff) {
    socket.write(chain_of(kMuch));
    socket.close(CloseMode::Flush);
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }));
    EXPECT_TRUE(record.ended_by(NetFault::WriteStalled));
}

TEST_F(StreamSocketTest, AbortDropsTheBacklogAndReportsLater) {
    socket.write(chain_of(kMuch));
    socket.close(CloseMode::Abort);
    EXPECT_EQ(record.closed, 0);
    EXPECT_EQ(socket.backlog_bytes(), 0U);
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }, 300ms));
    EXPECT_EQ(record.code, 0);
    EXPECT_EQ(pool.used_bytes(), 0U);
}

TEST_F(StreamSocketTest, DestroyedWithABacklogGivesItsBytesBackAndIsSilent) {
    socket.write(chain_of(kMuch));
    accepted.clear();
    run_for(100ms);
    EXPECT_EQ(pool.used_bytes(), 0U);
    EXPECT_EQ(record.closed, 0);
}

TEST_F(StreamSocketTest, DestroyedWhileClosingIsSilent) {
    socket.close(CloseMode::Abort);
    accepted.clear();
    run_for(100ms);
    EXPECT_EQ(record.closed, 0);
}

TEST_F(StreamSocketTest, MayBeDestroyedInsideEachOfItsCallbacks) {
    record.inside_bytes = [this] { accepted[0].reset(); };
    peer.send("x");
    EXPECT_TRUE(run_until([&] { return accepted[0] == nullptr; }));

    RawPeer second = connect_raw(*listener);
    records[1]->inside_closed = [this] { accepted[1].reset(); };
    second.close();
    EXPECT_TRUE(run_until([&] { return accepted[1] == nullptr; }));

    RawPeer third = connect_raw(*listener, true);
    records[2]->inside_drained = [this] { accepted[2].reset(); };
    accepted[2]->set_watermarks(0, 1);
    accepted[2]->write(chain_of(kMuch));
    EXPECT_TRUE(run_until(third, [&] {
        third.receive();
        return accepted[2] == nullptr;
    }));
}

TEST_F(StreamSocketTest, MayBeClosedInsideOnBytes) {
    record.inside_bytes = [this] { socket.close(CloseMode::Abort); };
    peer.send("x");
    EXPECT_TRUE(run_until([&] { return record.closed > 0; }));
    EXPECT_EQ(record.code, 0);
}

} // namespace
