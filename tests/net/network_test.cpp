#include "net/network.h"

#include <gtest/gtest.h>

namespace net {
namespace {

bool contains(std::string_view network, std::string_view host) {
    std::optional<Network> parsed = Network::parse(network);
    EXPECT_TRUE(parsed) << network;
    return parsed && parsed->contains(*Address::parse(host, 1));
}

// Rows: H-060
TEST(Network, ContainsTheAddressesThatBeginAlike) {
    EXPECT_TRUE(contains("10.0.0.0/8", "10.255.0.1"));
    EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.255"));
    EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
    EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.9"));
    EXPECT_FALSE(contains("0.0.0.0/0", "::1"));
    EXPECT_TRUE(contains("127.0.0.1", "127.0.0.1"));
    EXPECT_FALSE(contains("127.0.0.1", "127.0.0.2"));
    EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
    EXPECT_TRUE(contains("::/0", "2001:db8::1"));
    EXPECT_TRUE(contains("::1", "::1"));
}

// Rows: H-060
TEST(Network, TakesAMappedAddressForTheOneInIt) {
    EXPECT_TRUE(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
    EXPECT_FALSE(contains("::/0", "::ffff:10.1.2.3"));
    EXPECT_TRUE(contains("::ffff:10.0.0.0/104", "10.1.2.3"));
    EXPECT_FALSE(contains("::ffff:10.0.0.0/104", "11.1.2.3"));
    EXPECT_TRUE(contains("::ffff:10.1.2.3", "::ffff:10.1.2.3"));
}

// Rows: -
TEST(Network, ContainsNoPeerOfAUnixSocket) {
    EXPECT_FALSE(Network::parse("0.0.0.0/0")->contains({.family = Address::Family::Local}));
    EXPECT_FALSE(Network::parse("::/0")->contains({}));
}

// Rows: -
TEST(Network, RefusesWhatIsNoNetwork) {
    for (std::string_view bad :
         {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.1/8",
          "example.org/8", "2001:db8::/129", "2001:db8::1/64", "10.0.0.0/ 8", "10/8"}) {
        EXPECT_FALSE(Network::parse(bad)) << bad;
    }
}

// Rows: -
TEST(Network, IsWrittenAsItIsRead) {
    for (std::string_view text : {"10.0.0.0/8", "127.0.0.1", "2001:db8::/32", "::1", "::/0"}) {
        EXPECT_EQ(Network::parse(text)->to_string(), text);
    }
}

} // namespace
} // namespace net
