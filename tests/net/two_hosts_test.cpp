// A cable that is pulled, and ports that run out: what loopback cannot show. Needs root and the
// command `ip`; without them these tests are skipped.
// Rows: -
#include "net/socket_address.h"
#include "net/source_addresses.h"
#include "net/tcp_connector.h"
#include "tests/net/fake_resolver.h"
#include "tests/net/loop_fixture.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <sys/types.h>

using net::Address;
using tests::LoopTest;
using namespace std::chrono_literals;

namespace {

int this_namespace() {
    return ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

bool run(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0; // NOLINT(cert-env33-c)
}

// Two network namespaces with a cable between them. This thread is in the near one.
class TwoHosts {
public:
    TwoHosts() : home_(this_namespace()) { ready_ = set_up(); }
    TwoHosts(const TwoHosts&) = delete;
    TwoHosts& operator=(const TwoHosts&) = delete;
    ~TwoHosts() {
        EXPECT_EQ(::setns(home_, CLONE_NEWNET), 0);
        for (int descriptor : {home_, near_, far_}) ::close(descriptor);
    }

    [[nodiscard]] bool ready() const { return ready_; }
    [[nodiscard]] static Address far_address(uint16_t port) {
        return *Address::parse("10.99.0.2", port);
    }
    template <class Work>
    bool at_the_far_end(Work&& work) {
        EXPECT_EQ(::setns(far_, CLONE_NEWNET), 0);
        bool done = work();
        EXPECT_EQ(::setns(near_, CLONE_NEWNET), 0);
        return done;
    }
    bool pull_the_plug() {
        return at_the_far_end([] { return run("ip link set far down"); });
    }

private:
    bool set_up() {
        if (::unshare(CLONE_NEWNET) != 0) return false;
        far_ = this_namespace();
        if (::unshare(CLONE_NEWNET) != 0) return false;
        near_ = this_namespace();
        std::string far = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(far_);
        return run("ip link add near type veth peer name far netns " + far) &&
               run("ip address add 10.99.0.1/24 dev near") && run("ip link set near up") &&
               run("ip address add 10.99.0.3/24 dev near") && at_the_far_end([] {
                   return run("ip address add 10.99.0.2/24 dev far") && run("ip link set far up");
               });
    }

    int home_;
    int near_ = -1;
    int far_ = -1;
    bool ready_ = false;
};

// Listens at the far end; the kernel takes the connections that come.
struct FarServer {
    explicit FarServer(TwoHosts& hosts) {
        hosts.at_the_far_end([this] {
            descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            net::SocketAddress any(TwoHosts::far_address(0));
            EXPECT_EQ(::bind(descriptor, any.get(), any.length), 0);
            EXPECT_EQ(::listen(descriptor, 100), 0);
            sockaddr_storage name{};
            socklen_t length = sizeof name;
            ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &length);
            address = net::to_address(reinterpret_cast<sockaddr*>(&name));
            return true;
        });
    }
    ~FarServer() { ::close(descriptor); }
    int descriptor = -1;
    Address address;
};

struct TwoHostsTest : LoopTest, net::ConnectListener {
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "only root may make network namespaces";
        hosts.emplace();
        if (!hosts->ready()) GTEST_SKIP() << "no network namespaces, or no command ip, here";
        server.emplace(*hosts);
    }
    void on_connected(std::unique_ptr<net::Transport> connected) override {
        connected->set_listener(record);
        transports.push_back(std::move(connected));
    }
    void on_connect_failed(base::Error reason) override { failure = reason; }

    // Whether a connection was made.
    bool connect(net::SourceAddresses* sources = nullptr,
                 std::optional<net::TcpKeepalive> keepalive = {}) {
        failure.reset();
        size_t before = transports.size();
        auto attempt = connector.connect({.host = server->address.host(),
                                          .port = server->address.port,
                                          .sources = sources,
                                          .keepalive = keepalive},
                                         *this);
        EXPECT_TRUE(run_until([&] { return failure || transports.size() > before; }));
        return transports.size() > before;
    }

