#include "bosh/route.h"

#include <gtest/gtest.h>

#include <string>

namespace bosh {
namespace {

// Rows: B-051
TEST(RouteTest, IsProtocolHostAndPort) {
    struct Case {
        const char* attribute;
        Route route;
    };
    const Case cases[] = {
        {"xmpp:example.org:9999", {.host = "example.org", .port = 9999}},
        {"xmpp:a:1", {.host = "a", .port = 1}},
        {"xmpp:EXAMPLE.Org:65535", {.host = "example.org", .port = 65535}},
        {"xmpp:_xmpp.a-b.example:05222", {.host = "_xmpp.a-b.example", .port = 5222}},
        {"xmpp:192.0.2.1:5222", {.host = "192.0.2.1", .port = 5222}},
        {"xmpp:[::1]:5222", {.host = "::1", .port = 5222}},
        {"xmpp:[2001:DB8:0:0:0:0:0:1]:5222", {.host = "2001:db8::1", .port = 5222}},
    };
    for (const Case& each : cases) {
        EXPECT_EQ(Route::parse(each.attribute), each.route) << each.attribute;
    }
}

// Rows: B-051, B-052
TEST(RouteTest, IsNothingElse) {
    const std::string cases[] = {
        "", ":", "::", "xmpp", "xmpp:", "xmpp::", "xmpp:5222", "xmpp::5222", "xmpp:a",
        "xmpp:a:", "xmpp:a:0", "xmpp:a:65536", "xmpp:a:-1", "xmpp:a:+1", "xmpp:a: 1", "xmpp:a:1 ",
        "xmpp:a:0x1", "xmpp:a:1.", "xmpp:a:99999999999999999999", "XMPP:a:1", "http:a:1",
        "xmpps:a:1", " xmpp:a:1",
        // no URI: neither authority nor path, user nor escape
        "xmpp://a:1", "xmpp:a:1/", "xmpp:a:1?x", "xmpp:u@a:1", "xmpp:%61:1", "xmpp:a b:1",
        // IPv6 only in brackets, and only that in brackets
        "xmpp:::1:5222", "xmpp:2001:db8::1:5222", "xmpp:[::1]", "xmpp:[::1:5222", "xmpp:::1]:5222",
        "xmpp:[]:1", "xmpp:[a]:1", "xmpp:[127.0.0.1]:1", "xmpp:[::1%25lo]:1", "xmpp:[::1]x:1",
        "xmpp:b\xC3\xBC"
        "cher.example:1",
        std::string("xmpp:a\0b:1", 10), "xmpp:a\n:1", "xmpp:" + std::string(254, 'a') + ":1"};
    for (const std::string& each : cases) EXPECT_FALSE(Route::parse(each)) << each;
}

// Rows: B-052
TEST(RouteTest, ComparesHostsHoweverTheyAreSpelled) {
    EXPECT_EQ(normalised_host("Xmpp.Internal"), "xmpp.internal");
    EXPECT_EQ(normalised_host("2001:DB8::0001"), "2001:db8::1");
    EXPECT_EQ(normalised_host("127.0.0.1"), "127.0.0.1");
    EXPECT_NE(normalised_host("xmpp.internal."), normalised_host("xmpp.internal"));
}

} // namespace
} // namespace bosh
