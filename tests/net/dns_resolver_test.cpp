// The resolver against a name server that is not ours, and against none.
// Rows: -
#include "net/dns_resolver.h"
#include "net/socket_address.h"
#include "tests/net/loop_fixture.h"
#include "tests/net/name_server.h"

#include <gmock/gmock.h>

#include <optional>

using net::Address;
using net::DnsOutcome;
using net::SrvRecord;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using tests::LoopTest;
using tests::NameServer;
using namespace std::chrono_literals;

namespace {

// What one question came to.
struct Answers final : net::Resolver::SrvListener, net::Resolver::AddressListener {
    void on_srv(net::SrvAnswer answer) override {
        EXPECT_FALSE(srv);
        srv = std::move(answer);
        if (inside) std::exchange(inside, nullptr)();
    }
    void on_addresses(net::Address::Family family, net::AddressAnswer answer) override {
        std::optional<net::AddressAnswer>& of = family == Address::Family::V6 ? v6 : v4;
        EXPECT_FALSE(of);
        of = std::move(answer);
        if (inside) std::exchange(inside, nullptr)();
    }
    [[nodiscard]] bool has_srv() const { return srv.has_value(); }
    [[nodiscard]] bool has_addresses() const { return v4 && v6; }

    std::optional<net::SrvAnswer> srv;
    std::optional<net::AddressAnswer> v4;
    std::optional<net::AddressAnswer> v6;
    std::function<void()> inside;
};

std::vector<std::string> hosts_of(const net::AddressAnswer& answer) {
    std::vector<std::string> hosts;
    for (const Address& address : answer.addresses) {
        EXPECT_EQ(address.port, 0);
        hosts.push_back(address.host());
    }
    return hosts;
}

struct ResolverTest : LoopTest {
    void use(const std::vector<Address>& servers, net::DnsResolver::Options options = {}) {
        options.servers = servers;
        resolver.emplace(loop, metrics, options);
    }
    Answers addresses(const std::string& host, base::Duration limit = 10s) {
        Answers answers;
        auto query = resolver->look_up_addresses(host, answers);
        EXPECT_FALSE(answers.v4 || answers.v6) << "no callback inside the call";
        EXPECT_TRUE(run_until([&] { return answers.has_addresses(); }, limit)) << host;
        return answers;
    }
    net::SrvAnswer srv(const std::string& name) {
        Answers answers;
        auto query = resolver->look_up_srv(name, answers);
        EXPECT_FALSE(answers.srv) << "no callback inside the call";
        EXPECT_TRUE(run_until([&] { return answers.has_srv(); })) << name;
        return answers.srv.value_or(net::SrvAnswer{});
    }
    [[nodiscard]] uint64_t asked() const { return metrics[base::Counter::DnsQuestions]; }
    [[nodiscard]] uint64_t failures() const { return metrics[base::Counter::DnsFailures]; }

    std::optional<net::DnsResolver> resolver;
};

// One nsd for all tests that only read.
struct NameServerTest : ResolverTest {
    static void SetUpTestSuite() {
        if (!NameServer::installed()) return;
        NameServer::Zones zones = {{"broken.test", {}}};
        zones["example.test"] = {
            "a 60 IN A 192.0.2.1",
            "both 60 IN A 192.0.2.1",
            "both 60 IN AAAA 2001:db8::1",
            "turns 60 IN A 192.0.2.1",
            "turns 60 IN A 192.0.2.2",
            "short 1 IN A 192.0.2.1",
            "alias 60 IN CNAME alias2",
            "alias2 60 IN CNAME both",
            "nowhere 60 IN CNAME missing",
            "text 60 IN TXT \"no address\"",
            "_xmpp-client._tcp 60 IN SRV 10 20 5222 a",
            "_xmpp-client._tcp 60 IN SRV 5 0 5223 both.example.test.",
            "_xmpps-client._tcp 60 IN SRV 0 0 0 .",
        };
        for (int i = 0; i < 100; ++i) {
            zones["example.test"].push_back("_many._tcp 60 IN SRV 1 1 " + std::to_string(i) +
                                            " a-long-name-for-a-target-" + std::to_string(i));
        }
        server = new NameServer(zones);
    }
    static void TearDownTestSuite() {
        delete server;
        server = nullptr;
    }
    void SetUp() override {
        if (server == nullptr) GTEST_SKIP() << "nsd is not installed";
        use({server->address()});
    }

