// Rows: -
#include "net/dns_resolver.h"
#include "net/socket_address.h"
#include "net/tcp_connector.h"
#include "tests/net/loop_fixture.h"

#include <gtest/gtest.h>

using net::Address;
using net::NetFault;
using tests::LoopTest;
using tests::RawPeer;
using namespace std::chrono_literals;

namespace {

struct TcpConnectorTest : LoopTest, net::ConnectListener {
    void on_connected(std::unique_ptr<net::Transport> connected) override {
        transport = std::move(connected);
        transport->set_listener(record);
        if (destroy_inside) attempt.reset();
    }
    void on_connect_failed(base::Error reason) override {
        ++failures;
        failure = reason.code;
        if (destroy_inside) attempt.reset();
    }
    void connect(const std::string& host, uint16_t port) {
        attempt = connector.connect({.host = host, .port = port}, *this);
        EXPECT_EQ(failures, 0) << "no callback inside connect()";
        EXPECT_EQ(transport, nullptr);
    }
    [[nodiscard]] bool fails_with(uint16_t code) {
        return run_until([this] { return failures > 0 || transport != nullptr; }) &&
               failures == 1 && failure == code;
    }
    [[nodiscard]] bool fails_with(NetFault fault) {
        return fails_with(static_cast<uint16_t>(fault));
    }

    net::DnsResolver resolver{loop, metrics, {}};
    net::TcpConnector connector{loop, resolver, {.race = {.deadline = 400ms}}};
    tests::Record record;
    std::unique_ptr<net::Transport> transport;
    std::unique_ptr<net::Connector::Attempt> attempt;
    bool destroy_inside = false;
    int failures = 0;
    uint16_t failure = 0;
};

// A port that is taken, yet refuses: bound, never listening.
struct RefusingPort {
    RefusingPort() {
        net::SocketAddress any(*Address::parse("127.0.0.1", 0));
        EXPECT_EQ(::bind(descriptor, any.get(), any.length), 0);
        sockaddr_storage name{};
        socklen_t length = sizeof name;
        ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &length);
        port = net::to_address(reinterpret_cast<sockaddr*>(&name)).port;
    }
    ~RefusingPort() { ::close(descriptor); }
    int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    uint16_t port = 0;
};

TEST_F(TcpConnectorTest, ConnectsToANumericAddress) {
    auto listener = listen();
    connect("127.0.0.1", listener->local().port);
    ASSERT_TRUE(run_until([&] { return transport != nullptr && !accepted.empty(); }));
    EXPECT_EQ(transport->peer(), listener->local());
    transport->write(base::SliceChain(base::Slice::literal("ping")));
    EXPECT_TRUE(run_until([&] { return records[0]->received == "ping"; }));
    run_for(500ms); // past the deadline, which concerns connecting only
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(record.closed, 0);
}

TEST_F(TcpConnectorTest, ConnectsToANameTryingItsAddressesInOrder) {
    // Where localhost is ::1 first, nobody listens there.
    auto listener = listen();
    connect("localhost", listener->local().port);
    EXPECT_TRUE(run_until([&] { return transport != nullptr; }));
}

TEST_F(TcpConnectorTest, ReportsARefusal) {
    RefusingPort closed;
    connect("127.0.0.1", closed.port);
    EXPECT_TRUE(fails_with(ECONNREFUSED));
}

TEST_F(TcpConnectorTest, ReportsTheLastRefusalOfAName) {
    RefusingPort closed;
    connect("localhost", closed.port);
    EXPECT_TRUE(fails_with(ECONNREFUSED));
}

TEST_F(TcpConnectorTest, ReportsANameWithoutAddress) {
    connect(std::string(64, 'a'), 5222); // a label too long to be asked of any server
    EXPECT_TRUE(fails_with(NetFault::NoAddress));
}

TEST_F(TcpConnectorTest, ReportsANameTooLongToLookUp) {
    connect(std::string(3000, 'a'), 5222);
    EXPECT_TRUE(fails_with(NetFault::NoAddress));
}

TEST_F(TcpConnectorTest, ReportsAnAddressThatCannotBeReachedNotInsideTheCall) {
    connect("255.255.255.255", 5222); // TCP to a broadcast address fails in connect(2) itself
    EXPECT_TRUE(run_until([&] { return failures == 1; }));
    EXPECT_NE(failure, 0);
    EXPECT_LT(failure, 1000); // an errno
}

// A listener whose queue is full drops what comes: the connection is neither made nor refused.
struct SilentPort : RefusingPort {
    SilentPort() {
        ::listen(descriptor, 0);
        for (RawPeer& peer : fillers) peer.connect(*Address::parse("127.0.0.1", port));
    }
    std::vector<RawPeer> fillers{1};
};

TEST_F(TcpConnectorTest, GivesUpAtTheDeadline) {
    SilentPort silent;
    base::TimePoint begun = loop.now();
    connect("127.0.0.1", silent.port);
    EXPECT_TRUE(fails_with(NetFault::Deadline));
    EXPECT_GE(loop.now() - begun, 400ms);
}

TEST_F(TcpConnectorTest, IsSilentOnceTheAttemptIsDestroyed) {
    SilentPort silent;
    connect("127.0.0.1", silent.port);
    run_for(100ms);
    attempt.reset();
    connect("localhost", silent.port); // and while the look-up is under way
    attempt.reset();
    run_for(600ms);
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(transport, nullptr);
}

TEST_F(TcpConnectorTest, TheAttemptMayBeDestroyedInsideItsCallback) {
    destroy_inside = true;
    RefusingPort closed;
    connect("127.0.0.1", closed.port);
    EXPECT_TRUE(fails_with(ECONNREFUSED));
    failures = 0;
    auto listener = listen();
    connect("127.0.0.1", listener->local().port);
    EXPECT_TRUE(run_until([&] { return transport != nullptr; }));
}

} // namespace
