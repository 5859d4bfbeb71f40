// Which names make a certificate that of a domain, as tables.
#include "tls/verify.h"

#include <gtest/gtest.h>

using tls::CertificateNames;
using tls::dns_id_matches;
using tls::names_the_domain;

namespace {

struct Case {
    const char* id;
    const char* domain;
    bool matches;
};

// Rows: U-044, U-045
TEST(VerifyTest, DnsIds) {
    constexpr Case kCases[] = {
        {"a.example", "a.example", true},
        {"A.Example", "a.eXAMPLE", true},
        {"a.example.", "a.example", true},
        {"xn--bcher-kva.example", "XN--BCHER-KVA.example", true},
        {"b.example", "a.example", false},
        {"a.example", "b.a.example", false},
        {"b.a.example", "a.example", false},
        {"", "a.example", false},
        {".", "a.example", false},
        {"*.a.example", "b.a.example", true},
        {"*.A.example", "B.a.EXAMPLE", true},
        {"*.a.example", "xn--bcher-kva.a.example", true},
        {"*.a.example", "a.example", false},
        {"*.a.example", ".a.example", false},
        {"*.a.example", "c.b.a.example", false},
        {"*", "localhost", false},
        {"*", "a.example", false},
        {"*.", "a.", false},
        {"*.example", "a.example", false},
        {"b*.a.example", "bc.a.example", false},
        {"*b.a.example", "cb.a.example", false},
        {"b.*.example", "b.a.example", false},
        {"*.*.example", "b.a.example", false},
        {"**.a.example", "b.a.example", false},
        {"*.a.example", "*.a.example", true},
    };
    for (const Case& row : kCases) {
        EXPECT_EQ(dns_id_matches(row.id, row.domain), row.matches)
            << row.id << " for " << row.domain;
    }
}

// Rows: U-044
TEST(VerifyTest, ANulByteEndsNoName) {
    EXPECT_FALSE(dns_id_matches(std::string_view("a.example\0.evil.example", 23), "a.example"));
}

// Rows: U-044, U-045
TEST(VerifyTest, SrvIds) {
    constexpr Case kCases[] = {
        {"_xmpp-client.a.example", "a.example", true},
        {"_XMPP-Client.A.example", "a.example", true},
        {"_xmpp-client.a.example.", "a.example", true},
        {"_xmpp-server.a.example", "a.example", false},
        {"_xmpp-client.b.example", "a.example", false},
        {"_xmpp-client.*.example", "a.example", false},
        {"_xmpp-client.*.a.example", "b.a.example", false},
        {"_xmpp-client.", "", false},
        {"a.example", "a.example", false},
    };
    for (const Case& row : kCases) {
        EXPECT_EQ(names_the_domain({.srv = {row.id}}, {.domain = row.domain}), row.matches)
            << row.id << " for " << row.domain;
    }
}

// Rows: U-044
TEST(VerifyTest, AnXmppAddrIsInUnicode) {
    tls::Identity identity{.domain = "xn--bcher-kva.example", .unicode_domain = "bücher.example"};
    EXPECT_TRUE(names_the_domain({.xmpp = {"bücher.example"}}, identity));
    EXPECT_FALSE(names_the_domain({.xmpp = {"xn--bcher-kva.example"}}, identity));
    EXPECT_FALSE(names_the_domain({.xmpp = {"juliet@bücher.example"}}, identity));
    EXPECT_FALSE(names_the_domain({.xmpp = {"*.example"}}, identity));
    EXPECT_TRUE(names_the_domain({.xmpp = {"A.example"}}, {.domain = "a.example"}));
}

// Rows: U-044
TEST(VerifyTest, ADomainThatIsAnAddressNeedsThatAddress) {
    CertificateNames names{.dns = {"192.0.2.1", "*.0.2.1"}, .addresses = {"2001:db8::1"}};
    EXPECT_FALSE(names_the_domain(names, {.domain = "192.0.2.1"}));
    EXPECT_TRUE(names_the_domain(names, {.domain = "2001:db8:0::1"}));
    names.addresses.emplace_back("192.0.2.1");
    EXPECT_TRUE(names_the_domain(names, {.domain = "192.0.2.1"}));
    EXPECT_FALSE(names_the_domain(names, {.domain = "192.0.2.2"}));
}

// Rows: U-044
TEST(VerifyTest, AnyOfTheNamesWillDoAndNoneWillNot) {
    CertificateNames names{.dns = {"a.example", "b.example"}, .srv = {"_xmpp-client.c.example"}};
    EXPECT_TRUE(names_the_domain(names, {.domain = "b.example"}));
    EXPECT_TRUE(names_the_domain(names, {.domain = "b.example."}));
    EXPECT_TRUE(names_the_domain(names, {.domain = "c.example"}));
    EXPECT_FALSE(names_the_domain(names, {.domain = "d.example"}));
    EXPECT_FALSE(names_the_domain({}, {.domain = "d.example"}));
    EXPECT_EQ(names.to_string(), "a.example, b.example, _xmpp-client.c.example");
    EXPECT_EQ(CertificateNames().to_string(), "no name");
}

} // namespace
