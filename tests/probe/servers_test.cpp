// Rows: -
#include "probe/servers.h"

#include <gmock/gmock.h>

using net::DnsOutcome;
using probe::Problem;
using probe::ServerTls;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const probe::Plan kPlan = {
    .domain = "chat.example", .ascii_domain = "chat.example", .ca_file = "ca.pem"};
const net::SrvAnswer kNothing = {.outcome = DnsOutcome::NoName, .records = {}};

net::SrvAnswer found(std::vector<net::SrvRecord> records) {
    return {.outcome = DnsOutcome::Found, .records = std::move(records)};
}

TEST(ServersTest, BothKindsOfRecordsAreOneListByPriority) {
    auto servers = probe::servers_in(
        found({{.target = "b", .port = 5222, .priority = 20, .weight = 0}}),
        found({{.target = "a", .port = 5223, .priority = 10, .weight = 0}}), kPlan);
    ASSERT_TRUE(servers.has_value());
    ASSERT_EQ(servers->size(), 2U);
    EXPECT_EQ(servers->at(0).host, "a");
    EXPECT_EQ(servers->at(0).tls, ServerTls::Direct);
    EXPECT_EQ(servers->at(1).host, "b");
    EXPECT_EQ(servers->at(1).tls, ServerTls::Required);
    EXPECT_EQ(servers->at(1).ca_file, "ca.pem");
}

TEST(ServersTest, AmongEqualsItIsTheSameEachTime) {
    auto answer = found({{.target = "a", .port = 1, .priority = 5, .weight = 10},
                         {.target = "b", .port = 2, .priority = 5, .weight = 10},
                         {.target = "c", .port = 3, .priority = 5, .weight = 10}});
    auto first = probe::servers_in(answer, kNothing, kPlan);
    ASSERT_TRUE(first.has_value());
    for (int i = 0; i < 10; ++i) {
        auto again = probe::servers_in(answer, kNothing, kPlan);
        ASSERT_TRUE(again.has_value());
        for (size_t at = 0; at < 3; ++at) EXPECT_EQ(again->at(at).host, first->at(at).host);
    }
}

TEST(ServersTest, WithoutRecordsItIsTheDomainItself) {
    auto servers = probe::servers_in(kNothing, kNothing, kPlan);
    ASSERT_TRUE(servers.has_value());
    ASSERT_EQ(servers->size(), 1U);
    EXPECT_EQ(servers->front().host, "chat.example");
    EXPECT_EQ(servers->front().port, 5222);
}

TEST(ServersTest, TheTargetDotMeansNoService) {
    auto servers = probe::servers_in(found({{}}), kNothing, kPlan);
    ASSERT_FALSE(servers.has_value());
    EXPECT_EQ(servers.error(), Problem::ServiceNotOffered);
}

TEST(ServersTest, RecordsReadAsInAZone) {
    auto starttls = found({{.target = "x.example", .port = 5222, .priority = 10, .weight = 5}, {}});
    auto direct = found({{.target = "y.example", .port = 443, .priority = 1, .weight = 0}});
    EXPECT_THAT(probe::records_in(starttls, direct),
                ElementsAre("10 5 x.example:5222", "0 0 .:0", "direct 1 0 y.example:443"));
    EXPECT_THAT(probe::records_in(kNothing, kNothing), IsEmpty());
}

TEST(ServersTest, AddressesThatAreNotThere) {
    EXPECT_EQ(probe::problem_of({.outcome = DnsOutcome::Found, .addresses = {}}), Problem::None);
    EXPECT_EQ(probe::problem_of({.outcome = DnsOutcome::NoName, .addresses = {}}),
              Problem::DomainNotFound);
    EXPECT_EQ(probe::problem_of({.outcome = DnsOutcome::NoData, .addresses = {}}),
              Problem::NoAddress);
    EXPECT_EQ(probe::problem_of({.outcome = DnsOutcome::Failed, .addresses = {}}),
              Problem::DnsFailed);
}

} // namespace
