// Rows: -
#include "admin/listener.h"
#include "admin/pages.h"
#include "tests/admin/admin_world.h"
#include "tests/support/memory_transport.h"
#include "tests/support/test_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

using admin::Standing;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

struct PagesTest : testing::Test {
    PagesTest() { pages.add_routes(server); }

    std::string ask(std::string_view request_line, std::string_view fields = {}) {
        tests::MemoryPeer peer;
        server.accept(peer.open(), {.peer = *net::Address::parse("127.0.0.1", 40'000)});
        peer.send(std::string(request_line) + " HTTP/1.1\r\nHost: 127.0.0.1:9280\r\n" +
                  std::string(fields) + "\r\n");
        peer.pump();
        env.turn();
        return peer.take_received();
    }

    tests::TestEnv env;
    tests::FakeDaemon daemon;
    http::Server server{env.env(), {}};
    admin::Pages pages{env.env(), daemon, server};
};

TEST_F(PagesTest, MetricsAreInTheDialectThatIsAskedFor) {
    std::string plain = ask("GET /metrics");
    EXPECT_THAT(plain, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(plain, HasSubstr("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    EXPECT_THAT(plain, HasSubstr("\r\nCache-Control: no-store\r\n"));
    EXPECT_THAT(plain, HasSubstr("\r\nVary: Accept\r\n"));
    EXPECT_THAT(plain, HasSubstr("# TYPE boshcm_workers gauge\n"));
    std::string open = ask("GET /metrics", "Accept: application/openmetrics-text\r\n");
    EXPECT_THAT(open, HasSubstr("\r\nContent-Type: application/openmetrics-text; version=1.0.0; "
                                "charset=utf-8\r\n"));
    EXPECT_TRUE(open.ends_with("\n# EOF\n"));
}

TEST_F(PagesTest, ItLivesAsLongAsItAnswers) {
    for (Standing standing : {Standing::Starting, Standing::Ready, Standing::Draining}) {
        daemon.now = standing;
        std::string answer = ask("GET /healthz");
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
        EXPECT_TRUE(answer.ends_with("\r\n\r\nalive\n")) << answer;
    }
}

TEST_F(PagesTest, ItIsReadyOnlyBetweenStartAndEnd) {
    daemon.now = Standing::Starting;
    EXPECT_THAT(ask("GET /readyz"), StartsWith("HTTP/1.1 503 "));
    daemon.now = Standing::Ready;
    EXPECT_THAT(ask("GET /readyz"), StartsWith("HTTP/1.1 200 "));
    daemon.now = Standing::Draining;
    std::string answer = ask("GET /readyz");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
    EXPECT_TRUE(answer.ends_with("\r\n\r\ndraining\n")) << answer;
}

TEST_F(PagesTest, OtherPathsAndMethodsAreRefused) {
    EXPECT_THAT(ask("GET /elsewhere"), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(ask("GET /http-bind"), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(ask("GET /metrics/more"), StartsWith("HTTP/1.1 404 "));
    std::string posted = ask("POST /metrics", "Content-Length: 0\r\n");
    EXPECT_THAT(posted, StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(posted, HasSubstr("\r\nAllow: GET, HEAD, OPTIONS\r\n"));
    std::string head = ask("HEAD /readyz");
    EXPECT_THAT(head, StartsWith("HTTP/1.1 200 "));
    EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
}

TEST_F(PagesTest, TheTokenIsForMetricsOnly) {
    pages.set_token("a-token-of-many-letters");
    EXPECT_THAT(ask("GET /metrics"), StartsWith("HTTP/1.1 401 "));
    EXPECT_THAT(ask("GET /metrics", "Authorization: Bearer a-token-of-many-letters\r\n"),
                StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(ask("GET /readyz"), StartsWith("HTTP/1.1 200 "));
    pages.set_token("another-one-of-many");
    EXPECT_THAT(ask("GET /metrics", "Authorization: Bearer a-token-of-many-letters\r\n"),
                StartsWith("HTTP/1.1 401 "));
}

TEST(TokenFileTest, TheTokenIsItsFirstLine) {
    std::string name = testing::TempDir() + "/boshcm-token-" + std::to_string(::getpid());
    auto read = [&](std::string_view content) {
        std::ofstream(name) << content;
        return admin::token_in(name);
    };
    EXPECT_EQ(read("0123456789abcdef\nsecond"), "0123456789abcdef");
    EXPECT_EQ(read("  0123456789abcdef \r\n"), "0123456789abcdef");
    EXPECT_FALSE(read(""));
    EXPECT_FALSE(read("0123456789abcde\n"));
    EXPECT_FALSE(read("0123456789 abcdef\n"));
    EXPECT_FALSE(read("\n0123456789abcdef\n"));
    std::remove(name.c_str());
    EXPECT_FALSE(admin::token_in(name));
}

TEST(DefaultSocketTest, IsInTheDirectoryThatTheServiceWasGiven) {
    ::setenv("RUNTIME_DIRECTORY", "/run/boshcm:/run/other", 1);
    EXPECT_EQ(admin::default_socket(), "/run/boshcm/admin.sock");
    ::setenv("RUNTIME_DIRECTORY", "relative", 1);
    EXPECT_EQ(admin::default_socket(), "");
    ::unsetenv("RUNTIME_DIRECTORY");
    EXPECT_EQ(admin::default_socket(), "");
}

} // namespace
