// Rows: -
#include "net/dns_reply.h"
#include "tests/net/dns_message.h"

#include <gtest/gtest.h>

using net::DnsOutcome;
using net::DnsReply;
using net::DnsType;
using tests::DnsMessage;
using tests::soa_content;
using tests::srv_content;
using tests::wire_name;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

constexpr unsigned kA = 1;
constexpr unsigned kAlias = 5;
constexpr unsigned kSoa = 6;
constexpr unsigned kSrv = 33;
const std::string kHere = "\x7f\0\0\1"s;
const std::string kThere = "\xc0\0\2\1"s;

DnsReply read(const DnsMessage& message, std::string_view name, DnsType type) {
    return net::read_dns_reply(message.bytes(), name, type);
}

TEST(DnsReplyTest, ReadsAddressesAndTheShortestTtl) {
    DnsReply reply = read(DnsMessage("a.test", DnsType::A)
                              .answer("a.test", kA, 60, kHere)
                              .answer("A.TEST", kA, 30, kThere),
                          "a.test", DnsType::A);
    EXPECT_EQ(reply.outcome, DnsOutcome::Found);
    ASSERT_EQ(reply.addresses.size(), 2U);
    EXPECT_EQ(reply.addresses[0].host(), "127.0.0.1");
    EXPECT_EQ(reply.addresses[1].host(), "192.0.2.1");
    EXPECT_EQ(reply.ttl, 30s);
}

TEST(DnsReplyTest, ReadsServiceRecordsAndTheTargetOfNoService) {
    DnsReply reply = read(DnsMessage("_x._tcp.test", DnsType::Srv)
                              .answer("_x._tcp.test", kSrv, 60, srv_content(10, 20, 5222, "a.test"))
                              .answer("_x._tcp.test", kSrv, 60, srv_content(0, 0, 0, "")),
                          "_x._tcp.test", DnsType::Srv);
    ASSERT_EQ(reply.records.size(), 2U);
    net::SrvRecord first{.target = "a.test", .port = 5222, .priority = 10, .weight = 20};
    EXPECT_EQ(reply.records[0], first);
    EXPECT_EQ(reply.records[1], net::SrvRecord{});
}

TEST(DnsReplyTest, FollowsAliasesInWhateverOrderTheyCome) {
    DnsReply reply = read(DnsMessage("a.test", DnsType::A)
                              .answer("c.test", kA, 60, kHere)
                              .answer("b.test", kAlias, 20, wire_name("c.test"))
                              .answer("a.test", kAlias, 40, wire_name("b.test"))
                              .answer("other.test", kA, 1, kThere),
                          "a.test", DnsType::A);
    ASSERT_EQ(reply.addresses.size(), 1U);
    EXPECT_EQ(reply.addresses[0].host(), "127.0.0.1");
    EXPECT_EQ(reply.ttl, 20s);
}

TEST(DnsReplyTest, AnAliasOfItselfEnds) {
    DnsReply reply = read(DnsMessage("a.test", DnsType::A)
                              .answer("a.test", kAlias, 60, wire_name("b.test"))
                              .answer("b.test", kAlias, 60, wire_name("a.test")),
                          "a.test", DnsType::A);
    EXPECT_EQ(reply.outcome, DnsOutcome::Failed);
}

TEST(DnsReplyTest, TakesTheTtlOfNothingFromTheSoaRecord) {
    auto nothing = [](uint8_t rcode, uint32_t ttl, uint32_t minimum) {
        return read(
            DnsMessage("a.test", DnsType::A, rcode).authority(kSoa, ttl, soa_content(minimum)),
            "a.test", DnsType::A);
    };
    EXPECT_EQ(nothing(0, 60, 20).outcome, DnsOutcome::NoData);
    EXPECT_EQ(nothing(0, 60, 20).ttl, 20s);
    EXPECT_EQ(nothing(3, 10, 20).outcome, DnsOutcome::NoName);
    EXPECT_EQ(nothing(3, 10, 20).ttl, 10s); // RFC 2308 §5: whichever is less
}

TEST(DnsReplyTest, NothingWithoutSoaRecordIsBelievedForHalfAMinute) {
    DnsReply reply = read({"a.test", DnsType::A, 3}, "a.test", DnsType::A);
    EXPECT_EQ(reply.outcome, DnsOutcome::NoName);
    EXPECT_EQ(reply.ttl, 30s);
}

