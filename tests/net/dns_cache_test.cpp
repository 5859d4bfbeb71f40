// Rows: -
#include "net/dns_cache.h"

#include <gtest/gtest.h>

using net::DnsCache;
using net::DnsOutcome;
using net::DnsQuestion;
using net::DnsReply;
using net::DnsType;
using namespace std::chrono_literals;

namespace {

const base::TimePoint kBegun{1h};

// How long a reply with this TTL is found.
base::Duration kept_for(const DnsReply& reply) {
    DnsCache cache(10);
    DnsQuestion question{.name = "a.test"};
    cache.add(question, reply, kBegun);
    base::Duration longest = 0ms;
    for (base::Duration age = 0ms; age < 2h; age += 500ms) {
        if (cache.find(question, kBegun + age) != nullptr) longest = age + 500ms;
    }
    return longest;
}

// Rows: U-030
TEST(DnsCacheTest, KeepsAReplyAsLongAsItsServerSaysWithinBounds) {
    EXPECT_EQ(kept_for({.outcome = DnsOutcome::Found, .ttl = 60s}), 60s);
    EXPECT_EQ(kept_for({.outcome = DnsOutcome::NoName, .ttl = 7s}), 7s);
    EXPECT_EQ(kept_for({.outcome = DnsOutcome::NoData, .ttl = 0s}), 1s);
    EXPECT_EQ(kept_for({.outcome = DnsOutcome::Found, .ttl = 24h}), 1h);
}

// Rows: U-030
TEST(DnsCacheTest, KeepsAFailureForAShortTime) {
    EXPECT_EQ(kept_for({.outcome = DnsOutcome::Failed}), 5s);
}

TEST(DnsCacheTest, TellsNamesAndTypesApart) {
    DnsCache cache(10);
    DnsReply reply{.outcome = DnsOutcome::NoData, .ttl = 60s};
    cache.add({.name = "a.test", .type = DnsType::A}, reply, kBegun);
    EXPECT_NE(cache.find({.name = "a.test", .type = DnsType::A}, kBegun), nullptr);
    EXPECT_EQ(cache.find({.name = "a.test", .type = DnsType::Aaaa}, kBegun), nullptr);
    EXPECT_EQ(cache.find({.name = "b.test", .type = DnsType::A}, kBegun), nullptr);
}

TEST(DnsCacheTest, ANewerReplyTakesThePlaceOfAnOlder) {
    DnsCache cache(10);
    auto old = cache.add({.name = "a.test"}, {.outcome = DnsOutcome::Failed}, kBegun);
    cache.add({.name = "a.test"}, {.outcome = DnsOutcome::Found, .ttl = 60s}, kBegun);
    EXPECT_EQ(cache.size(), 1U);
    EXPECT_EQ(cache.find({.name = "a.test"}, kBegun)->outcome, DnsOutcome::Found);
    EXPECT_EQ(old->outcome, DnsOutcome::Failed); // still whole for who has it
}

// Rows: S-040
TEST(DnsCacheTest, ForgetsWhatWasAskedForLongestAgoWhenItIsFull) {
    DnsCache cache(2);
    DnsReply reply{.outcome = DnsOutcome::NoData, .ttl = 60s};
    cache.add({.name = "a.test"}, reply, kBegun);
    cache.add({.name = "b.test"}, reply, kBegun);
    EXPECT_NE(cache.find({.name = "a.test"}, kBegun), nullptr);
    cache.add({.name = "c.test"}, reply, kBegun);
    EXPECT_EQ(cache.size(), 2U);
    EXPECT_EQ(cache.find({.name = "b.test"}, kBegun), nullptr);
    EXPECT_NE(cache.find({.name = "a.test"}, kBegun), nullptr);
    EXPECT_NE(cache.find({.name = "c.test"}, kBegun), nullptr);
}

} // namespace