    static NameServer* server;
};
NameServer* NameServerTest::server = nullptr;

TEST_F(NameServerTest, FindsAddressesOfBothFamilies) {
    Answers both = addresses("both.example.test");
    EXPECT_EQ(both.v4->outcome, DnsOutcome::Found);
    EXPECT_THAT(hosts_of(*both.v4), ElementsAre("192.0.2.1"));
    EXPECT_EQ(both.v6->outcome, DnsOutcome::Found);
    EXPECT_THAT(hosts_of(*both.v6), ElementsAre("2001:db8::1"));
}

TEST_F(NameServerTest, FollowsAliases) {
    Answers alias = addresses("alias.example.test");
    EXPECT_THAT(hosts_of(*alias.v4), ElementsAre("192.0.2.1"));
    EXPECT_THAT(hosts_of(*alias.v6), ElementsAre("2001:db8::1"));
}

TEST_F(NameServerTest, FindsServiceRecords) {
    net::SrvAnswer answer = srv("_xmpp-client._tcp.example.test");
    EXPECT_EQ(answer.outcome, DnsOutcome::Found);
    EXPECT_THAT(
        answer.records,
        UnorderedElementsAre(
            SrvRecord{.target = "a.example.test", .port = 5222, .priority = 10, .weight = 20},
            SrvRecord{.target = "both.example.test", .port = 5223, .priority = 5, .weight = 0}));
}

TEST_F(NameServerTest, TellsADotForATarget) {
    net::SrvAnswer answer = srv("_xmpps-client._tcp.example.test");
    EXPECT_EQ(answer.outcome, DnsOutcome::Found);
    EXPECT_THAT(answer.records, ElementsAre(SrvRecord{}));
}

TEST_F(NameServerTest, AsksByTcpForAnAnswerThatIsTooLong) {
    net::SrvAnswer answer = srv("_many._tcp.example.test");
    EXPECT_EQ(answer.records.size(), 100U);
}

TEST_F(NameServerTest, TellsNoNameFromNoDataFromFailure) {
    Answers missing = addresses("missing.example.test");
    EXPECT_EQ(missing.v4->outcome, DnsOutcome::NoName);
    EXPECT_EQ(missing.v6->outcome, DnsOutcome::NoName);
    EXPECT_EQ(addresses("nowhere.example.test").v4->outcome, DnsOutcome::NoName);
    EXPECT_EQ(addresses("text.example.test").v4->outcome, DnsOutcome::NoData);
    EXPECT_EQ(addresses("a.example.test").v6->outcome, DnsOutcome::NoData);
    EXPECT_EQ(srv("_missing._tcp.example.test").outcome, DnsOutcome::NoName);
    EXPECT_EQ(failures(), 0U);
    EXPECT_EQ(addresses("a.broken.test").v4->outcome, DnsOutcome::Failed); // SERVFAIL
    EXPECT_EQ(srv("_x._tcp.broken.test").outcome, DnsOutcome::Failed);
    EXPECT_EQ(addresses("a.foreign.test").v4->outcome, DnsOutcome::Failed); // REFUSED
    EXPECT_EQ(failures(), 5U);
}

TEST_F(NameServerTest, ANameIsTheSameInUpperCaseAndWithItsFinalDot) {
    EXPECT_EQ(addresses("a.example.test").v4->outcome, DnsOutcome::Found);
    EXPECT_EQ(addresses("A.Example.TEST.").v4->outcome, DnsOutcome::Found);
    EXPECT_EQ(asked(), 2U); // A and AAAA, once
}

// Rows: U-030
TEST_F(NameServerTest, KeepsAnswersAsLongAsTheServerSaysAndNoLonger) {
    EXPECT_EQ(addresses("short.example.test").v4->outcome, DnsOutcome::Found);
    EXPECT_EQ(addresses("short.example.test").v4->outcome, DnsOutcome::Found);
    EXPECT_EQ(asked(), 2U);
    run_for(1100ms); // A for 1 s; that there is no AAAA, for the 2 s of the SOA record
    EXPECT_EQ(addresses("short.example.test").v4->outcome, DnsOutcome::Found);
    EXPECT_EQ(asked(), 3U);
    run_for(1100ms);
    EXPECT_EQ(addresses("short.example.test").v6->outcome, DnsOutcome::NoData);
    EXPECT_EQ(asked(), 5U);
}

TEST_F(NameServerTest, WhoAsksAtTheSameTimeSharesOneQuestion) {
    std::vector<Answers> all(100);
    std::vector<std::unique_ptr<net::Resolver::Query>> queries;
    for (Answers& each : all) {
        queries.push_back(resolver->look_up_addresses("both.example.test", each));
    }
    auto answered = [](const Answers& each) { return each.has_addresses(); };
    EXPECT_TRUE(run_until([&] { return std::ranges::all_of(all, answered); }));
    EXPECT_EQ(asked(), 2U);
}

TEST_F(NameServerTest, SpreadsThoseWhoAskOverTheAddresses) {
    std::map<std::string, int> first;
    for (int i = 0; i < 200; ++i) {
        Answers answers = addresses("turns.example.test");
        ASSERT_EQ(answers.v4->addresses.size(), 2U);
        ++first[answers.v4->addresses[0].host()];
    }
    // By chance: once in a million million runs there are fewer than 50.
    EXPECT_GE(first["192.0.2.1"], 50);
    EXPECT_GE(first["192.0.2.2"], 50);
}

TEST_F(NameServerTest, AQueryThatIsDestroyedIsSilentAndLeavesItsAnswerInTheCache) {
    Answers silent;
    resolver->look_up_addresses("both.example.test", silent).reset();
    EXPECT_EQ(addresses("both.example.test").v4->outcome, DnsOutcome::Found);
    EXPECT_EQ(asked(), 2U);
    resolver->look_up_addresses("both.example.test", silent).reset(); // with the answer at hand
    run_for(100ms);
    EXPECT_FALSE(silent.v4 || silent.v6);
}

TEST_F(NameServerTest, AQueryMayBeDestroyedAndAnotherStartedInsideACallback) {
    Answers once;
    Answers next;
    std::unique_ptr<net::Resolver::Query> query;
    once.inside = [&] { query = resolver->look_up_srv("_xmpp-client._tcp.example.test", next); };
    query = resolver->look_up_addresses("both.example.test", once);
    EXPECT_TRUE(run_until([&] { return next.has_srv(); }));
    EXPECT_EQ(next.srv->outcome, DnsOutcome::Found);
    EXPECT_FALSE(once.has_addresses()); // the other family is not told any more
}

TEST_F(NameServerTest, MayBeDestroyedWithQuestionsOpen) {
    Answers silent;
    resolver->look_up_addresses("both.example.test", silent).reset();
    resolver.reset();
    run_for(100ms);
    EXPECT_FALSE(silent.v4 || silent.v6);
}

// A server that takes questions and answers none.
struct SilentServer {
    SilentServer() {
        net::SocketAddress any(*Address::parse("127.0.0.1", 0));
        EXPECT_EQ(::bind(descriptor, any.get(), any.length), 0);
        sockaddr_storage name{};
        socklen_t length = sizeof name;
        ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &length);
        address = net::to_address(reinterpret_cast<sockaddr*>(&name));
    }
    ~SilentServer() { ::close(descriptor); }
    int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    Address address;
};

