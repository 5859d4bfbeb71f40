// Rows: -
#include "hooks/target_rules.h"
#include "net/network.h"

#include <gtest/gtest.h>

#include <optional>

namespace {

using hooks::Settings;
using hooks::TargetRules;

constexpr const char* kPublic = "198.41.0.4";

// Whether `address` may be connected to.
bool allows(const Settings& settings, bool encrypted, const char* address) {
    TargetRules rules(settings, encrypted, {*net::Network::parse("198.41.0.9")});
    return rules.refusal(*net::Address::parse(address, 443)) == nullptr;
}

TEST(TargetRulesTest, OnlyPublicAddressesUnlessOthersAreAllowed) {
    EXPECT_TRUE(allows({}, true, kPublic));
    for (const char* address :
         {"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
          "224.0.0.1", "0.0.0.0", "::1", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1",
          "64:ff9b::a00:1", "198.41.0.9"}) { // this host's own
        EXPECT_FALSE(allows({}, true, address)) << address;
        EXPECT_TRUE(allows({.allow_private = true}, true, address)) << address;
    }
}

TEST(TargetRulesTest, NothingInClearOverPublicNetworks) {
    EXPECT_FALSE(allows({}, false, kPublic));
    EXPECT_FALSE(allows({.allow_private = true}, false, kPublic));
    EXPECT_TRUE(allows({.allow_private = true}, false, "127.0.0.1"));
    EXPECT_TRUE(allows({.allow_clear = true}, false, kPublic));
    EXPECT_FALSE(allows({.allow_clear = true}, false, "127.0.0.1"));
}

std::string fault(const char* url, Settings settings = {}) {
    settings.url = url;
    return hooks::fault_of_url(settings);
}

TEST(TargetRulesTest, AUrlTellsMuchBeforeAnythingIsConnected) {
    EXPECT_EQ(fault("https://hooks.example/a"), "");
    EXPECT_EQ(fault("http://hooks.example/a"), "plain HTTP");
    EXPECT_EQ(fault("http://hooks.example/a", {.allow_private = true}), "");
    EXPECT_EQ(fault("http://hooks.example/a", {.allow_clear = true}), "");
    EXPECT_EQ(fault("https://127.0.0.1/"), "loopback addresses are refused");
    EXPECT_EQ(fault("https://2130706433/"), "loopback addresses are refused");
    EXPECT_EQ(fault("https://[::1]/"), "loopback addresses are refused");
    EXPECT_EQ(fault("https://127.0.0.1/", {.allow_private = true}), "");
    EXPECT_EQ(fault("https://hooks.example./"), "no URL of a host");
}

} // namespace
