// What connections have from the listening socket that took them, and what they are given, on the
// system at hand.
#include "net/dns_resolver.h"
#include "net/tcp_connector.h"
#include "tests/net/loop_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <netinet/tcp.h>

using net::Address;
using tests::LoopTest;
using tests::RawPeer;
using namespace std::chrono_literals;

namespace {

constexpr net::TcpOptions kOptions{.keepalive = {.idle = 7s, .interval = 3s, .count = 2}};
// NODELAY, KEEPALIVE, KEEPIDLE, KEEPINTVL, KEEPCNT, USER_TIMEOUT.
constexpr std::array<int, 6> kWanted{1, 1, 7, 3, 2, 13'000};

std::array<int, 6> options_of(int descriptor) {
    auto option = [&](int level, int name) {
        int value = -1;
        socklen_t length = sizeof value;
        EXPECT_EQ(::getsockopt(descriptor, level, name, &value, &length), 0);
        return value;
    };
    return {option(IPPROTO_TCP, TCP_NODELAY),  option(SOL_SOCKET, SO_KEEPALIVE),
            option(IPPROTO_TCP, TCP_KEEPIDLE), option(IPPROTO_TCP, TCP_KEEPINTVL),
            option(IPPROTO_TCP, TCP_KEEPCNT),  option(IPPROTO_TCP, TCP_USER_TIMEOUT)};
}

class TcpOptionsTest : public LoopTest {
protected:
    // Which of our descriptors has this port on its other side: an accepted one.
    static int descriptor_to(uint16_t port) {
        for (int descriptor = 3; descriptor < 256; ++descriptor) {
            sockaddr_in6 far{};
            socklen_t length = sizeof far;
            if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&far), &length) == 0 &&
                (far.sin6_family == AF_INET || far.sin6_family == AF_INET6) &&
                ntohs(far.sin6_port) == port) { // where sockaddr_in has it, too
                return descriptor;
            }
        }
        return -1;
    }
    int accepted_descriptor() { return descriptor_to(accepted.back()->peer().port); }
};

// Rows: U-033, U-055
TEST_F(TcpOptionsTest, AreInheritedFromTheListeningSocket) {
    auto listener = listen(kOptions);
    RawPeer peer = connect_raw(*listener);
    EXPECT_EQ(options_of(accepted_descriptor()), kWanted);
    EXPECT_NE(options_of(peer.descriptor()), kWanted); // they come from nowhere else
}

// Rows: U-033, U-055
TEST_F(TcpOptionsTest, AreInheritedByEachWorkersConnections) {
    auto first = listen(kOptions);
    auto second = net::TcpListener::open_beside(*first, loop, env(), *this);
    ASSERT_TRUE(second);
    first.reset();
    RawPeer peer = connect_raw(**second);
    EXPECT_EQ(options_of(accepted_descriptor()), kWanted);
}

// Rows: U-033, U-055
TEST_F(TcpOptionsTest, ChangeWithWhomTheConnectionsGoTo) {
    auto listener = listen();
    listener->hand_to(*this, kOptions);
    RawPeer peer = connect_raw(*listener);
    EXPECT_EQ(options_of(accepted_descriptor()), kWanted);
}

// Such a one has been there before us, and so may a connection.
// Rows: U-033, U-055
TEST_F(TcpOptionsTest, AreGivenToThoseOfASocketThatSomebodyElseHasOpened) {
    int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in any{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    ASSERT_EQ(::bind(descriptor, reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
    ASSERT_EQ(::listen(descriptor, 4), 0);
    socklen_t length = sizeof any;
    ASSERT_EQ(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&any), &length), 0);
    RawPeer before;
    before.connect(*Address::parse("127.0.0.1", ntohs(any.sin_port)));
    auto listener = net::TcpListener::adopt(loop, env(), descriptor, kOptions, *this);
    ASSERT_TRUE(listener);
    ASSERT_TRUE(run_until([&] { return accepted.size() == 1; }));
    EXPECT_EQ(options_of(accepted_descriptor()), kWanted);
}

class Connected final : public net::ConnectListener {
public:
    void on_connected(std::unique_ptr<net::Transport> made) override {
        made->set_listener(record_);
        transport = std::move(made);
    }
    void on_connect_failed(base::Error /*reason*/) override {}

    std::unique_ptr<net::Transport> transport;

private:
    tests::Record record_;
};

// Rows: U-033, U-055
TEST_F(TcpOptionsTest, AreGivenToConnectionsThatWeMake) {
    auto listener = listen();
    net::DnsResolver resolver(loop, metrics, {});
    net::TcpConnector connector(loop, resolver, {.tcp = kOptions});
    Connected connected;
    auto attempt =
        connector.connect({.host = "127.0.0.1", .port = listener->local().port}, connected);
    ASSERT_TRUE(run_until([&] { return connected.transport && !accepted.empty(); }));
    EXPECT_EQ(options_of(descriptor_to(listener->local().port)), kWanted);
    EXPECT_NE(options_of(accepted_descriptor()), kWanted);
}

} // namespace
