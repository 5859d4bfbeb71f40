// Rows: -
#include "net/address_filter.h"

#include <gtest/gtest.h>

using net::Address;
using net::AddressFilter;

namespace {

// Rows: S-030
TEST(AddressFilterTest, AllowsWhatIsGloballyReachable) {
    AddressFilter filter;
    for (const char* host :
         {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.0.0.1",
          "128.0.0.1", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.0.1", "198.17.0.1",
          "198.20.0.1", "223.255.255.255", "2606:4700::1", "2a00:1450::1", "2001:200::1"}) {
        EXPECT_EQ(filter.refusal(*Address::parse(host, 5222)), nullptr) << host;
    }
}

struct Refused {
    const char* host;
    const char* why;
};

void expect_refused(const AddressFilter& filter, std::initializer_list<Refused> all) {
    for (const Refused& each : all) {
        EXPECT_STREQ(filter.refusal(*Address::parse(each.host, 5222)), each.why) << each.host;
    }
}

// Rows: S-030
TEST(AddressFilterTest, RefusesIpv4AddressesOfNoPublicHost) {
    expect_refused(AddressFilter(),
                   {
                       {"0.0.0.0", "addresses of this host are refused"},
                       {"0.1.2.3", "addresses of this host are refused"},
                       {"10.1.2.3", "private addresses are refused"},
                       {"100.64.0.1", "addresses of a carrier's network are refused"},
                       {"100.127.255.255", "addresses of a carrier's network are refused"},
                       {"127.0.0.1", "loopback addresses are refused"},
                       {"127.255.255.255", "loopback addresses are refused"},
                       {"169.254.169.254", "link-local addresses are refused"},
                       {"172.16.0.1", "private addresses are refused"},
                       {"172.31.255.255", "private addresses are refused"},
                       {"192.0.0.170", "addresses for protocols are refused"},
                       {"192.0.2.1", "addresses for documentation are refused"},
                       {"192.88.99.1", "addresses of 6to4 relays are refused"},
                       {"192.168.1.1", "private addresses are refused"},
                       {"198.19.0.1", "addresses for benchmarks are refused"},
                       {"198.51.100.1", "addresses for documentation are refused"},
                       {"203.0.113.1", "addresses for documentation are refused"},
                       {"224.0.0.1", "multicast addresses are refused"},
                       {"239.255.255.255", "multicast addresses are refused"},
                       {"240.0.0.1", "reserved addresses are refused"},
                       {"255.255.255.255", "the broadcast address is refused"},
                   });
}

// Rows: S-030
TEST(AddressFilterTest, RefusesIpv6AddressesOfNoPublicHost) {
    expect_refused(AddressFilter(),
                   {
                       {"::", "the unspecified address is refused"},
                       {"::1", "loopback addresses are refused"},
                       {"::8.8.8.8", "reserved addresses are refused"},          // IPv4-compatible
                       {"64:ff9b:1::808:808", "reserved addresses are refused"}, // local NAT64
                       {"100::1", "reserved addresses are refused"},
                       {"2001:2::1", "addresses for protocols are refused"},
                       {"2001:20::1", "addresses for protocols are refused"},
                       {"2001:db8::1", "addresses for documentation are refused"},
                       {"3fff:1::1", "addresses for documentation are refused"},
                       {"4000::1", "reserved addresses are refused"},
                       {"9000::1", "reserved addresses are refused"},
                       {"fc00::1", "private addresses are refused"},
                       {"fdff::1", "private addresses are refused"},
                       {"fe80::1", "link-local addresses are refused"},
                       {"fec0::1", "private addresses are refused"},
                       {"ff02::1", "multicast addresses are refused"},
                   });
}

// Rows: S-030
TEST(AddressFilterTest, LooksIntoIpv6AddressesThatCarryAnIpv4Address) {
    expect_refused(AddressFilter(),
                   {
                       {"::ffff:127.0.0.1", "loopback addresses are refused"},
                       {"::ffff:10.0.0.1", "private addresses are refused"},
                       {"64:ff9b::127.0.0.1", "loopback addresses are refused"},
                       {"64:ff9b::169.254.169.254", "link-local addresses are refused"},
                       {"2002:7f00:1::1", "loopback addresses are refused"},
                       {"2002:a00:1::1", "private addresses are refused"},
                       // Teredo: server 10.0.0.1; and server 8.8.8.8, client 127.0.0.1 inverted.
                       {"2001:0:a00:1::f7f7:f7f7", "private addresses are refused"},
                       {"2001:0:808:808::80ff:fffe", "loopback addresses are refused"},
                   });
    AddressFilter filter;
    for (const char* host :
         {"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "2001:0:808:808::f7f7:f7f7"}) {
        EXPECT_TRUE(filter.allows(*Address::parse(host, 5222))) << host;
    }
}

// Rows: S-030
TEST(AddressFilterTest, RefusesOurOwnAddressesInEveryForm) {
    AddressFilter filter({*net::Network::parse("8.8.8.0/24"), *net::Network::parse("2a00:1::5")});
    const char* own = "our own addresses are refused";
    expect_refused(filter, {{"8.8.8.1", own},
                            {"::ffff:8.8.8.1", own},
                            {"64:ff9b::8.8.8.1", own},
                            {"2002:808:801::1", own},
                            {"2a00:1::5", own}});
    EXPECT_TRUE(filter.allows(*Address::parse("8.8.9.1", 5222)));
    EXPECT_TRUE(filter.allows(*Address::parse("2a00:1::6", 5222)));
}

// Rows: S-030
TEST(AddressFilterTest, RefusesWhatIsNoInternetAddress) {
    AddressFilter filter;
    EXPECT_FALSE(filter.allows({.family = Address::Family::Local}));
    EXPECT_FALSE(filter.allows({}));
}

} // namespace
