#include "tests/support/fake_connector.h"
#include "tests/support/fake_resolver.h"
#include "tests/support/fake_securing.h"
#include "tests/support/test_env.h"
#include "xmpp/connect_failure.h"
#include "xmpp/server_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace xmpp {
namespace {

using namespace std::chrono_literals;
using base::Counter;
using testing::ElementsAre;

constexpr std::string_view kOurHeader =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' to='example.org' version='1.0'>";
constexpr std::string_view kRequest = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
constexpr std::string_view kOffer =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' "
    "version='1.0'><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
    "</stream:features>";
constexpr std::string_view kNoOffer =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' "
    "version='1.0'><stream:features/>";
constexpr std::string_view kProceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

// The session's side: what was found, and whether it can be trusted.
class Finder final : public ServerSearchListener, net::TransportListener {
public:
    void on_server_found(std::unique_ptr<net::Transport> found, bool is_trusted) override {
        transport = std::move(found);
        transport->set_listener(*this);
        trusted = is_trusted;
    }
    void on_search_failed(base::Error why) override { reason = why; }
    void on_search_step(base::FlightEvent step) override { steps.push_back(step); }
    void on_bytes(base::ByteView bytes) override { read += bytes; }
    void on_drained() override {}
    void on_closed(base::Error) override {}

    std::unique_ptr<net::Transport> transport;
    bool trusted = false;
    std::optional<base::Error> reason;
    std::string read;
    std::vector<base::FlightEvent> steps;
};

class ServerSearchTest : public testing::Test {
protected:
    static Server server(std::string host, uint16_t priority, ServerTls tls = ServerTls::Required) {
        return {.host = std::move(host), .priority = priority, .terms = {.tls = tls}};
    }
    void list(std::vector<Server> servers) { domain.servers = std::move(servers); }
    void start(ServerIndex index = kOwnServer) {
        finder = {};
        search = connector->search(domain, index, parameters, finder);
    }
    // The host of the attempt under way.
    std::string target() const { return tcp.oldest_target().host; }
    // The server of that attempt, which the test goes on to play.
    tests::MemoryPeer connected() { return tcp.succeed(); }
    static void say(tests::MemoryPeer& peer, std::string_view bytes) {
        peer.send(bytes);
        peer.pump();
    }
    static std::string heard(tests::MemoryPeer& peer) {
        peer.pump();
        return peer.take_received();
    }
    void agree_on_tls(tests::MemoryPeer& peer) {
        say(peer, kOffer);
        say(peer, kProceed);
    }
    bool failed_with(ConnectFault fault) const {
        return finder.reason && finder.reason->category == base::Category::Stream &&
               finder.reason->code == static_cast<uint16_t>(fault);
    }
    uint64_t count(Counter counter) const { return test.metrics[counter]; }

