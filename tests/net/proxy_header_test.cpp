#include "net/proxy_header.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace net {
namespace {

using std::string_view_literals::operator""sv;

ProxyFacts between(std::string_view client, uint16_t client_port, std::string_view reached,
                   uint16_t reached_port) {
    return {.client = Address::parse(client, client_port).value_or(Address{}),
            .reached = Address::parse(reached, reached_port).value_or(Address{})};
}

std::string text(std::string_view client, uint16_t client_port, std::string_view reached,
                 uint16_t reached_port) {
    return proxy_header(ProxyProtocol::V1, between(client, client_port, reached, reached_port));
}

// Rows: U-092, U-094
TEST(ProxyHeader, WritesTheTextFormCanonically) {
    EXPECT_EQ(text("192.0.2.1", 40000, "198.51.100.7", 443),
              "PROXY TCP4 192.0.2.1 198.51.100.7 40000 443\r\n");
    EXPECT_EQ(text("2001:0DB8::0001", 1, "2001:db8:0:0::2", 65535),
              "PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n");
}

// Rows: U-092
TEST(ProxyHeader, KeepsTheTextFormWithin107Bytes) {
    constexpr std::string_view kLongest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe";
    EXPECT_LE(text(kLongest, 65535, kLongest, 65535).size(), 107U);
}

// Rows: U-094
TEST(ProxyHeader, BringsBothAddressesIntoOneFamily) {
    EXPECT_EQ(text("192.0.2.1", 4, "2001:db8::2", 443),
              "PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 4 443\r\n");
    EXPECT_EQ(text("2001:db8::1", 4, "192.0.2.2", 443),
              "PROXY TCP6 2001:db8::1 ::ffff:192.0.2.2 4 443\r\n");
    EXPECT_EQ(text("::ffff:192.0.2.1", 4, "::ffff:192.0.2.2", 443),
              "PROXY TCP4 192.0.2.1 192.0.2.2 4 443\r\n");
    EXPECT_EQ(text("::ffff:192.0.2.1", 4, "2001:db8::2", 443),
              "PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 4 443\r\n");
}

// Rows: U-095
TEST(ProxyHeader, NamesAClientWhosePortOrAddressIsNotKnownAllTheSame) {
    EXPECT_EQ(text("192.0.2.1", 0, "192.0.2.2", 443),
              "PROXY TCP4 192.0.2.1 192.0.2.2 65534 443\r\n");
    ProxyFacts local{.client = {.family = Address::Family::Local},
                     .reached = {.family = Address::Family::Local}};
    EXPECT_EQ(proxy_header(ProxyProtocol::V1, local),
              "PROXY TCP4 127.0.0.1 127.0.0.1 65534 65534\r\n");
    EXPECT_EQ(proxy_header(ProxyProtocol::V2, local).substr(12, 2), "\x21\x11");
}

// Rows: U-093, U-094
TEST(ProxyHeader, WritesTheBinaryFormOfIpv4) {
    EXPECT_EQ(proxy_header(ProxyProtocol::V2, between("192.0.2.1", 40000, "198.51.100.7", 443)),
              "\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x21\x11\x00\x0c"
              "\xc0\x00\x02\x01\xc6\x33\x64\x07\x9c\x40\x01\xbb"sv);
}

// Rows: U-093, U-094
TEST(ProxyHeader, WritesTheBinaryFormOfIpv6) {
    EXPECT_EQ(proxy_header(ProxyProtocol::V2, between("2001:db8::1", 5, "192.0.2.2", 443)),
              "\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x21\x21\x00\x24"
              "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
              "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xc0\x00\x02\x02"
              "\x00\x05\x01\xbb"sv);
}

// Rows: U-093
TEST(ProxyHeader, TellsOfTlsOnlyWhereItIsAskedFor) {
    ProxyFacts facts = between("192.0.2.1", 40000, "198.51.100.7", 443);
    std::string plain = proxy_header(ProxyProtocol::V2, facts);
    EXPECT_EQ(proxy_header(ProxyProtocol::V2Tls, facts), plain); // there is nothing to tell
    facts.encrypted = true;
    TlsFacts tls{.version = "TLSv1.3", .cipher = "AES"};
    facts.tls = &tls;
    EXPECT_EQ(proxy_header(ProxyProtocol::V2, facts), plain);
    EXPECT_EQ(proxy_header(ProxyProtocol::V2Tls, facts),
              "\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x21\x11\x00\x24"
              "\xc0\x00\x02\x01\xc6\x33\x64\x07\x9c\x40\x01\xbb"
              "\x20\x00\x15\x01\x00\x00\x00\x01\x21\x00\x07TLSv1.3\x23\x00\x03"
              "AES"sv);
    facts.tls = nullptr;
    EXPECT_EQ(proxy_header(ProxyProtocol::V2Tls, facts).substr(28), "\x20\x00\x05\x01\0\0\0\x01"sv);
}

// Behind the addresses, with the lengths that say how much there is.
std::string additions(const TlsFacts& tls) {
    ProxyFacts facts = between("192.0.2.1", 40000, "198.51.100.7", 443);
    facts.encrypted = true;
    facts.tls = &tls;
    std::string header = proxy_header(ProxyProtocol::V2Tls, facts);
    EXPECT_EQ(static_cast<uint8_t>(header[14]) * 256 + static_cast<uint8_t>(header[15]),
              header.size() - 16);
    EXPECT_LE(header.size(), 536U);
    return header.substr(28);
}

// Rows: U-093
TEST(ProxyHeader, NamesTheHostThatTheClientAskedFor) {
    TlsFacts tls{.version = "V", .cipher = "C", .server_name = "a.example"};
    EXPECT_EQ(additions(tls), "\x02\x00\x09"
                              "a.example\x20\x00\x0d\x01\0\0\0\x01\x21\x00\x01V\x23\x00\x01"
                              "C"sv);
}

// Rows: U-093
TEST(ProxyHeader, VouchesForACertificateThatWasShownAndForNoOther) {
    TlsFacts tls{.version = "V", .cipher = "C", .certificate = {7}, .common_name = "alice"};
    EXPECT_EQ(additions(tls), "\x20\x00\x15\x07\0\0\0\0\x21\x00\x01V\x22\x00\x05"
                              "alice\x23\x00\x01"
                              "C"sv);
    tls.common_name = {};
    tls.resumed = true; // it was shown when the session began
    EXPECT_EQ(additions(tls), "\x20\x00\x0d\x05\0\0\0\0\x21\x00\x01V\x23\x00\x01"
                              "C"sv);
}

// Rows: U-093
TEST(ProxyHeader, LeavesNamesOutThatAreTooLong) {
    TlsFacts tls{.version = "TLSv1.3",
                 .cipher = "TLS_CHACHA20_POLY1305_SHA256",
                 .server_name = std::string(253, 'h'),
                 .certificate = {7},
                 .common_name = std::string(64, 'n')};
    std::string all = additions(tls);
    EXPECT_NE(all.find(tls.server_name), std::string::npos);
    EXPECT_NE(all.find(tls.common_name), std::string::npos);
    tls.server_name += 'h';
    tls.common_name += 'n';
    all = additions(tls);
    EXPECT_EQ(all.find('h'), std::string::npos);
    EXPECT_EQ(all.find('n'), std::string::npos);
}

} // namespace
} // namespace net
