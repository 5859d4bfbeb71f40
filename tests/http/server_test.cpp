#include "tests/http/server_fixture.h"

namespace http {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ServerTest : public ServerFixture {
protected:
    std::string ask(std::string_view line, std::string_view fields = "") {
        return exchange(std::string(line) + " HTTP/1.1\r\nHost: h\r\n" + std::string(fields) +
                        "\r\n");
    }
};

// Rows: H-001
TEST_F(ServerTest, FindsRoutesWithOrWithoutTheLastSlash) {
    for (std::string_view path :
         {"/bosh", "/bosh/", "/bosh?x", "/%62osh", "/a/../bosh", "/./bosh"}) {
        exchange(post(path, "x"));
    }
    EXPECT_EQ(handler_.held.size(), 6U);
    for (std::string_view path :
         {"/", "/bos", "/bosh2", "/bosh/x", "/BOSH", "//bosh", "/bosh//", "/%2562osh"}) {
        EXPECT_EQ(status_of(exchange(post(path, ""))), 404) << path;
    }
    EXPECT_EQ(handler_.held.size(), 6U);
}

// Rows: H-001
TEST_F(ServerTest, GivesAFolderEverythingBelowIt) {
    exchange(post("/files/a/b.js", ""));
    exchange(post("/files/", ""));
    EXPECT_EQ(handler_.held.size(), 2U);
    std::string answer = ask("GET /files");
    EXPECT_EQ(status_of(answer), 301);
    EXPECT_THAT(answer, HasSubstr("\r\nLocation: /files/\r\n"));
    EXPECT_EQ(status_of(ask("GET /filesx")), 404);
}

// Rows: H-002, H-072
TEST_F(ServerTest, RefusesMethodsWithAllowAndCorsFields) {
    for (std::string_view method : {"GET", "HEAD", "PUT", "DELETE", "TRACE"}) {
        std::string answer = ask(std::string(method) + " /bosh");
        EXPECT_EQ(status_of(answer), 405) << method;
        EXPECT_EQ(count(answer, "Allow: POST, OPTIONS\r\n"), 1U) << method;
        EXPECT_EQ(count(answer, "Access-Control-Allow-Origin: *\r\n"), 1U) << method;
    }
    for (std::string_view method : {"BREW", "post", "PATCH"}) {
        std::string answer = ask(std::string(method) + " /bosh");
        EXPECT_EQ(status_of(answer), 501) << method;
        EXPECT_EQ(count(answer, "Access-Control-Allow-Origin: *\r\n"), 1U) << method;
    }
}

// Rows: H-005
TEST_F(ServerTest, NeitherTunnelsNorEchoes) {
    std::string answer = ask("CONNECT example.org:443");
    EXPECT_EQ(status_of(answer), 405);
    answer = ask("TRACE /", "X-Secret: mellon\r\n");
    EXPECT_EQ(status_of(answer), 405);
    EXPECT_THAT(answer, Not(HasSubstr("mellon")));
}

// Rows: H-004
TEST_F(ServerTest, AnswersOptionsWithoutPreflight) {
    for (std::string_view path : {"*", "/bosh", "/plain"}) {
        std::string answer = ask("OPTIONS " + std::string(path));
        EXPECT_EQ(status_of(answer), 204) << path;
        EXPECT_THAT(answer, HasSubstr("\r\nAllow: ")) << path;
        EXPECT_THAT(answer, Not(HasSubstr("Access-Control-Allow-Methods"))) << path;
    }
    EXPECT_THAT(ask("OPTIONS /bosh"), HasSubstr("Allow: POST, OPTIONS\r\n"));
    EXPECT_EQ(status_of(ask("OPTIONS /nowhere")), 404);
    EXPECT_THAT(handler_.heads, IsEmpty());
}

constexpr std::string_view kPreflight =
    "Origin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n"
    "Access-Control-Request-Headers: content-type\r\n";

// Rows: H-070, H-071
TEST_F(ServerTest, AnswersPreflightsItself) {
    std::string answer = ask("OPTIONS /bosh", kPreflight);
    EXPECT_EQ(status_of(answer), 204);
    EXPECT_EQ(count(answer, "Access-Control-Allow-Origin: "), 1U);
    EXPECT_EQ(count(answer, "Access-Control-Allow-Methods: "), 1U);
    EXPECT_THAT(answer, HasSubstr("Access-Control-Allow-Headers: Content-Type\r\n"));
    EXPECT_THAT(answer, HasSubstr("Access-Control-Max-Age: 86400\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Connection: close")));
    EXPECT_THAT(handler_.heads, IsEmpty());
}

// Rows: H-074, H-078
TEST_F(ServerTest, AllowsNothingWhereThePathHasNoPolicy) {
    EXPECT_THAT(ask("OPTIONS /plain", kPreflight), Not(HasSubstr("Access-Control")));
    EXPECT_THAT(ask("OPTIONS /nowhere", kPreflight), Not(HasSubstr("Access-Control")));
}