    tests::TestEnv test;
    tests::FakeConnector tcp;
    tests::FakeResolver resolver;
    tests::FakeSecuring securing;
    XmlCheck check;
    ConnectSettings settings{.pace = {.per_second = 10, .burst = 4, .max_waiting = 2}};
    std::optional<ServerConnector> connector{
        std::in_place, test.env(),
        ServerConnector::Services{.connector = tcp,
                                  .resolver = resolver,
                                  .securing = securing,
                                  .chance = [](uint32_t) { return 0U; }},
        check, settings};
    DomainServers domain;
    StreamParameters parameters{.to = "example.org"};
    Finder finder;
    std::unique_ptr<ServerSearch> search;
};

// Rows: U-036, U-037, U-039, U-040, U-041, U-043
TEST_F(ServerSearchTest, SecuresAConnectionBeforeItHandsItOver) {
    list({server("a", 1)});
    start();
    EXPECT_EQ(target(), "a");
    auto peer = connected();
    EXPECT_EQ(heard(peer), kOurHeader);
    say(peer, kOffer);
    EXPECT_EQ(heard(peer), kRequest);
    EXPECT_EQ(securing.handshakes(), 0U);
    say(peer, kProceed);
    EXPECT_EQ(securing.handshakes(), 1U);
    EXPECT_EQ(securing.domain(), "example.org");
    EXPECT_FALSE(securing.direct());
    EXPECT_EQ(finder.transport, nullptr);
    securing.succeed();
    ASSERT_NE(finder.transport, nullptr);
    EXPECT_TRUE(finder.trusted);
    using enum base::FlightEvent;
    EXPECT_THAT(finder.steps, ElementsAre(ConnectBegun, ServerReached, TlsBegun, ServerReached));
    EXPECT_EQ(heard(peer), ""); // a new stream is the owner's to open
    say(peer, "x");
    EXPECT_EQ(finder.read, "x"); // and nothing of the old one is left
}

// Rows: U-033, U-055
TEST_F(ServerSearchTest, ConnectsAsTheOperatorWants) {
    list({server("a", 1), server("b", 2)});
    std::vector<net::Address> ours = {*net::Address::parse("127.0.0.7", 0)};
    domain.servers[1].terms.sources = std::make_shared<net::SourceAddresses>(ours);
    start();
    EXPECT_EQ(tcp.oldest_target().sources, nullptr); // the system chooses
    EXPECT_EQ(tcp.oldest_target().keepalive->in_all(), settings.peer_timeout);

    domain.peer_timeout = 10s;
    tcp.fail(ECONNREFUSED);
    EXPECT_EQ(target(), "b");
    EXPECT_EQ(tcp.oldest_target().sources, domain.servers[1].terms.sources.get());
    EXPECT_EQ(tcp.oldest_target().keepalive->in_all(), 10s);
}

// Rows: U-023, U-042
TEST_F(ServerSearchTest, BeginsDirectTlsWithTheFirstByte) {
    list({server("a", 1, ServerTls::Direct)});
    start();
    auto peer = connected();
    EXPECT_EQ(heard(peer), "");
    EXPECT_TRUE(securing.direct());
    securing.succeed();
    EXPECT_NE(finder.transport, nullptr);
}

// Rows: U-004, U-041, U-043
TEST_F(ServerSearchTest, NamesAnInternationalDomainInALabelsToTls) {
    parameters.to = "bücher.example";
    list({server("a", 1, ServerTls::Direct)});
    start();
    auto peer = connected();
    EXPECT_EQ(securing.domain(), "xn--bcher-kva.example");
}

// Rows: U-038, U-032
TEST_F(ServerSearchTest, NeverGoesOnInClearWhereTlsIsRequired) {
    list({server("a", 1), server("b", 2)});
    start();
    auto peer = connected();
    say(peer, kNoOffer);
    EXPECT_TRUE(peer.saw_end());
    EXPECT_EQ(target(), "b");
    peer = connected();
    say(peer, kNoOffer);
    EXPECT_TRUE(failed_with(ConnectFault::TlsNotOffered));
    EXPECT_EQ(finder.transport, nullptr);
    EXPECT_EQ(tcp.attempts(), 2U);
}

// Rows: U-036, U-006
TEST_F(ServerSearchTest, GoesOnInClearWhereTlsIsOptionalAndNotOffered) {
    list({server("a", 1, ServerTls::Optional)});
    start();
    auto peer = connected();
    say(peer, kNoOffer);
    EXPECT_TRUE(peer.saw_end());
    auto again = connected();
    EXPECT_EQ(heard(again), "");
    ASSERT_NE(finder.transport, nullptr);
    EXPECT_FALSE(finder.trusted);
    EXPECT_EQ(securing.handshakes(), 0U);
}

// Rows: U-036, U-046
TEST_F(ServerSearchTest, DoesNotTakeOptionalForAllowedToFail) {
    list({server("a", 1, ServerTls::Optional)});
    start();
    auto peer = connected();
    agree_on_tls(peer);
    securing.fail(7);
    ASSERT_TRUE(finder.reason);
    EXPECT_EQ(finder.reason->category, base::Category::Tls);
    EXPECT_EQ(tcp.attempts(), 1U);
}

// Rows: U-039
TEST_F(ServerSearchTest, DropsAConnectionWithBytesInClearAfterProceed) {
    list({server("a", 1)});
    start();
    auto peer = connected();
    say(peer, kOffer);
    say(peer, std::string(kProceed) + "<message/>");
    EXPECT_TRUE(failed_with(ConnectFault::BytesInClear));
    EXPECT_TRUE(peer.saw_end());
    EXPECT_EQ(securing.handshakes(), 0U);
}

// Rows: U-020, U-024
TEST_F(ServerSearchTest, TriesListedServersByPriorityAndAsksNobody) {
    list({server("second", 20), server("first", 10), server("third", 30)});
    start();
    EXPECT_THAT(resolver.asked(), testing::IsEmpty());
    EXPECT_EQ(target(), "first");
    tcp.fail(ECONNREFUSED);
    EXPECT_EQ(target(), "second");
    tcp.fail(EHOSTUNREACH);
    EXPECT_EQ(target(), "third");
    tcp.fail(ECONNRESET);
    ASSERT_TRUE(finder.reason);
    EXPECT_EQ(finder.reason->code, ECONNRESET);
    EXPECT_EQ(count(Counter::UpstreamFailuresLookUp) + count(Counter::UpstreamFailuresQueue), 0U);
    EXPECT_EQ(count(Counter::UpstreamFailuresStartTls) + count(Counter::UpstreamFailuresTls), 0U);
    EXPECT_EQ(count(Counter::UpstreamFailuresConnect), 3U);
}

// Rows: B-052
TEST_F(ServerSearchTest, GoesOnlyToTheServerThatAClientAskedFor) {
    list({server("a", 1)});
    domain.routes = {server("b", 1), server("c", 1)};
    start(2);
    EXPECT_EQ(target(), "c");
    tcp.fail(ECONNREFUSED);
    EXPECT_TRUE(finder.reason);
}

// Rows: U-020, U-022, U-023
TEST_F(ServerSearchTest, AsksDnsForBothKindsWhereNoServerIsListed) {
    start();
    EXPECT_THAT(resolver.asked(),
                ElementsAre("_xmpp-client._tcp.example.org", "_xmpps-client._tcp.example.org"));
    resolver.answer("_xmpp-client._tcp.example.org",
                    {{.target = "a.example", .port = 5222, .priority = 2}});
    EXPECT_EQ(tcp.pending(), 0U);
    resolver.answer("_xmpps-client._tcp.example.org",
                    {{.target = "b.example", .port = 5223, .priority = 1}});
    EXPECT_EQ(target(), "b.example");
    EXPECT_EQ(tcp.oldest_target().port, 5223);
    auto peer = connected();
    EXPECT_TRUE(securing.direct());
    securing.fail(1);
    EXPECT_EQ(target(), "a.example");
    auto other = connected();
    EXPECT_EQ(heard(other), kOurHeader); // never direct TLS where the record promises none
    EXPECT_EQ(securing.domain(), "example.org");
}

// Rows: U-027
TEST_F(ServerSearchTest, FallsBackToTheDomainWhereDnsNamesNoServer) {
    parameters.to = "bücher.example";
    start();
    resolver.answer("_xmpp-client._tcp.xn--bcher-kva.example", net::DnsOutcome::NoName);
    resolver.answer("_xmpps-client._tcp.xn--bcher-kva.example", net::DnsOutcome::Failed);
    EXPECT_EQ(target(), "xn--bcher-kva.example");
    EXPECT_EQ(tcp.oldest_target().port, 5222);
}

// Rows: U-025, B-311
TEST_F(ServerSearchTest, EndsWhereTheDomainHasNoService) {
    start();
    resolver.answer("_xmpps-client._tcp.example.org", net::DnsOutcome::NoName);
    resolver.answer("_xmpp-client._tcp.example.org", {{.target = ""}});
    EXPECT_TRUE(failed_with(ConnectFault::NoService));
    EXPECT_EQ(tcp.attempts(), 0U);
    EXPECT_EQ(count(Counter::UpstreamFailuresLookUp), 1U);
}

// Rows: U-021
TEST_F(ServerSearchTest, LooksUpNothingForAnAddress) {
    parameters.to = "[2001:db8::7]";
    start();
    EXPECT_THAT(resolver.asked(), testing::IsEmpty());
    EXPECT_EQ(target(), "2001:db8::7");
}

// Rows: U-030
TEST_F(ServerSearchTest, GivesEachStepItsTime) {
    start();
    test.advance(10100ms);
    ASSERT_TRUE(finder.reason);
    EXPECT_EQ(finder.reason->code, static_cast<uint16_t>(net::NetFault::Deadline));
    EXPECT_THAT(resolver.asked(), testing::IsEmpty());

    list({server("a", 1), server("b", 2)});
    start();
    test.advance(10100ms);
    EXPECT_EQ(tcp.pending(), 1U);
    EXPECT_EQ(target(), "b");
    auto peer = connected();
    test.advance(9900ms);
    EXPECT_FALSE(finder.reason);
    test.advance(200ms);
    EXPECT_TRUE(finder.reason);
    EXPECT_EQ(count(Counter::UpstreamFailuresStartTls), 1U);
}

// Rows: U-030
TEST_F(ServerSearchTest, HasOneDeadlineOverAll) {
    list({server("a", 1), server("b", 2), server("c", 3), server("d", 4), server("e", 5)});
    start();
    test.advance(29900ms);
    EXPECT_FALSE(finder.reason);
    test.advance(200ms);
    EXPECT_TRUE(finder.reason);
    EXPECT_EQ(tcp.attempts(), 3U);
    EXPECT_EQ(tcp.pending(), 0U);
}

// Rows: U-030
TEST_F(ServerSearchTest, StopsWithItsSession) {
    start();
    search.reset();
    EXPECT_THAT(resolver.asked(), testing::IsEmpty());
    list({server("a", 1)});
    start();
    search.reset();
    EXPECT_EQ(tcp.pending(), 0U);
    start();
    auto peer = connected();
    search.reset();
    EXPECT_TRUE(peer.saw_end());
}

// Rows: U-032
TEST_F(ServerSearchTest, TakesBackWhatTurnedOutToBeNoServer) {
    list({server("a", 1, ServerTls::None), server("b", 2, ServerTls::None)});
    start();
    auto peer = connected();
    EXPECT_TRUE(search->give_back({.category = base::Category::Xml, .what = "no header"}));
    EXPECT_EQ(target(), "b");
    auto other = connected();
    EXPECT_FALSE(search->give_back({.category = base::Category::Xml, .what = "no header"}));
    EXPECT_EQ(count(Counter::UpstreamFailuresStream), 2U);
    EXPECT_FALSE(finder.reason);
}

// Rows: U-031
TEST_F(ServerSearchTest, PassesOverAServerThatFailedUntilItIsBack) {
    list({server("a", 1, ServerTls::None), server("b", 2, ServerTls::None)});
    start();
    tcp.fail(ECONNREFUSED);
    EXPECT_EQ(target(), "b");
    auto peer = connected();
    search->accept();
    start();
    EXPECT_EQ(target(), "b");
    search.reset();
    test.advance(1s);
    start();
    EXPECT_EQ(target(), "a");
    Finder other; // while one asks whether it is back, the others do not
    auto another = connector->search(domain, kOwnServer, parameters, other);
    EXPECT_EQ(tcp.pending(), 2U);
    auto back = connected();
    search->accept();
    EXPECT_EQ(target(), "b");
    another.reset();
    start();
    EXPECT_EQ(target(), "a");
}

// Rows: U-031, H-049
TEST_F(ServerSearchTest, BlamesNoServerForADescriptorThatWeHaveNot) {
    list({server("a", 1, ServerTls::None), server("b", 2, ServerTls::None)});
    start();
    tcp.fail(EMFILE);
    EXPECT_EQ(target(), "b"); // another family of addresses may do
    tcp.fail(EMFILE);
    EXPECT_EQ(explanation(*finder.reason), "no more connections can be made at the moment");
    start();
    EXPECT_EQ(target(), "a");
}

// Rows: U-031
TEST_F(ServerSearchTest, JudgesAServerForEachDomainByItself) {
    list({server("a", 1), server("b", 2)});
    start();
    auto peer = connected();
    agree_on_tls(peer);
    securing.fail(1); // it may have no certificate for this domain, but for others
    EXPECT_EQ(target(), "b");
    search.reset();
    parameters.to = "example.net";
    start();
    EXPECT_EQ(target(), "a");
}

// Rows: U-030, U-031
TEST_F(ServerSearchTest, WaitsForItsTurnWhereManyComeAtOnce) {
    list({server("a", 1)});
    std::vector<std::unique_ptr<ServerSearch>> others;
    Finder other;
    for (int number = 0; number < 5; ++number) {
        others.push_back(connector->search(domain, kOwnServer, parameters, other));
    }
    EXPECT_EQ(tcp.pending(), 4U); // a burst
    start();
    EXPECT_EQ(tcp.pending(), 4U);
    test.advance(100ms);
    EXPECT_EQ(tcp.pending(), 5U);
    test.advance(200ms);
    EXPECT_EQ(tcp.pending(), 6U);
}

// Rows: U-030, S-040
TEST_F(ServerSearchTest, TellsWhoWaitsInVain) {
    list({server("a", 1)});
    std::vector<std::unique_ptr<ServerSearch>> others;
    Finder other;
    for (int number = 0; number < 6; ++number) {
        others.push_back(connector->search(domain, kOwnServer, parameters, other));
    }
    start(); // the line is full
    EXPECT_FALSE(finder.reason);
    test.advance(100ms);
    EXPECT_TRUE(failed_with(ConnectFault::TooManyWaiting));
    EXPECT_EQ(count(Counter::UpstreamFailuresQueue), 1U);
}

// Rows: U-030
TEST_F(ServerSearchTest, LeavesTheLineWithItsSession) {
    list({server("a", 1)});
    std::vector<std::unique_ptr<ServerSearch>> others;
    Finder other;
    for (int number = 0; number < 6; ++number) {
        others.push_back(connector->search(domain, kOwnServer, parameters, other));
    }
    others[4].reset();
    EXPECT_EQ(tcp.pending(), 4U);
    test.advance(100ms);
    EXPECT_EQ(tcp.pending(), 5U);
    test.advance(1s);
    EXPECT_EQ(tcp.pending(), 5U);
}

class ProxyTest : public ServerSearchTest {
protected:
    ProxyTest() {
        parameters.client = *net::Address::parse("192.0.2.1", 40000);
        parameters.reached = *net::Address::parse("198.51.100.7", 443);
    }
    void list(net::ProxyProtocol protocol, ServerTls tls) {
        ServerSearchTest::list({{.host = "a", .terms = {.tls = tls, .proxy_protocol = protocol}}});
    }
};

// Rows: U-090, U-091, U-096
TEST_F(ProxyTest, IsTheFirstThingSaidBeforeAStreamAndBeforeTls) {
    constexpr std::string_view kText = "PROXY TCP4 192.0.2.1 198.51.100.7 40000 443\r\n";
    list(net::ProxyProtocol::V1, ServerTls::Required);
    start();
    auto peer = connected();
    EXPECT_EQ(heard(peer), std::string(kText) + std::string(kOurHeader));
    agree_on_tls(peer);
    EXPECT_EQ(heard(peer), kRequest); // once

    list(net::ProxyProtocol::V1, ServerTls::Direct);
    start();
    auto direct = connected();
    EXPECT_EQ(heard(direct), kText);
    EXPECT_TRUE(securing.direct());
}

// Rows: U-090, U-093
TEST_F(ProxyTest, IsBinaryWhereTheServerWantsItSo) {
    list(net::ProxyProtocol::V2, ServerTls::None);
    start();
    auto peer = connected();
    EXPECT_EQ(heard(peer).size(), 28U);
}

} // namespace
} // namespace xmpp
