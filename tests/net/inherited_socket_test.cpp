// Sockets that somebody else has opened.
// Rows: -
#include "net/inherited_socket.h"
#include "net/tcp_listener.h"
#include "tests/net/loop_fixture.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <array>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <sys/un.h>

using tests::LoopTest;
using tests::RawPeer;

namespace {

// At a port of the system's choice; of IPv6: of both families.
int bound(int family) {
    int descriptor = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 v6{.sin6_family = AF_INET6, .sin6_addr = in6addr_any};
    sockaddr_in v4{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (family == AF_INET6) {
        int off = 0;
        EXPECT_EQ(::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off), 0);
        EXPECT_EQ(::bind(descriptor, reinterpret_cast<sockaddr*>(&v6), sizeof v6), 0);
    } else {
        EXPECT_EQ(::bind(descriptor, reinterpret_cast<sockaddr*>(&v4), sizeof v4), 0);
    }
    return descriptor;
}

int listening(int family) {
    int descriptor = bound(family);
    EXPECT_EQ(::listen(descriptor, 16), 0);
    return descriptor;
}

using InheritedSocketTest = LoopTest;

TEST_F(InheritedSocketTest, IsTakenAsItIsByAllWorkers) {
    int descriptor = listening(AF_INET);
    auto found = net::inspect(descriptor);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->address.is_loopback());
    auto first = net::TcpListener::adopt(loop, env(), descriptor, {}, *this);
    ASSERT_TRUE(first);
    EXPECT_EQ((*first)->local(), found->address);
    EXPECT_TRUE(::fcntl(descriptor, F_GETFL) & O_NONBLOCK);
    auto second = net::TcpListener::open_beside(**first, loop, env(), *this);
    ASSERT_TRUE(second);
    // With one of them gone the other takes all: it is one queue.
    first->reset();
    std::vector<RawPeer> peers(5);
    for (RawPeer& peer : peers) peer.connect((*second)->local());
    EXPECT_TRUE(run_until([&] { return accepted.size() == peers.size(); }));
}

TEST_F(InheritedSocketTest, OfBothFamiliesTellsIPv4AddressesAsSuch) {
    int descriptor = listening(AF_INET6);
    auto found = net::inspect(descriptor);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->address.host(), "::");
    auto listener = net::TcpListener::adopt(loop, env(), descriptor, {}, *this);
    ASSERT_TRUE(listener);
    RawPeer peer;
    peer.connect(*net::Address::parse("127.0.0.1", found->address.port));
    ASSERT_TRUE(run_until([&] { return !accepted.empty(); }));
    EXPECT_EQ(accepted.back()->peer().host(), "127.0.0.1");
    EXPECT_EQ(accepted.back()->local().host(), "127.0.0.1");
}

TEST_F(InheritedSocketTest, TellsThePathOfAUnixSocket) {
    std::string folder = (std::filesystem::temp_directory_path() / "boshcm-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    std::string path = folder + "/s";
    sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(name.sun_path, sizeof name.sun_path);
    int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(::bind(descriptor, reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    ASSERT_EQ(::listen(descriptor, 1), 0);
    auto found = net::inspect(descriptor);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->address.family, net::Address::Family::Local);
    EXPECT_EQ(found->path, path);
    {
        auto listener = net::TcpListener::adopt(loop, env(), descriptor, {}, *this);
        ASSERT_TRUE(listener);
    }
    EXPECT_TRUE(std::filesystem::exists(path)); // whoever made it takes it away
    std::filesystem::remove_all(folder);
}

TEST_F(InheritedSocketTest, IsNothingElse) {
    int quiet = bound(AF_INET);
    int datagrams = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
    for (int descriptor : {quiet, datagrams, pipe[0]}) EXPECT_FALSE(net::inspect(descriptor));
    for (int descriptor : {quiet, datagrams, pipe[0], pipe[1]}) ::close(descriptor);
}

} // namespace
