#include "http/client_limits.h"
#include "tests/support/test_env.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace http {
namespace {

using namespace std::chrono_literals;
using base::Counter;
using Outcome = ClientLimits::Verdict::Outcome;

ClientFacts facts_of(const std::string& host) {
    return {.peer = *net::Address::parse(host, 1)};
}

class ClientLimitsTest : public testing::Test {
protected:
    ClientLimitSettings settings{.memory_ceiling_bytes = 0};
    tests::TestEnv env;

    // How many of a hundred are granted at once.
    template <class Ask>
    int granted(Ask&& ask) {
        int count = 0;
        for (int i = 0; i < 100; ++i) count += ask().granted() ? 1 : 0;
        return count;
    }
    [[nodiscard]] uint64_t counted(Counter counter) const { return env.metrics[counter]; }
};

// Rows: H-045
TEST_F(ClientLimitsTest, LimitsTheConnectionsOfAnAddress) {
    settings.address_connections = 2;
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env.env(), settings, ledger);
    ClientLimits::Seat first;
    ClientLimits::Seat second;
    EXPECT_TRUE(limits.enter_connection(facts_of("192.0.2.1"), first).granted());
    EXPECT_TRUE(limits.enter_connection(facts_of("192.0.2.1"), second).granted());
    ClientLimits::Seat told;
    auto refused = limits.enter_connection(facts_of("192.0.2.1"), told);
    EXPECT_EQ(refused.outcome, Outcome::AddressAtLimit);
    EXPECT_TRUE(told.counted);
    EXPECT_EQ(counted(Counter::AddressConnectionsRefused), 1U);
    ClientLimits::Seat other;
    EXPECT_TRUE(limits.enter_connection(facts_of("192.0.2.2"), other).granted());

    limits.leave_connection(told);
    limits.leave_connection(first);
    EXPECT_TRUE(limits.enter_connection(facts_of("192.0.2.1"), first).granted());
    int told_so = 0;
    for (int i = 0; i < 100; ++i) {
        ClientLimits::Seat seat;
        EXPECT_FALSE(limits.enter_connection(facts_of("192.0.2.1"), seat).granted());
        told_so += seat.counted ? 1 : 0;
    }
    EXPECT_EQ(told_so, 8);
}

// Rows: H-045
TEST_F(ClientLimitsTest, TakesAnIpv6NetworkOf64BitsForOneAddress) {
    settings.address_requests = 1;
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env.env(), settings, ledger);
    int host = 0;
    auto next_host = [&] {
        return limits.take_request(facts_of("2001:db8:0:1::" + std::to_string(++host)), 0);
    };
    EXPECT_EQ(granted(next_host), 5);
    EXPECT_TRUE(limits.take_request(facts_of("2001:db8:0:2::1"), 0).granted());
    EXPECT_EQ(granted([&] { return limits.take_request(facts_of("192.0.2.1"), 0); }), 5);
    EXPECT_FALSE(limits.take_request(facts_of("::ffff:192.0.2.1"), 0).granted());
}

// Rows: H-067
TEST_F(ClientLimitsTest, LimitsNoProxyThatSpeaksForMany) {
    settings.address_requests = 1;
    settings.address_sessions = 1;
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env.env(), settings, ledger);
    ClientFacts shared = facts_of("10.0.0.1");
    shared.shared = true;
    ClientFacts local{.peer = {.family = net::Address::Family::Local}};
    for (const ClientFacts& client : {shared, local}) {
        EXPECT_EQ(granted([&] { return limits.take_request(client, 1000); }), 100);
        EXPECT_EQ(granted([&] {
                      ClientLimits::Seat seat;
                      return limits.enter_session(client, seat);
                  }),
                  100);
    }
}