    std::optional<TwoHosts> hosts;
    std::optional<FarServer> server;
    tests::FakeResolver resolver;
    net::TcpConnector connector{
        loop, resolver, {.tcp = {.keepalive = {.idle = 1s, .interval = 1s, .count = 2}}}};
    tests::Record record;
    std::vector<std::unique_ptr<net::Transport>> transports;
    std::optional<base::Error> failure;
};

bool says_that_nobody_answers(int code) {
    return code == ETIMEDOUT || code == EHOSTUNREACH;
}

// Rows: U-033, U-055
TEST_F(TwoHostsTest, APeerThatHasVanishedIsFoundThoughThereIsNothingToSend) {
    ASSERT_TRUE(connect());
    run_for(4s); // longer than it takes below: silence alone ends nothing
    EXPECT_EQ(record.closed, 0);

    ASSERT_TRUE(hosts->pull_the_plug());
    base::TimePoint begun = loop.now();
    EXPECT_TRUE(run_until([&] { return record.closed == 1; }, 10s));
    EXPECT_TRUE(says_that_nobody_answers(record.code)) << record.code;
    EXPECT_GE(loop.now() - begun, 1s);
}

// Rows: U-055
TEST_F(TwoHostsTest, APeerThatHasVanishedIsFoundWithBytesOnTheirWay) {
    ASSERT_TRUE(connect());
    ASSERT_TRUE(hosts->pull_the_plug());
    transports[0]->write(chain_of(100));
    base::TimePoint begun = loop.now();
    EXPECT_TRUE(run_until([&] { return record.closed == 1; }, 10s));
    EXPECT_TRUE(says_that_nobody_answers(record.code)) << record.code;
    EXPECT_GE(loop.now() - begun, 1s);
}

// Rows: U-055
TEST_F(TwoHostsTest, APeerThatHasVanishedIsFoundInTheTimeThatWasSaid) {
    ASSERT_TRUE(connect(nullptr, net::TcpKeepalive::within(8s)));
    ASSERT_TRUE(hosts->pull_the_plug());
    base::TimePoint begun = loop.now();
    run_for(6s); // the connector's own would take three
    EXPECT_EQ(record.closed, 0);
    EXPECT_TRUE(run_until([&] { return record.closed == 1; }, 10s));
    EXPECT_TRUE(says_that_nobody_answers(record.code)) << record.code;
    EXPECT_LE(loop.now() - begun, 10s); // the system's timers are coarse
}

TEST_F(TwoHostsTest, EachSourceAddressGivesAsManyConnectionsAsThereArePorts) {
    constexpr int kPorts = 4;
    std::ofstream("/proc/sys/net/ipv4/ip_local_port_range") << "40000 " << 40000 + kPorts - 1;
    int made = 0;
    while (made <= kPorts && connect()) ++made;
    ASSERT_EQ(made, kPorts);
    EXPECT_EQ(failure->code, EADDRNOTAVAIL);
    EXPECT_STREQ(failure->what,
                 "no free local port towards this server: it needs more source addresses, or a "
                 "wider net.ipv4.ip_local_port_range");

    // The first is used up: all come from the second, until that is too.
    std::array<Address, 2> both = {*Address::parse("10.99.0.1", 0),
                                   *Address::parse("10.99.0.3", 0)};
    net::SourceAddresses sources(both);
    while (made <= 2 * kPorts && connect(&sources)) {
        EXPECT_EQ(transports.back()->local().host(), "10.99.0.3");
        ++made;
    }
    EXPECT_EQ(made, 2 * kPorts);
    EXPECT_EQ(failure->code, EADDRNOTAVAIL);

    server.emplace(*hosts); // a port in use towards one server is free towards another
    for (int i = 0; i < 2 * kPorts; ++i) EXPECT_TRUE(connect(&sources)) << i;
}

} // namespace
