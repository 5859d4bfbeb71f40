#include "http/client_address.h"
#include "tests/support/for_each_split.h"

#include <gtest/gtest.h>

#include <vector>

namespace http {
namespace {

struct Field {
    std::string_view name;
    std::string_view value;
};

class ClientAddressTest : public testing::Test {
protected:
    ClientAddressTest() {
        policy_.trusted = {*net::Network::parse("10.0.0.0/8"), *net::Network::parse("fd00::/8")};
    }
    ClientFacts resolve(const std::vector<Field>& lines) {
        FieldList fields;
        for (const Field& line : lines) fields.add(line.name, line.value);
        return resolve_client(connection_, fields, policy_);
    }
    // The address that counts in the end.
    std::string by_x(std::string_view list) {
        policy_.field = ForwardedField::XForwardedFor;
        return resolve({{"X-Forwarded-For", list}}).peer.to_string();
    }
    std::string by_forwarded(std::string_view list) {
        policy_.field = ForwardedField::Forwarded;
        return resolve({{"Forwarded", list}}).peer.to_string();
    }

    ProxyPolicy policy_;
    ClientFacts connection_{.peer = *net::Address::parse("10.0.0.1", 4000)};
    const std::string proxy_ = "10.0.0.1:4000";
};

// Rows: H-060
TEST_F(ClientAddressTest, BelievesOnlyTrustedPeers) {
    EXPECT_EQ(by_x("203.0.113.5"), "203.0.113.5:0");
    connection_.peer = *net::Address::parse("192.0.2.9", 1);
    EXPECT_EQ(by_x("203.0.113.5"), "192.0.2.9:1");
    EXPECT_EQ(by_forwarded("for=203.0.113.5"), "192.0.2.9:1");
    EXPECT_FALSE(resolve({{"X-Forwarded-Proto", "https"}, {"Forwarded", "proto=https"}}).encrypted);
    connection_.peer = *net::Address::parse("::ffff:10.9.9.9", 1);
    EXPECT_EQ(by_x("203.0.113.5"), "203.0.113.5:0");
}

// Rows: S-022
TEST_F(ClientAddressTest, TheTlsOfAProxyIsNotThatOfItsClients) {
    connection_.tls = std::make_shared<net::TlsFacts>(net::TlsFacts{.certificate = {1}});
    policy_.field = ForwardedField::XForwardedFor;
    EXPECT_EQ(resolve({{"X-Forwarded-For", "203.0.113.5"}}).tls, nullptr);
    EXPECT_EQ(resolve({}).tls, connection_.tls); // nobody stands between, by what is said
    connection_.peer = *net::Address::parse("192.0.2.9", 1);
    EXPECT_EQ(resolve({{"X-Forwarded-For", "203.0.113.5"}}).tls, connection_.tls);
}

// Rows: H-060
TEST_F(ClientAddressTest, BelievesPeersOfUnixSocketsIfTold) {
    connection_.peer = {.family = net::Address::Family::Local};
    EXPECT_EQ(by_x("203.0.113.5"), "local");
    policy_.trusts_local = true;
    EXPECT_EQ(by_x("203.0.113.5"), "203.0.113.5:0");
}

// Rows: H-061
TEST_F(ClientAddressTest, TakesTheFirstFromTheRightThatIsNotTrusted) {
    EXPECT_EQ(by_x("1.1.1.1, 203.0.113.5, 10.0.0.2"), "203.0.113.5:0");
    EXPECT_EQ(by_x("10.0.0.3, 203.0.113.5"), "203.0.113.5:0");
    EXPECT_EQ(by_x("10.0.0.3, 10.0.0.2"), "10.0.0.3:0"); // all are ours: the farthest
    EXPECT_EQ(by_forwarded("for=1.1.1.1, for=203.0.113.5;by=x, for=\"[fd00::1]\""),
              "203.0.113.5:0");
}

// Rows: H-061
TEST_F(ClientAddressTest, JoinsSeveralFieldsInTheirOrder) {
    EXPECT_EQ(resolve({{"X-Forwarded-For", "1.1.1.1"},
                       {"x-forwarded-for", "203.0.113.5,10.0.0.4"},
                       {"X-Forwarded-For", "10.0.0.2"}})
                  .peer.to_string(),
              "203.0.113.5:0");
    // Not even an open quote reaches from one into the next.
    policy_.field = ForwardedField::Forwarded;
    EXPECT_EQ(
        resolve({{"Forwarded", "for=\"evil"}, {"Forwarded", "for=203.0.113.5"}}).peer.to_string(),
        "203.0.113.5:0");
}

// Rows: H-062
TEST_F(ClientAddressTest, ReadsEverySpellingOfAnAddress) {
    EXPECT_EQ(by_x("203.0.113.5:4711"), "203.0.113.5:4711");
    EXPECT_EQ(by_x("2001:db8::7"), "[2001:db8::7]:0");
    EXPECT_EQ(by_x("[2001:db8::7]:80"), "[2001:db8::7]:80");
    EXPECT_EQ(by_x("::ffff:203.0.113.5"), "203.0.113.5:0");
    EXPECT_EQ(by_forwarded("For=203.0.113.5"), "203.0.113.5:0");
    EXPECT_EQ(by_forwarded("proto=http;FOR=\"203.0.113.5:47\" ; by=_x"), "203.0.113.5:47");
    EXPECT_EQ(by_forwarded("for=\"[2001:db8:cafe::17]:4711\""), "[2001:db8:cafe::17]:4711");
    EXPECT_EQ(by_forwarded("for=\"\\2\\03.0.113.5\""), "203.0.113.5:0");
    EXPECT_EQ(by_forwarded("for=\"203.0.113.5:_hidden\""), "203.0.113.5:0");
    EXPECT_EQ(by_forwarded("for=1.1.1.1;x=\"a, for=2.2.2.2\""), "1.1.1.1:0");
}

// Rows: H-062
TEST_F(ClientAddressTest, StopsAtWhatIsNoAddressAndKeepsTheLastGoodHop) {
    for (std::string_view bad :
         {"unknown", "_hidden", "example.org", "203.0.113.256", "203.0.113.5:port",
          "203.0.113.5:65536", "[2001:db8::7", "2001:db8::7]", "fe80::1%eth0", "\"203.0.113.5\"",
          "[203.0.113.5]", "203.0.113.5 10.0.0.2"}) {
        EXPECT_EQ(by_x("1.1.1.1, " + std::string(bad)), proxy_) << bad;
        EXPECT_EQ(by_x(std::string(bad) + ", 10.0.0.2"), "10.0.0.2:0") << bad;
        EXPECT_EQ(by_x(std::string(bad) + ", 203.0.113.5"), "203.0.113.5:0") << bad;
    }
    for (std::string_view bad :
         {"for=unknown", "for=_hidden", "for", "=", "for=", "for=2001:db8::7", "for=[2001:db8::7]",
          "for=\"2001:db8::7\"", "for=\"203.0.113.5", "for=\"203.0.113.5\"x", "for=\"203.0.113.5\\",
          "for=203.0.113.5;for=203.0.113.6", "for =203.0.113.5", "for=203.0.113.5 10.0.0.1",
          "proto=https",
          "for=\""
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\""}) {
        EXPECT_EQ(by_forwarded("for=1.1.1.1, " + std::string(bad)), proxy_) << bad;
    }
}

// Rows: H-063
TEST_F(ClientAddressTest, LooksAtOneKindOfFieldOnly) {
    std::vector<Field> both = {{"X-Forwarded-For", "203.0.113.5"},
                               {"X-Forwarded-Proto", "http"},
                               {"Forwarded", "for=203.0.113.6;proto=https"}};
    policy_.field = ForwardedField::XForwardedFor;
    EXPECT_EQ(resolve(both).peer.to_string(), "203.0.113.5:0");
    EXPECT_FALSE(resolve(both).encrypted);
    policy_.field = ForwardedField::Forwarded;
    EXPECT_EQ(resolve(both).peer.to_string(), "203.0.113.6:0");
    EXPECT_TRUE(resolve(both).encrypted);
    policy_.field = ForwardedField::None;
    EXPECT_EQ(resolve(both).peer.to_string(), proxy_);
    EXPECT_FALSE(resolve(both).encrypted);
}

// Rows: H-064
TEST_F(ClientAddressTest, TakesTheProxysWordForEncryption) {
    auto x = [&](std::string_view protocol) {
        policy_.field = ForwardedField::XForwardedFor;
        return resolve({{"X-Forwarded-For", "203.0.113.5"}, {"X-Forwarded-Proto", protocol}})
            .encrypted;
    };
    EXPECT_TRUE(x("https"));
    EXPECT_TRUE(x("WSS"));
    EXPECT_FALSE(x("http"));
    EXPECT_FALSE(x("gopher"));
    EXPECT_FALSE(x("https, http")); // the nearest proxy's is the last
    connection_.encrypted = true;   // a listener that only a TLS proxy reaches
    EXPECT_TRUE(x("gopher"));
    EXPECT_FALSE(x("http"));

    connection_.encrypted = false;
    policy_.field = ForwardedField::Forwarded;
    auto forwarded = [&](std::string_view list) {
        return resolve({{"Forwarded", list}}).encrypted;
    };
    EXPECT_TRUE(forwarded("for=203.0.113.5;proto=https"));
    EXPECT_TRUE(forwarded("proto=https"));
    EXPECT_TRUE(forwarded("for=203.0.113.5;proto=https, for=10.0.0.2;proto=http"));
    EXPECT_FALSE(forwarded("for=1.1.1.1;proto=https, for=203.0.113.5;proto=http"));
    EXPECT_FALSE(forwarded("for=1.1.1.1;proto=https, for=203.0.113.5"));
}

// Rows: H-067
TEST_F(ClientAddressTest, KnowsAProxyThatDoesNotSayForWhomItAsks) {
    EXPECT_TRUE(resolve({}).shared);
    EXPECT_FALSE(resolve({{"X-Forwarded-For", "203.0.113.5"}}).shared);
    // Who spoils the list does not get away with having no address.
    EXPECT_FALSE(resolve({{"X-Forwarded-For", "garbage"}}).shared);
    connection_.peer = *net::Address::parse("192.0.2.9", 1);
    EXPECT_FALSE(resolve({}).shared);
}

} // namespace
} // namespace http