TEST(DnsReplyTest, AnAliasThatLeadsNowhereIsNothing) {
    DnsReply reply = read(DnsMessage("a.test", DnsType::A)
                              .answer("a.test", kAlias, 5, wire_name("b.test"))
                              .authority(kSoa, 60, soa_content(60)),
                          "a.test", DnsType::A);
    EXPECT_EQ(reply.outcome, DnsOutcome::NoData);
    EXPECT_EQ(reply.ttl, 5s);
}

TEST(DnsReplyTest, OtherCodesTellNothing) {
    for (uint8_t rcode : std::initializer_list<uint8_t>{1, 2, 4, 5}) {
        EXPECT_EQ(read({"a.test", DnsType::A, rcode}, "a.test", DnsType::A).outcome,
                  DnsOutcome::Failed);
    }
}

TEST(DnsReplyTest, RefusesAMessageCutOffAnywhere) {
    std::vector<uint8_t> whole = DnsMessage("a.test", DnsType::A)
                                     .answer("a.test", kA, 60, kHere)
                                     .authority(kSoa, 60, soa_content(60))
                                     .bytes();
    ASSERT_EQ(net::read_dns_reply(whole, "a.test", DnsType::A).outcome, DnsOutcome::Found);
    for (size_t length = 0; length < whole.size(); ++length) {
        DnsReply reply = net::read_dns_reply(std::span(whole).first(length), "a.test", DnsType::A);
        EXPECT_EQ(reply.outcome, DnsOutcome::Failed) << length;
    }
}

TEST(DnsReplyTest, RefusesRecordsOfTheWrongLength) {
    auto outcome_of = [](DnsType type, const std::string& content) {
        return read(DnsMessage("a.test", type)
                        .answer("a.test", static_cast<unsigned>(type), 60, content),
                    "a.test", type)
            .outcome;
    };
    EXPECT_EQ(outcome_of(DnsType::A, kHere + "x"), DnsOutcome::Failed);
    EXPECT_EQ(outcome_of(DnsType::A, ""), DnsOutcome::Failed);
    EXPECT_EQ(outcome_of(DnsType::Aaaa, kHere), DnsOutcome::Failed);
    EXPECT_EQ(outcome_of(DnsType::Srv, srv_content(1, 1, 1, "b.test") + "x"), DnsOutcome::Failed);
    EXPECT_EQ(outcome_of(DnsType::Srv, "\0\1\0\1"s), DnsOutcome::Failed);
}

TEST(DnsReplyTest, PassesOverOtherClassesAndTypes) {
    DnsReply reply = read(DnsMessage("a.test", DnsType::A)
                              .answer("a.test", kA, 60, kHere, 3)
                              .answer("a.test", 16, 60, "\4text"),
                          "a.test", DnsType::A);
    EXPECT_EQ(reply.outcome, DnsOutcome::NoData);
}

TEST(DnsReplyTest, ATtlWithTheHighestBitIsNone) {
    DnsReply reply = read(DnsMessage("a.test", DnsType::A).answer("a.test", kA, 0x80000000, kHere),
                          "a.test", DnsType::A);
    EXPECT_EQ(reply.ttl, 0s);
}

// Rows: S-040
TEST(DnsReplyTest, LooksAtABoundedNumberOfRecords) {
    DnsMessage message("a.test", DnsType::A);
    for (size_t i = 0; i < net::kMostRecords; ++i) message.answer("a.test", kA, 60, kHere);
    EXPECT_EQ(read(message, "a.test", DnsType::A).addresses.size(), net::kMostRecords);
    message.answer("a.test", kA, 60, kHere);
    EXPECT_EQ(read(message, "a.test", DnsType::A).outcome, DnsOutcome::Failed);
}

TEST(DnsNameTest, IsLabelsOfLettersDigitsHyphensAndUnderscores) {
    const std::string label(63, 'a');
    const std::string longest = label + '.' + label + '.' + label + '.' + std::string(61, 'a');
    for (const std::string& name :
         {"a"s, "localhost"s, "_xmpp-client._tcp.Example.org"s, "1.2.3.4"s, label, longest}) {
        EXPECT_TRUE(net::is_dns_name(name)) << name;
    }
    for (const std::string& name : {""s, "."s, "a."s, ".a"s, "a..b"s, "a b"s, "a\0b"s, "b\\046c"s,
                                    "ä.test"s, "a/b"s, label + 'a', longest + 'a'}) {
        EXPECT_FALSE(net::is_dns_name(name)) << name;
    }
}

} // namespace
