#include "xmpp/connect_failure.h"
#include "xmpp/server_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace xmpp {
namespace {

using enum net::DnsOutcome;
using testing::ElementsAre;

const Chance kLowest = [](uint32_t) { return 0U; };
const Chance kHighest = [](uint32_t bound) { return bound - 1; };

net::SrvAnswer found(std::vector<net::SrvRecord> records) {
    return {.outcome = Found, .records = std::move(records)};
}
const net::SrvAnswer kNothing = {.outcome = NoName};
const net::SrvAnswer kRoot = found({{.target = "", .port = 0, .priority = 0, .weight = 0}});

net::SrvRecord record(std::string target, uint16_t port, uint16_t priority, uint16_t weight = 0) {
    return {.target = std::move(target), .port = port, .priority = priority, .weight = weight};
}

// "host:port", with a "+" behind it for direct TLS; or what is wrong.
std::vector<std::string> chosen(const net::SrvAnswer& starttls, const net::SrvAnswer& direct,
                                const Chance& chance = kLowest) {
    auto servers = choose_servers("example.org", starttls, direct, chance);
    if (!servers) return {std::to_string(servers.error().code)};
    std::vector<std::string> words;
    for (const FoundServer& server : *servers) {
        words.push_back(server.host + ":" + std::to_string(server.port) +
                        (server.direct_tls ? "+" : ""));
    }
    return words;
}
const std::string kNoService =
    std::to_string(static_cast<int>(ConnectFault::NoService)); // NOLINT(cert-err58-cpp)

// Rows: U-022, U-023, U-024
TEST(ServerChoice, MixesBothKindsByPriority) {
    EXPECT_THAT(
        chosen(found({record("b.example", 5222, 20), record("a.example", 5222, 5)}),
               found({record("d.example", 5223, 10), record("c.example", 443, 1)})),
        ElementsAre("c.example:443+", "a.example:5222", "d.example:5223+", "b.example:5222"));
}

// Rows: U-024
TEST(ServerChoice, DrawsAmongEqualsByWeight) {
    std::array<SrvRank, 3> ranks = {{{.priority = 1, .weight = 60},
                                     {.priority = 1, .weight = 0},
                                     {.priority = 1, .weight = 40}}};
    EXPECT_THAT(order_of(ranks, kLowest), ElementsAre(1, 0, 2)); // 0 draws those without weight
    EXPECT_THAT(order_of(ranks, kHighest), ElementsAre(2, 0, 1));
    auto fixed = [](uint32_t number) { return [number](uint32_t) { return number; }; };
    EXPECT_EQ(order_of(ranks, fixed(1)).front(), 0U);
    EXPECT_EQ(order_of(ranks, fixed(60)).front(), 0U);
    EXPECT_EQ(order_of(ranks, fixed(61)).front(), 2U);
}

// Rows: U-024
TEST(ServerChoice, IsInProportionToTheWeights) {
    std::array<SrvRank, 4> ranks = {{{.priority = 1, .weight = 10},
                                     {.priority = 1, .weight = 30},
                                     {.priority = 1, .weight = 60},
                                     {.priority = 1, .weight = 0}}};
    std::mt19937 dice(7); // NOLINT(cert-msc51-cpp,cert-msc32-c): the same throws in each run
    Chance chance = [&](uint32_t bound) {
        return std::uniform_int_distribution<uint32_t>(0, bound - 1)(dice);
    };
    constexpr int kRounds = 10000;
    std::array<int, 4> first{};
    for (int round = 0; round < kRounds; ++round) ++first.at(order_of(ranks, chance).front());
    EXPECT_NEAR(first[0], kRounds * 0.1, kRounds * 0.02);
    EXPECT_NEAR(first[1], kRounds * 0.3, kRounds * 0.02);
    EXPECT_NEAR(first[2], kRounds * 0.6, kRounds * 0.02);
    EXPECT_GT(first[3], 0);
    EXPECT_LT(first[3], kRounds * 0.03);
}

// Rows: U-024
TEST(ServerChoice, NamesEachServerOnce) {
    EXPECT_THAT(chosen(found({record("a.example", 5222, 1), record("a.example", 5222, 1),
                              record("a.example", 5222, 2)}),
                       found({record("a.example", 5222, 3)})),
                ElementsAre("a.example:5222", "a.example:5222+"));
}

// Rows: U-025
TEST(ServerChoice, BelievesADomainThatSaysItHasNoService) {
    EXPECT_THAT(chosen(kRoot, kNothing), ElementsAre(kNoService));
    EXPECT_THAT(chosen(kRoot, kRoot), ElementsAre(kNoService));
}

// Rows: U-025, U-022
TEST(ServerChoice, UsesDirectTlsWhereOnlyStartTlsIsDenied) {
    EXPECT_THAT(chosen(kRoot, found({record("a.example", 5223, 1)})),
                ElementsAre("a.example:5223+"));
}

// Rows: U-026
TEST(ServerChoice, DoesNotTakeADeniedDirectTlsForMoreThanThat) {
    EXPECT_THAT(chosen(found({record("a.example", 5222, 1)}), kRoot),
                ElementsAre("a.example:5222"));
    EXPECT_THAT(chosen(kNothing, kRoot), ElementsAre(kNoService));
}

// Rows: U-027
TEST(ServerChoice, FallsBackToTheDomainItselfOnlyWithoutAnyAnswer) {
    for (net::DnsOutcome outcome : {NoName, NoData, Failed}) {
        EXPECT_THAT(chosen({.outcome = outcome}, {.outcome = outcome}),
                    ElementsAre("example.org:5222"));
    }
    EXPECT_THAT(chosen({.outcome = Failed}, found({record("a.example", 5223, 1)})),
                ElementsAre("a.example:5223+"));
    EXPECT_THAT(chosen(found({record("a.example", 0, 1)}), kNothing), ElementsAre(kNoService));
}

// Rows: S-040
TEST(ServerChoice, TriesNoMoreThanABoundedNumber) {
    std::vector<net::SrvRecord> records;
    for (uint16_t number = 0; number < 200; ++number) {
        records.push_back(record("s" + std::to_string(number) + ".example", 5222, number));
    }
    EXPECT_EQ(chosen(found(records), kNothing).size(), kMostServers);
}

} // namespace
} // namespace xmpp