// Rows: B-061, S-041
TEST_F(ClientLimitsTest, LimitsSessionsAndThoseNotLoggedInApart) {
    settings.address_sessions = 5;
    settings.address_unauthenticated = 3;
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env.env(), settings, ledger);
    std::vector<ClientLimits::Seat> seats(5);
    for (size_t i = 0; i < 3; ++i) {
        EXPECT_TRUE(limits.enter_session(facts_of("192.0.2.1"), seats[i]).granted());
    }
    EXPECT_EQ(limits.enter_session(facts_of("192.0.2.1"), seats[3]).outcome,
              Outcome::AddressAtLimit);
    EXPECT_EQ(counted(Counter::AddressUnauthenticatedRefused), 1U);
    limits.on_login(seats[0]);
    limits.on_login(seats[0]); // once is enough
    limits.on_login(seats[1]);
    EXPECT_TRUE(limits.enter_session(facts_of("192.0.2.1"), seats[3]).granted());
    EXPECT_TRUE(limits.enter_session(facts_of("192.0.2.1"), seats[4]).granted());
    limits.on_login(seats[2]);
    ClientLimits::Seat sixth;
    EXPECT_FALSE(limits.enter_session(facts_of("192.0.2.1"), sixth).granted());
    EXPECT_EQ(counted(Counter::AddressSessionsRefused), 1U);
    EXPECT_TRUE(limits.enter_session(facts_of("192.0.2.2"), sixth).granted());
    for (ClientLimits::Seat& seat : seats) limits.leave_session(seat);
    limits.leave_session(seats[0]); // given back already
    EXPECT_TRUE(limits.enter_session(facts_of("192.0.2.1"), seats[0]).granted());
}

// Rows: B-061, S-041
TEST_F(ClientLimitsTest, LimitsHowFastAnAddressMakesSessions) {
    settings.address_creations = 30;
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env.env(), settings, ledger);
    auto create = [&] {
        ClientLimits::Seat seat;
        auto verdict = limits.enter_session(facts_of("192.0.2.1"), seat);
        limits.leave_session(seat);
        return verdict;
    };
    EXPECT_EQ(granted(create), 30);
    EXPECT_EQ(counted(Counter::AddressCreationsRefused), 70U);
    env.advance(1ms);
    EXPECT_TRUE(create().granted());
    EXPECT_EQ(create().retry_after, 2s);
    env.advance(21s);
    EXPECT_EQ(granted(create), 10);
}

// Rows: B-061, S-041
TEST_F(ClientLimitsTest, LimitsWhatAllAddressesMakeTogether) {
    settings.unauthenticated = 2;
    settings.creations = 3;
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env.env(), settings, ledger);
    ClientLimits::Seat seats[4];
    EXPECT_TRUE(limits.enter_session(facts_of("192.0.2.1"), seats[0]).granted());
    EXPECT_TRUE(limits.enter_session(facts_of("192.0.2.2"), seats[1]).granted());
    EXPECT_EQ(limits.enter_session(facts_of("192.0.2.3"), seats[2]).outcome, Outcome::AllAtLimit);
    EXPECT_EQ(counted(Counter::UnauthenticatedRefused), 1U);
    limits.on_login(seats[0]);
    EXPECT_TRUE(limits.enter_session(facts_of("192.0.2.3"), seats[2]).granted());
    limits.on_login(seats[1]);
    EXPECT_EQ(limits.enter_session(facts_of("192.0.2.4"), seats[3]).outcome, Outcome::AllAtLimit);
    EXPECT_EQ(counted(Counter::CreationsRefused), 1U);
}

// Rows: S-040
TEST_F(ClientLimitsTest, RefusesNewcomersWhenTheProcessIsAsLargeAsItMayBe) {
    settings.memory_ceiling_bytes = 1; // every process is larger
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env.env(), settings, ledger);
    ClientLimits::Seat seat;
    EXPECT_EQ(limits.enter_session(facts_of("192.0.2.1"), seat).outcome, Outcome::AllAtLimit);
    EXPECT_EQ(counted(Counter::MemoryRefused), 1U);
    EXPECT_TRUE(limits.take_request(facts_of("192.0.2.1"), 1000).granted());
}

// Rows: S-042
TEST_F(ClientLimitsTest, LimitsRequestsASecond) {
    settings.address_requests = 10;
    settings.requests = 16;
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env.env(), settings, ledger);
    EXPECT_EQ(granted([&] { return limits.take_request(facts_of("192.0.2.1"), 0); }), 50);
    EXPECT_EQ(granted([&] { return limits.take_request(facts_of("192.0.2.2"), 0); }), 30);
    EXPECT_GT(counted(Counter::AddressRequestsRefused), 0U);
    EXPECT_GT(counted(Counter::RequestsRefused), 0U);
    env.advance(1s);
    EXPECT_EQ(granted([&] { return limits.take_request(facts_of("192.0.2.1"), 0); }), 10);
}

