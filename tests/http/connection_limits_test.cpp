// What a connection costs us, and for how long: deadlines, backlog, memory.

#include "http/connection.h"
#include "tests/http/server_fixture.h"

#include <cstdlib>
#include <malloc.h>
#include <new>

// Counts what lives on the heap, exactly; slices are the pool's to count. Only bytes asked for by
// operator new, so a sanitizer's malloc below it changes nothing.
static size_t live_bytes = 0; // NOLINT(misc-use-anonymous-namespace)

void* operator new(size_t size) {
    void* block = std::malloc(size);
    if (block == nullptr) std::abort();
    live_bytes += ::malloc_usable_size(block);
    return block;
}

static void give_back(void* block) {
    live_bytes -= ::malloc_usable_size(block);
    std::free(block);
}

void operator delete(void* block) noexcept {
    give_back(block);
}

void operator delete(void* block, size_t) noexcept {
    give_back(block);
}

namespace http {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class ConnectionLimitsTest : public ServerFixture {
protected:
    using ServerFixture::ServerFixture;
};

// Rows: H-042
TEST_F(ConnectionLimitsTest, ClosesANewConnectionThatSaysNothing) {
    MemoryPeer peer = connect();
    advance(9900ms, peer);
    EXPECT_FALSE(peer.close_mode());
    advance(200ms, peer);
    EXPECT_TRUE(peer.saw_end());
    EXPECT_THAT(peer.received(), IsEmpty());
    EXPECT_EQ(server_->connection_count(), 0U);
}

// Rows: H-042
TEST_F(ConnectionLimitsTest, GivesAHeadTenSecondsFromItsFirstByte) {
    MemoryPeer peer = connect();
    advance(9s, peer);
    for (char byte : std::string_view("POST /bosh HTTP/1.")) {
        send(peer, {&byte, 1});
        if (peer.close_mode()) break;
        advance(500ms, peer);
    }
    advance(1200ms, peer);
    EXPECT_EQ(status_of(peer.received()), 408);
    EXPECT_THAT(peer.received(), HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_EQ(server_->connection_count(), 0U);
}

// Rows: H-042, H-072
TEST_F(ConnectionLimitsTest, GivesABodyThirtySecondsInAll) {
    handler_.max_body_bytes = 10'000;
    MemoryPeer peer = connect();
    send(peer, "POST /bosh HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\n");
    for (int i = 0; i < 29; ++i) {
        advance(1s, peer);
        send(peer, std::string(80, 'x'));
    }
    EXPECT_FALSE(peer.close_mode());
    advance(1100ms, peer);
    EXPECT_EQ(status_of(peer.received()), 408);
    EXPECT_EQ(count(peer.received(), "Access-Control-Allow-Origin: *\r\n"), 1U);
}

// Rows: H-042
TEST_F(ConnectionLimitsTest, EndsABodyThatComesTooSlowly) {
    handler_.max_body_bytes = 10'000;
    MemoryPeer peer = connect();
    send(peer, "POST /bosh HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 10; ++i) {
        send(peer, "40\r\n" + std::string(64, 'x') + "\r\n");
        advance(1s, peer);
    }
    EXPECT_FALSE(peer.close_mode());
    for (int i = 0; i < 10 && !peer.close_mode(); ++i) { // no progress, however much is said
        send(peer, "1;" + std::string(200, 'x') + "\r\nx\r\n");
        advance(1s, peer);
    }
    advance(200ms, peer);
    EXPECT_EQ(status_of(peer.received()), 408);
}

// Rows: H-041
TEST_F(ConnectionLimitsTest, NeverClosesAConnectionWhoseRequestIsHeld) {
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "x"));
    advance(1h, peer);
    EXPECT_FALSE(peer.close_mode());
    EXPECT_TRUE(answer(0, "late"));
    EXPECT_THAT(peer.received(), HasSubstr("late"));
}

// Rows: H-041, D-53
TEST_F(ConnectionLimitsTest, ClosesBetweenRequestsAfterTheIdleTime) {
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "x"));
    advance(60s, peer);
    answer(0, "a");
    advance(74s, peer);
    EXPECT_FALSE(peer.close_mode());
    send(peer, post("/bosh", "y"));
    answer(1, "b");
    (void)peer.take_received();
    advance(74s, peer);
    EXPECT_FALSE(peer.close_mode());
    advance(1100ms, peer);
    EXPECT_EQ(peer.close_mode(), net::CloseMode::Flush);
    EXPECT_THAT(peer.received(), IsEmpty());
}

// Rows: H-041, H-042
TEST_F(ConnectionLimitsTest, TimesAHeadAlsoBehindAHeldRequest) {
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "1") + "POST /bo");
    advance(11s, peer);
    EXPECT_THAT(peer.received(), IsEmpty());
    answer(0, "held");
    EXPECT_THAT(peer.received(), HasSubstr("heldHTTP/1.1 408 "));
    EXPECT_EQ(peer.close_mode(), net::CloseMode::Flush);
}