// Rows: H-072, H-073, H-075
TEST_F(ServerTest, EchoesTheOriginOnTheAnswerOfAHeldRequest) {
    cors_.allow_credentials = true;
    start({});
    MemoryPeer peer = connect();
    send(peer, post("/bosh", "x", "Origin: https://a.example\r\n"));
    send(peer, post("/bosh", "x"));
    answer(0, "a");
    EXPECT_EQ(count(peer.received(), "Access-Control-Allow-Origin: https://a.example\r\n"), 1U);
    EXPECT_EQ(count(peer.take_received(), "Vary: Origin\r\n"), 1U);
    answer(1, "b");
    EXPECT_THAT(peer.received(), Not(HasSubstr("Access-Control")));
    EXPECT_EQ(count(peer.received(), "Vary: Origin\r\n"), 1U);
}

// Rows: H-072
TEST_F(ServerTest, PutsCorsFieldsOnFaultsInTheBody) {
    std::string answer = exchange(
        "POST /bosh HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nnot a chunk\r\n");
    EXPECT_EQ(status_of(answer), 400);
    EXPECT_EQ(count(answer, "Access-Control-Allow-Origin: *\r\n"), 1U);
}

// Rows: H-077
TEST_F(ServerTest, ServesRequestsWithoutOrigin) {
    cors_.any_origin = false;
    cors_.origins = {"https://a.example"};
    start({});
    exchange(post("/bosh", "x"));
    exchange(post("/bosh", "x", "Origin: https://evil.example\r\n"));
    EXPECT_EQ(handler_.held.size(), 2U);
}

// Rows: H-050
TEST_F(ServerTest, StopsIdleConnectionsNowAndBusyOnesAfterTheirAnswer) {
    MemoryPeer fresh = connect();
    MemoryPeer idle = connect();
    send(idle, post("/bosh", "x"));
    answer(0, "a");
    MemoryPeer busy = connect();
    send(busy, post("/bosh", "x"));
    MemoryPeer reading = connect();
    send(reading, "POST /bosh HTTP/1.1\r\nHost: h\r\nContent-Le");

    server_->stop();
    for (MemoryPeer* peer : {&fresh, &idle, &busy, &reading}) settle(*peer);
    EXPECT_TRUE(fresh.saw_end());
    EXPECT_TRUE(idle.saw_end());
    EXPECT_EQ(server_->connection_count(), 2U);

    answer(1, "b");
    settle(busy);
    EXPECT_THAT(busy.received(), HasSubstr("Connection: close\r\n"));
    EXPECT_TRUE(busy.saw_end());
    send(reading, "ngth: 1\r\n\r\nx");
    answer(2, "c");
    settle(reading);
    EXPECT_TRUE(reading.saw_end());
    EXPECT_EQ(server_->connection_count(), 0U);
    MemoryPeer late = connect();
    EXPECT_TRUE(late.saw_end());
}

// Rows: -
TEST_F(ServerTest, DropsEverythingWhenDestroyed) {
    MemoryPeer peer = connect();
    send(peer,
         post("/bosh", "1") + "POST /bosh HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
    server_.reset();
    EXPECT_FALSE(peer.alive());
    EXPECT_THAT(handler_.lost, IsEmpty());
    EXPECT_EQ(env_.pool.used_bytes(), 0U);
    env_.advance(2h);
}

// Rows: -
TEST_F(ServerTest, GoesOnWithWhatWasAskedWhenItsRouteIsGone) {
    MemoryPeer held = connect();
    send(held, post("/bosh", "x", "Origin: https://a.example\r\n"));
    server_->use({{.path = "/new", .handler = &handler_, .allow = "POST"}});
    EXPECT_EQ(status_of(exchange(post("/bosh", "x"))), 404);
    EXPECT_EQ(status_of(exchange("GET /files/a HTTP/1.1\r\nHost: h\r\n\r\n")), 404);
    exchange(post("/new", "y"));
    ASSERT_EQ(handler_.held.size(), 2U);
    answer(0, "late");
    EXPECT_THAT(held.take_received(), HasSubstr("Access-Control-Allow-Origin: *\r\n"));

    CorsPolicy strict{.any_origin = false};
    server_->use({{.path = "/bosh", .handler = &handler_, .cors = strict, .allow = "POST"}});
    send(held, post("/bosh", "x", "Origin: https://a.example\r\n"));
    answer(2, "again");
    EXPECT_THAT(held.take_received(), Not(HasSubstr("Access-Control-Allow-Origin")));
    EXPECT_EQ(status_of(exchange(post("/new", "y"))), 404);
}

// Rows: -
TEST_F(ServerTest, TakesNewLimitsForConnectionsThatAreThere) {
    MemoryPeer peer = connect();
    std::string long_field = "X: " + std::string(3000, 'x') + "\r\n";
    send(peer, post("/bosh", "x", long_field));
    ASSERT_EQ(handler_.held.size(), 1U);
    answer(0, "a");
    EXPECT_EQ(status_of(peer.take_received()), 200);
    std::vector<std::string> hosts{"chat.example.org"};
    server_->use({.max_head_bytes = 2048}, {.hosts = &hosts});
    send(peer, post("/bosh", "x", long_field));
    EXPECT_EQ(status_of(peer.take_received()), 431);
    EXPECT_EQ(status_of(exchange(post("/bosh", "x"))), 421);
}

} // namespace
} // namespace http