// Rows: U-030
TEST_F(ResolverTest, AQuestionThatNobodyAnswersFailsAtTheDeadline) {
    SilentServer silent;
    use({silent.address}, {.deadline = 300ms});
    base::TimePoint begun = loop.now();
    EXPECT_EQ(addresses("a.example.test").v4->outcome, DnsOutcome::Failed);
    EXPECT_GE(loop.now() - begun, 300ms);
    EXPECT_EQ(failures(), 2U);
    // Remembered: who asks in the next moment need not wait as long.
    begun = loop.now();
    EXPECT_EQ(addresses("a.example.test").v4->outcome, DnsOutcome::Failed);
    EXPECT_LT(loop.now() - begun, 200ms);
    EXPECT_EQ(asked(), 2U);
}

TEST_F(ResolverTest, AQuestionIsRepeatedOnceBeforeTheDeadline) {
    SilentServer silent;
    use({silent.address}, {.deadline = 900ms});
    EXPECT_EQ(srv("_x._tcp.example.test").outcome, DnsOutcome::Failed);
    char question[512];
    int count = 0;
    while (::recv(silent.descriptor, question, sizeof question, MSG_DONTWAIT) > 0) ++count;
    EXPECT_EQ(count, 2);
}

TEST_F(ResolverTest, ASilentServerIsFollowedByTheNext) {
    if (!NameServer::installed()) GTEST_SKIP() << "nsd is not installed";
    NameServer server(NameServer::Zones{{"example.test", {"a 60 IN A 192.0.2.1"}}});
    SilentServer silent;
    use({silent.address, server.address()}, {.deadline = 2s});
    EXPECT_EQ(addresses("a.example.test").v4->outcome, DnsOutcome::Found);
}

