// Rows: -
#include "net/source_addresses.h"

#include <gtest/gtest.h>

using net::Address;

namespace {

TEST(SourceAddressesTest, GivesTheAddressesOfAFamilyInTurn) {
    std::vector<Address> all = {*Address::parse("127.0.0.1", 99), *Address::parse("::1", 0),
                                *Address::parse("127.0.0.2", 0)};
    net::SourceAddresses sources(all);
    EXPECT_EQ(sources.count(Address::Family::V4), 2U);
    EXPECT_EQ(sources.count(Address::Family::V6), 1U);
    for (const char* expected : {"127.0.0.1:0", "127.0.0.2:0", "127.0.0.1:0"}) {
        EXPECT_EQ(sources.next(Address::Family::V4).to_string(), expected);
        EXPECT_EQ(sources.next(Address::Family::V6).to_string(), "[::1]:0");
    }
}

} // namespace