// Rows: H-043
TEST_F(ConnectionLimitsTest, GivesEachLimitOfTheHeadItsStatus) {
    std::string line = "GET /" + std::string(9000, 'x') + " HTTP/1.1\r\n";
    EXPECT_EQ(status_of(exchange(line)), 414);
    std::string head = "GET /bosh HTTP/1.1\r\nHost: h\r\n";
    EXPECT_EQ(status_of(exchange(head + "X: " + std::string(17'000, 'x'))), 431);
    for (int i = 0; i < 100; ++i) head += "X: y\r\n";
    EXPECT_EQ(status_of(exchange(head + "\r\n")), 431);
}

// Rows: S-040
TEST_F(ConnectionLimitsTest, ReadsNoFurtherWhileAnswersPileUp) {
    MemoryPeer peer = connect();
    peer.stall();
    std::string big(70'000, 'x');
    send(peer, post("/bosh", "1"));
    answer(0, big);
    EXPECT_TRUE(peer.paused(net::PauseReason::Backlog));
    send(peer, post("/bosh", "2"));
    EXPECT_EQ(handler_.held.size(), 1U);
    peer.unstall();
    settle(peer);
    EXPECT_FALSE(peer.reading_paused());
    EXPECT_EQ(handler_.held.size(), 2U);
}

// Rows: S-040
TEST_F(ConnectionLimitsTest, KeepsWhatIsReadAlreadyWhileAnswersPileUp) {
    MemoryPeer peer = connect();
    peer.stall();
    handler_.responder = nullptr;
    send(peer, post("/bosh", "1") + post("/bosh", "2") + post("/bosh", "3") + post("/bosh", "4"));
    ASSERT_EQ(handler_.held.size(), 3U);
    answer(0, std::string(70'000, 'x'));
    advance(1s, peer);
    EXPECT_EQ(handler_.held.size(), 3U);
    peer.unstall();
    settle(peer);
    EXPECT_EQ(handler_.held.size(), 4U);
}

class SmallBudgetTest : public ServerFixture {
protected:
    SmallBudgetTest() : ServerFixture(20'000) {}
};

// Rows: H-072
TEST_F(SmallBudgetTest, RefusesABodyThatTheBudgetHasNoRoomFor) {
    handler_.max_body_bytes = 100'000;
    std::string answer = exchange(post("/bosh", std::string(30'000, 'x')));
    EXPECT_EQ(status_of(answer), 503);
    EXPECT_EQ(count(answer, "Access-Control-Allow-Origin: *\r\n"), 1U);

    MemoryPeer peer = connect();
    peer.deliver_per_step(4000);
    std::string chunk = "7d0\r\n" + std::string(2000, 'x') + "\r\n";
    std::string request = "POST /bosh HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 12; ++i) request += chunk;
    send(peer, request);
    EXPECT_EQ(status_of(peer.received()), 503);
    EXPECT_EQ(env_.pool.used_bytes(), 0U);
}

// Rows: S-040
TEST_F(SmallBudgetTest, TakesPollsEvenWithTheBudgetUsedUp) {
    base::Slice filler = base::Slice::copy(env_.pool, std::string(20'000, 'x'));
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "<body/>"));
    EXPECT_EQ(handler_.held.size(), 1U);
    handler_.max_body_bytes = 100'000;
    send(peer, post("/bosh", std::string(5000, 'x')));
    EXPECT_EQ(handler_.held.size(), 1U);
    answer(0, "what filled it");
    EXPECT_THAT(peer.received(), HasSubstr("what filled itHTTP/1.1 503 "));
}

// Rows: H-045
TEST_F(ConnectionLimitsTest, RefusesConnectionsBeyondTheLimit) {
    start({.max_connections = 2});
    MemoryPeer first = connect();
    MemoryPeer second = connect();
    MemoryPeer third = connect();
    settle(third);
    EXPECT_EQ(status_of(third.received()), 503);
    EXPECT_TRUE(third.saw_end());
    EXPECT_EQ(server_->connection_count(), 2U);
    first.end();
    settle(first);
    MemoryPeer fourth = connect();
    send(fourth, post("/bosh", "x"));
    EXPECT_EQ(handler_.held.size(), 1U);

    std::vector<MemoryPeer> flood;
    for (int i = 0; i < 200; ++i) flood.push_back(connect());
    EXPECT_LE(server_->connection_count(), 2U + 64U);
    for (MemoryPeer& peer : flood) settle(peer);
    EXPECT_EQ(server_->connection_count(), 2U);
}

// An idle connection is its object and the transport's; a held request adds its entry.
// Rows: -
TEST_F(ConnectionLimitsTest, CostsNoHeapWhileIdleAndLittleWhileARequestIsHeld) {
    EXPECT_LE(sizeof(Connection), 216U);
    MemoryPeer peer = connect();
    handler_.held.reserve(4);
    handler_.clients.reserve(16);
    handler_.heads.reserve(4);
    auto hold = [&] {
        send(peer, post("/bosh", "x"));
        handler_.heads.clear();
    };
    auto finish = [&] {
        answer(0, "a");
        (void)peer.take_received();
        handler_.held.clear();
    };
    for (int i = 0; i < 4; ++i) { // fills the server's pools, and those of the fakes
        hold();
        finish();
    }
    size_t idle = live_bytes;
    hold();
    size_t held = live_bytes;
    EXPECT_EQ(env_.pool.used_bytes(), 0U);
    finish();
    EXPECT_EQ(live_bytes, idle);
    EXPECT_GT(held, idle);
    EXPECT_LE(held - idle, 128U);
    RecordProperty("sizeof_connection", static_cast<int>(sizeof(Connection)));
    RecordProperty("heap_of_a_held_request", static_cast<int>(held - idle));
}

} // namespace
} // namespace http