TEST_F(ResolverTest, APortWhereNobodyListensFails) {
    Address nobody;
    {
        SilentServer gone;
        nobody = gone.address;
    }
    use({nobody});
    EXPECT_EQ(addresses("a.example.test").v4->outcome, DnsOutcome::Failed);
}

// Rows: S-040
TEST_F(ResolverTest, HasABoundedNumberOfQuestionsOpen) {
    SilentServer silent;
    use({silent.address}, {.most_questions = 3});
    Answers first;
    Answers second;
    Answers same;
    auto one = resolver->look_up_addresses("a.example.test", first);
    auto two = resolver->look_up_addresses("b.example.test", second);
    auto three = resolver->look_up_addresses("a.example.test", same); // asks nothing new
    EXPECT_TRUE(run_until([&] { return second.v4.has_value(); }, 200ms));
    EXPECT_EQ(second.v4->outcome, DnsOutcome::Failed);
    EXPECT_EQ(asked(), 3U);
    run_for(100ms);
    EXPECT_FALSE(second.v6 || first.v4 || first.v6 || same.v4 || same.v6);
}

TEST_F(ResolverTest, ANameThatCannotExistIsAskedOfNobody) {
    use({});
    for (const char* name : {"", ".", "a..b", "a b", "ex\\046ample.test"}) {
        EXPECT_EQ(addresses(name).v4->outcome, DnsOutcome::NoName) << name;
        EXPECT_EQ(srv(name).outcome, DnsOutcome::NoName) << name;
    }
    EXPECT_EQ(addresses(std::string(64, 'a')).v6->outcome, DnsOutcome::NoName);
    EXPECT_EQ(asked(), 0U);
}

// Rows: S-040
TEST_F(ResolverTest, TellsNoMoreInATurnThanOthersCanWaitFor) {
    struct Crowd final : net::Resolver::SrvListener {
        void on_srv(net::SrvAnswer answer) override {
            EXPECT_EQ(answer.outcome, DnsOutcome::NoName);
            ++told;
        }
        size_t told = 0;
    };
    constexpr size_t kMany = 2 * net::DnsResolver::kToldInATurn + 1;
    use({});
    Crowd crowd;
    std::vector<std::unique_ptr<net::Resolver::Query>> queries;
    while (queries.size() < kMany) queries.push_back(resolver->look_up_srv("a..b", crowd));
    size_t taken = 0;
    for (size_t before = 0; crowd.told < kMany && taken < kMany; before = crowd.told, ++taken) {
        loop.turn();
        EXPECT_LE(crowd.told - before, net::DnsResolver::kToldInATurn);
    }
    EXPECT_EQ(crowd.told, kMany);
    EXPECT_EQ(taken, 3U);
}

TEST_F(ResolverTest, LocalhostIsAskedOfNobody) {
    SilentServer silent;
    use({silent.address});
    Answers answers = addresses("localhost", 500ms);
    EXPECT_THAT(hosts_of(*answers.v4), testing::Contains("127.0.0.1"));
    EXPECT_EQ(asked(), 0U);
}

} // namespace
