// Rows: -
#include "net/address_filter.h"
#include "net/socket_address.h"
#include "net/source_addresses.h"
#include "net/tcp_connector.h"
#include "tests/net/fake_resolver.h"
#include "tests/net/loop_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sys/un.h>

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
        what = reason.what;
        if (destroy_inside) attempt.reset();
    }
    void connect(const std::string& host, uint16_t port) { connect({.host = host, .port = port}); }
    void connect(const net::Target& target) {
        attempt = connector.connect(target, *this);
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

    tests::FakeResolver resolver;
    net::TcpConnector connector{loop, resolver, {.race = {.deadline = 400ms}}};
    tests::Record record;
    std::unique_ptr<net::Transport> transport;
    std::unique_ptr<net::Connector::Attempt> attempt;
    bool destroy_inside = false;
    int failures = 0;
    uint16_t failure = 0;
    std::string what;
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

TEST_F(TcpConnectorTest, ANumericAddressIsLookedUpNowhere) {
    auto listener = listen();
    connect("127.0.0.1", listener->local().port);
    ASSERT_TRUE(run_until([&] { return transport != nullptr; }));
    EXPECT_EQ(resolver.asked(), 0U);
}

// Rows: U-029
TEST_F(TcpConnectorTest, ConnectsToANameTryingItsAddressesInOrder) {
    auto listener = listen();
    connect("a.test", listener->local().port);
    EXPECT_EQ(resolver.host(), "a.test");
    resolver.answer(Address::Family::V6, {"::1"}); // nobody listens there
    resolver.answer(Address::Family::V4, {"127.0.0.2", "127.0.0.1"});
    ASSERT_TRUE(run_until([&] { return transport != nullptr; }));
    EXPECT_EQ(transport->peer(), listener->local());
    EXPECT_EQ(failures, 0);
}

TEST_F(TcpConnectorTest, ReportsARefusal) {
    RefusingPort closed;
    connect("127.0.0.1", closed.port);
    EXPECT_TRUE(fails_with(ECONNREFUSED));
}

TEST_F(TcpConnectorTest, ReportsTheLastRefusalOfAName) {
    RefusingPort closed;
    connect("a.test", closed.port);
    resolver.answer(Address::Family::V6, {"::1"});
    resolver.answer(Address::Family::V4, {"127.0.0.1"});
    EXPECT_TRUE(fails_with(ECONNREFUSED));
}

TEST_F(TcpConnectorTest, ReportsANameWithoutAddress) {
    connect("a.test", 5222);
    resolver.answer(Address::Family::V6, net::DnsOutcome::NoData);
    resolver.answer(Address::Family::V4, net::DnsOutcome::NoData);
    EXPECT_TRUE(fails_with(NetFault::NoAddress));
}

TEST_F(TcpConnectorTest, ReportsAnAddressThatCannotBeReachedNotInsideTheCall) {
    connect("255.255.255.255", 5222); // TCP to a broadcast address fails in connect(2) itself
    EXPECT_TRUE(run_until([&] { return failures == 1; }));
    EXPECT_NE(failure, 0);
    EXPECT_LT(failure, 1000); // an errno
}

// Rows: U-030
TEST_F(TcpConnectorTest, GivesUpAtTheDeadlineWhenTheLookUpTakesLong) {
    connect("a.test", 5222);
    EXPECT_TRUE(fails_with(NetFault::Deadline));
    EXPECT_EQ(what, "looking the host up took too long");
    EXPECT_FALSE(resolver.is_asked());
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
    connect("a.test", silent.port); // and while the look-up is under way
    EXPECT_TRUE(resolver.is_asked());
    attempt.reset();
    EXPECT_FALSE(resolver.is_asked());
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

// Rows: U-029
TEST_F(TcpConnectorTest, DoesNotWaitForASilentAddressAndClosesItsAttempt) {
    SilentPort silent; // at 127.0.0.1; the listener is at 127.0.0.2, with the same port
    auto listener =
        net::TcpListener::open(loop, env(), *Address::parse("127.0.0.2", silent.port), {}, *this);
    ASSERT_TRUE(listener);
    base::TimePoint begun = loop.now();
    connect("a.test", silent.port);
    resolver.answer(Address::Family::V6, net::DnsOutcome::NoData);
    resolver.answer(Address::Family::V4, {"127.0.0.1", "127.0.0.2"});
    ASSERT_TRUE(run_until([&] { return transport != nullptr; }));
    EXPECT_EQ(transport->peer(), (*listener)->local());
    EXPECT_GE(loop.now() - begun, 250ms);
    EXPECT_LT(loop.now() - begun, 400ms); // the deadline
    run_for(600ms);
    EXPECT_EQ(failures, 0);
}

// Rows: S-030
TEST_F(TcpConnectorTest, ConnectsToNoAddressThatIsNotAllowed) {
    auto listener = listen();
    net::AddressFilter filter;
    connect({.host = "a.test", .port = listener->local().port, .allowed = &filter});
    resolver.answer(Address::Family::V6, {"::ffff:127.0.0.1"});
    resolver.answer(Address::Family::V4, {"127.0.0.1"});
    EXPECT_TRUE(fails_with(NetFault::Forbidden));
    EXPECT_EQ(what, "loopback addresses are refused");
    EXPECT_TRUE(accepted.empty());
}

// Rows: S-030
TEST_F(TcpConnectorTest, ConnectsToNoNumericAddressThatIsNotAllowed) {
    net::AddressFilter filter;
    connect({.host = "127.0.0.1", .port = 5222, .allowed = &filter});
    EXPECT_TRUE(fails_with(NetFault::Forbidden));
    failures = 0;
    connect({.host = "/run/server.socket", .allowed = &filter});
    EXPECT_TRUE(fails_with(NetFault::Forbidden));
}

TEST_F(TcpConnectorTest, LeavesFromTheSourceAddressesInTurn) {
    auto listener = listen();
    std::vector<Address> both = {*Address::parse("127.0.0.3", 0), *Address::parse("127.0.0.4", 0)};
    net::SourceAddresses sources(both);
    for (const char* expected : {"127.0.0.3", "127.0.0.4", "127.0.0.3"}) {
        transport.reset();
        connect({.host = "127.0.0.1", .port = listener->local().port, .sources = &sources});
        ASSERT_TRUE(run_until([&] { return transport != nullptr; }));
        EXPECT_EQ(transport->local().host(), expected);
    }
}

TEST_F(TcpConnectorTest, PassesOverASourceAddressThatIsNotOurs) {
    auto listener = listen();
    std::vector<Address> both = {*Address::parse("192.0.2.1", 0), *Address::parse("127.0.0.4", 0)};
    net::SourceAddresses sources(both);
    connect({.host = "127.0.0.1", .port = listener->local().port, .sources = &sources});
    ASSERT_TRUE(run_until([&] { return transport != nullptr; }));
    EXPECT_EQ(transport->local().host(), "127.0.0.4");

    net::SourceAddresses none(std::vector(1, both[0]));
    transport.reset();
    connect({.host = "127.0.0.1", .port = listener->local().port, .sources = &none});
    EXPECT_TRUE(fails_with(EADDRNOTAVAIL));
    EXPECT_EQ(what, "a source address is not one of this host");
}

TEST_F(TcpConnectorTest, ASourceAddressOfTheOtherFamilyIsNone) {
    std::vector<Address> v6 = {*Address::parse("::1", 0)};
    net::SourceAddresses sources(v6);
    connect({.host = "127.0.0.1", .port = 5222, .sources = &sources});
    EXPECT_TRUE(fails_with(EAFNOSUPPORT));
    EXPECT_EQ(what, "no source address of the server's address family is listed");
}

// A Unix-domain socket that listens, in a directory of its own.
struct UnixServer {
    UnixServer() {
        std::string name = (std::filesystem::temp_directory_path() / "boshcm-XXXXXX").string();
        directory = ::mkdtemp(name.data());
        path = directory / "server.socket";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::ranges::copy(path, address.sun_path);
        EXPECT_EQ(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(descriptor, 1), 0);
    }
    ~UnixServer() {
        ::close(descriptor);
        std::filesystem::remove_all(directory);
    }
    std::filesystem::path directory;
    std::string path;
    int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
};

TEST_F(TcpConnectorTest, APathIsAUnixSocket) {
    UnixServer server;
    connect({.host = server.path});
    ASSERT_TRUE(run_until([&] { return transport != nullptr; }));
    EXPECT_EQ(transport->peer().to_string(), "local");
    EXPECT_EQ(transport->local().to_string(), "local");
    int peer = ::accept(server.descriptor, nullptr, nullptr);
    ASSERT_GE(peer, 0);
    EXPECT_EQ(::send(peer, "hello", 5, 0), 5);
    EXPECT_TRUE(run_until([&] { return record.received == "hello"; }));
    transport->write(base::SliceChain(base::Slice::literal("ping")));
    transport->close(net::CloseMode::Flush);
    char got[8];
    EXPECT_EQ(::recv(peer, got, sizeof got, MSG_WAITALL), 4);
    ::close(peer);
    EXPECT_TRUE(run_until([&] { return record.closed == 1; }));
    EXPECT_EQ(record.code, 0);
}

TEST_F(TcpConnectorTest, ReportsAPathWhereNobodyListens) {
    connect({.host = "/nonexistent/server.socket"});
    EXPECT_TRUE(fails_with(ENOENT));
    failures = 0;
    connect({.host = "/" + std::string(200, 'a')});
    EXPECT_TRUE(fails_with(ENAMETOOLONG));
}

} // namespace
