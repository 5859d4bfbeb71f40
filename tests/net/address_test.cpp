// Rows: -
#include "net/address.h"
#include "net/socket_address.h"

#include <gtest/gtest.h>

using net::Address;

namespace {

TEST(AddressTest, ParsesWhatItPrints) {
    for (const char* host : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::", "::1"}) {
        auto address = Address::parse(host, 5222);
        ASSERT_TRUE(address) << host;
        EXPECT_EQ(address->host(), host);
        EXPECT_EQ(net::to_address(net::SocketAddress(*address).get()), *address);
    }
    EXPECT_EQ(Address::parse("192.0.2.1", 80)->to_string(), "192.0.2.1:80");
    EXPECT_EQ(Address::parse("[2001:db8::1]", 80)->to_string(), "[2001:db8::1]:80");
    EXPECT_EQ(Address{.family = Address::Family::Local}.to_string(), "local");
}

TEST(AddressTest, OfIPv4IsSuchHoweverASocketTellsIt) {
    auto mapped = Address::parse("::ffff:192.0.2.1", 80);
    ASSERT_TRUE(mapped);
    EXPECT_EQ(net::to_address(net::SocketAddress(*mapped).get()), Address::parse("192.0.2.1", 80));
}

TEST(AddressTest, RefusesWhatIsNotANumericAddress) {
    using std::string_view_literals::operator""sv;
    for (std::string_view host :
         {"", "localhost", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.4 ", "[1.2.3.4]", "[]", "[::1",
          "::1]", "fe80::1%eth0", ":::", "00000000000000000000000000000000000000000000000000001"}) {
        EXPECT_FALSE(Address::parse(host, 1)) << host;
    }
    EXPECT_FALSE(Address::parse("1.2.3.4\0.example"sv, 1));
}

TEST(AddressTest, KnowsLoopback) {
    for (const char* host : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"}) {
        EXPECT_TRUE(Address::parse(host, 1)->is_loopback()) << host;
    }
    for (const char* host : {"128.0.0.1", "0.0.0.0", "::", "::2", "::ffff:10.0.0.1"}) {
        EXPECT_FALSE(Address::parse(host, 1)->is_loopback()) << host;
    }
    EXPECT_FALSE(Address{}.is_loopback());
}

} // namespace