// Rows: S-042, S-043
TEST_F(ClientLimitsTest, LimitsBytesASecondByWhatRequestsState) {
    settings.address_bytes = 1000;
    settings.bytes = 10'000;
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env.env(), settings, ledger);
    EXPECT_EQ(granted([&] { return limits.take_request(facts_of("192.0.2.1"), 500); }), 10);
    EXPECT_EQ(counted(Counter::AddressBytesRefused), 90U);
    EXPECT_TRUE(limits.take_request(facts_of("192.0.2.1"), 0).granted());
    EXPECT_FALSE(limits.take_bytes(facts_of("192.0.2.1"), 1).granted());
    int host = 1;
    EXPECT_EQ(granted([&] {
                  return limits.take_bytes(facts_of("192.0.2." + std::to_string(++host)), 5000);
              }),
              9);
    EXPECT_EQ(counted(Counter::BytesRefused), 91U);
}

// Rows: S-004
TEST_F(ClientLimitsTest, LimitsRequestsForSessionsThatAreNotThere) {
    settings.address_misses = 20;
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env.env(), settings, ledger);
    EXPECT_EQ(granted([&] { return limits.take_miss(facts_of("192.0.2.1")); }), 20);
    EXPECT_TRUE(limits.take_miss(facts_of("192.0.2.2")).granted());
    EXPECT_EQ(counted(Counter::AddressMissesRefused), 80U);
    env.advance(30s);
    EXPECT_EQ(granted([&] { return limits.take_miss(facts_of("192.0.2.1")); }), 10);
}

// Rows: H-045, S-040
TEST_F(ClientLimitsTest, AnswersWithWhenToComeAgain) {
    Response busy = limit_response({.outcome = Outcome::AddressAtLimit, .retry_after = 7s});
    EXPECT_EQ(busy.status, 429);
    EXPECT_EQ(busy.fields, "Retry-After: 7\r\n");
    EXPECT_EQ(limit_response({.outcome = Outcome::AllAtLimit}).status, 503);
}

// Rows: S-040
TEST_F(ClientLimitsTest, RemembersABoundedNumberOfAddresses) {
    AddressTable table(1000);
    base::Rate rate{.amount = 1, .per = 1s, .burst = 10s};
    auto host = [](int i) {
        return *net::Address::parse("192." + std::to_string(i / 65536) + "." +
                                        std::to_string(i / 256 % 256) + "." +
                                        std::to_string(i % 256),
                                    1);
    };
    for (int i = 0; i < 1000; ++i) {
        AddressEntry* entry = table.find_or_add(host(i), env.now());
        ASSERT_NE(entry, nullptr);
        if (i < 500) ++entry->connections;
        entry->requests.charge(rate, 1, env.now());
    }
    EXPECT_EQ(table.find_or_add(host(5000), env.now()), nullptr);
    EXPECT_NE(table.find_or_add(host(999), env.now()), nullptr);
    env.advance(2s); // their meters are idle again: some make room, those with connections stay
    int room = 0;
    for (int i = 2000; i < 4000; ++i) {
        AddressEntry* entry = table.find_or_add(host(i), env.now());
        if (entry == nullptr) continue;
        ++room;
        ++entry->connections;
    }
    EXPECT_EQ(room, 500);
    EXPECT_EQ(table.size(), 1000U);
    for (int i = 0; i < 500; ++i) {
        EXPECT_EQ(table.find_or_add(host(i), env.now())->connections, 1U) << i;
    }
}

// Rows: -
TEST_F(ClientLimitsTest, CountsOnUnderNewLimits) {
    settings.address_sessions = 3;
    LimitLedger ledger(settings.memory_ceiling_bytes);
    ClientLimits limits(env.env(), settings, ledger);
    std::vector<ClientLimits::Seat> seats(3);
    for (ClientLimits::Seat& seat : seats) {
        EXPECT_TRUE(limits.enter_session(facts_of("192.0.2.1"), seat).granted());
    }
    settings.address_sessions = 1;
    limits.use(settings);
    ClientLimits::Seat another;
    limits.leave_session(seats[0]);
    limits.leave_session(seats[1]);
    EXPECT_FALSE(limits.enter_session(facts_of("192.0.2.1"), another).granted());
    limits.leave_session(seats[2]);
    EXPECT_TRUE(limits.enter_session(facts_of("192.0.2.1"), another).granted());
}

} // namespace
} // namespace http
