// Rows: -
#include "net/tcp_listener.h"
#include "tests/net/loop_fixture.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>

using net::Address;
using tests::LoopTest;
using tests::RawPeer;
using namespace std::chrono_literals;

namespace {

// No descriptor numbered `first` or above may be opened until the end of the scope.
class DescriptorCeiling {
public:
    explicit DescriptorCeiling(int first) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit low{.rlim_cur = static_cast<rlim_t>(first), .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &low);
    }
    ~DescriptorCeiling() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

int lowest_free_descriptor() {
    int descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(descriptor);
    return descriptor;
}

bool any_open(std::vector<RawPeer>& peers) {
    bool open = false;
    for (RawPeer& peer : peers) {
        peer.receive();
        open = open || (!peer.ended && peer.error == 0);
    }
    return open;
}

using TcpListenerTest = LoopTest;

TEST_F(TcpListenerTest, TellsThePortThatTheSystemChose) {
    auto first = listen();
    auto second = listen();
    EXPECT_NE(first->local().port, 0);
    EXPECT_NE(first->local().port, second->local().port);
    EXPECT_TRUE(first->local().is_loopback());
}

TEST_F(TcpListenerTest, DoesNotShareAPortWithStrangers) {
    auto first = listen();
    auto second = net::TcpListener::open(loop, env(), first->local(), {}, *this);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, EADDRINUSE);
}

TEST_F(TcpListenerTest, SharesAPortWithTheListenersOfOtherWorkers) {
    auto first = listen();
    auto second = net::TcpListener::open_beside(*first, loop, env(), *this);
    ASSERT_TRUE(second);
    std::vector<RawPeer> peers(20);
    for (RawPeer& peer : peers) peer.connect(first->local());
    EXPECT_TRUE(run_until([&] { return accepted.size() == peers.size(); }));
}

TEST_F(TcpListenerTest, SaysWhatTheSystemRefused) {
    Address elsewhere = *Address::parse("192.0.2.1", 0); // documentation range: not ours to bind
    auto listener = net::TcpListener::open(loop, env(), elsewhere, {}, *this);
    ASSERT_FALSE(listener);
    EXPECT_EQ(listener.error().code, EADDRNOTAVAIL);
    EXPECT_STREQ(listener.error().what, "bind");
}

TEST_F(TcpListenerTest, AcceptsABurstLargerThanOneTurnTakes) {
    auto listener = listen();
    std::vector<RawPeer> peers(200);
    for (RawPeer& peer : peers) peer.connect(listener->local());
    size_t largest = 0;
    size_t before = 0;
    EXPECT_TRUE(run_until([&] {
        largest = std::max(largest, accepted.size() - before);
        before = accepted.size();
        return accepted.size() == peers.size();
    }));
    EXPECT_LE(largest, 64U);
}

TEST_F(TcpListenerTest, MayBeDestroyedInsideOnAccept) {
    struct OneShot final : net::AcceptListener {
        void on_accept(std::unique_ptr<net::Transport>) override { listener.reset(); }
        std::unique_ptr<net::TcpListener> listener;
    } one_shot;
    auto opened =
        net::TcpListener::open(loop, env(), *Address::parse("127.0.0.1", 0), {}, one_shot);
    ASSERT_TRUE(opened);
    one_shot.listener = std::move(*opened);
    std::vector<RawPeer> peers(3);
    for (RawPeer& peer : peers) peer.connect(one_shot.listener->local());
    EXPECT_TRUE(run_until([&] { return one_shot.listener == nullptr; }));
    EXPECT_TRUE(run_until([&] { return !any_open(peers); }));
}

// Rows: H-049
TEST_F(TcpListenerTest, WithoutDescriptorsItRefusesAtOnceAndKeepsServingTheConnected) {
    auto listener = listen();
    RawPeer early = connect_raw(*listener);
    std::vector<RawPeer> late(100);
    {
        DescriptorCeiling ceiling(lowest_free_descriptor());
        for (RawPeer& peer : late) peer.connect(listener->local());
        EXPECT_TRUE(run_until([&] { return !any_open(late); }));
        EXPECT_EQ(metrics[base::Counter::ConnectionsShed], late.size());

        early.send("still here");
        EXPECT_TRUE(run_until([&] { return records[0]->received == "still here"; }));
        turns = 0;
        run_for(300ms);
        EXPECT_LE(turns, 6U); // asleep, not spinning
    }
    RawPeer after = connect_raw(*listener);
    EXPECT_EQ(accepted.size(), 2U);
}

// Rows: H-049
TEST_F(TcpListenerTest, WithoutEvenTheReserveItRestsAndComesBack) {
    auto listener = listen();
    RawPeer waiting;
    {
        DescriptorCeiling ceiling(3); // below the number of the reserve itself
        waiting.connect(listener->local());
        run_for(100ms);
        turns = 0;
        run_for(300ms);
        EXPECT_LE(turns, 6U);
        EXPECT_EQ(accepted.size(), 0U);
    }
    EXPECT_TRUE(run_until([&] { return accepted.size() == 1; }));
    waiting.send("served");
    EXPECT_TRUE(run_until([&] { return records[0]->received == "served"; }));
}

} // namespace
