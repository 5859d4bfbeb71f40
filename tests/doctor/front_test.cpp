// Which program stands in front, by its words.
// Rows: -
#include "doctor/front.h"
#include "doctor/visit.h"

#include <gtest/gtest.h>

namespace doctor {
namespace {

TEST(FrontTest, ByTheFieldServer) {
    EXPECT_EQ(front_of_server("nginx/1.22.1"), Front::Nginx);
    EXPECT_EQ(front_of_server("Apache/2.4.62 (Debian)"), Front::Apache);
    EXPECT_EQ(front_of_server("Caddy"), Front::Caddy);
    EXPECT_EQ(front_of_server("Prosody"), Front::Unknown);
    EXPECT_EQ(front_of_server(""), Front::Unknown);
}

TEST(FrontTest, ByARefusal) {
    EXPECT_EQ(front_of_refusal("HTTP/1.0 400 Bad request\r\nCache-Control: no-cache\r\n\r\n"
                               "<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid "
                               "request.\n</body></html>\n"),
              Front::Haproxy);
    EXPECT_EQ(front_of_refusal("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"), Front::Nginx);
    EXPECT_EQ(front_of_refusal("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
              Front::Unknown);
}

TEST(FrontTest, NamesGoBothWays) {
    for (Front front : {Front::Nginx, Front::Haproxy, Front::Apache, Front::Caddy, Front::Boshcm}) {
        EXPECT_EQ(front_named(name_of(front)), front);
    }
    EXPECT_FALSE(front_named("iis"));
    EXPECT_FALSE(front_named(""));
}

TEST(UrlPartsTest, ArePlainToSee) {
    UrlParts parts = parts_of("https://[2001:db8::1]:8443/http-bind");
    EXPECT_EQ(parts.host, "2001:db8::1");
    EXPECT_EQ(parts.port, "8443");
    EXPECT_EQ(parts.path, "/http-bind");
    parts = parts_of("wss://chat.example");
    EXPECT_EQ(parts.host, "chat.example");
    EXPECT_EQ(parts.port, "443");
    EXPECT_EQ(parts.path, "/");
    EXPECT_EQ(parts_of("http://chat.example/a/b?c").port, "80");
}

} // namespace
} // namespace doctor
