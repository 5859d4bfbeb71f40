// Rows: -
#include "admin/console.h"
#include "admin/console_files.h"
#include "tests/support/memory_transport.h"
#include "tests/support/test_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

struct ConsoleTest : testing::Test {
    ConsoleTest() { console.add_routes(server); }

    std::string ask(std::string_view request_line, std::string_view fields = {},
                    std::string_view host = "127.0.0.1:9280") {
        tests::MemoryPeer peer;
        server.accept(peer.open(), {.peer = *net::Address::parse("127.0.0.1", 40'000)});
        peer.send(std::string(request_line) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" +
                  std::string(fields) + "\r\n");
        peer.pump();
        env.turn();
        return peer.take_received();
    }

    tests::TestEnv env;
    admin::AccessRules rules;
    http::Server server{env.env(), {}};
    admin::Console console{rules, server};
};

TEST_F(ConsoleTest, EachFileIsServedAsWhatItIs) {
    for (const admin::ConsoleFile& file : admin::console_files()) {
        std::string answer = ask("GET /console/" + std::string(file.name));
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 ")) << file.name;
        EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: " + std::string(file.type) + "\r\n"));
        EXPECT_THAT(answer, EndsWith("\r\n\r\n" + std::string(file.content)));
    }
    EXPECT_THAT(ask("GET /console/main.mjs"),
                HasSubstr("\r\nContent-Type: text/javascript; charset=utf-8\r\n"));
}

TEST_F(ConsoleTest, AllWaysLeadToTheFirstPage) {
    std::string page = ask("GET /console/");
    EXPECT_THAT(page, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(page, HasSubstr("\r\nContent-Type: text/html; charset=utf-8\r\n"));
    EXPECT_EQ(ask("GET /console/index.html"), page);
    std::string root = ask("GET /");
    EXPECT_THAT(root, StartsWith("HTTP/1.1 302 "));
    EXPECT_THAT(root, HasSubstr("\r\nLocation: /console/\r\n"));
    std::string folder = ask("GET /console");
    EXPECT_THAT(folder, StartsWith("HTTP/1.1 301 "));
    EXPECT_THAT(folder, HasSubstr("\r\nLocation: /console/\r\n"));
}

TEST_F(ConsoleTest, NothingElseIsThere) {
    for (const char* path : {"/console/nothing.mjs", "/console/README.md", "/console/../metrics",
                             "/console/main.mjs/", "/console//main.mjs"}) {
        EXPECT_THAT(ask("GET " + std::string(path)), StartsWith("HTTP/1.1 404 ")) << path;
    }
    std::string posted = ask("POST /console/", "Content-Length: 0\r\n");
    EXPECT_THAT(posted, StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(posted, HasSubstr("\r\nAllow: GET, HEAD, OPTIONS\r\n"));
}

TEST_F(ConsoleTest, ThePolicyLetsNothingInButItsOwnFiles) {
    for (const char* path : {"/console/", "/console/main.mjs", "/console/style.css"}) {
        std::string answer = ask("GET " + std::string(path));
        EXPECT_THAT(answer, HasSubstr("\r\nContent-Security-Policy: default-src 'none'; "
                                      "script-src 'self'; style-src 'self'; img-src 'self'; "
                                      "connect-src 'self'; base-uri 'none'; form-action 'none'; "
                                      "frame-ancestors 'none'; require-trusted-types-for "
                                      "'script'; trusted-types 'none'\r\n"));
        EXPECT_THAT(answer, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
        EXPECT_THAT(answer, HasSubstr("\r\nReferrer-Policy: no-referrer\r\n"));
        EXPECT_THAT(answer, HasSubstr("\r\nCross-Origin-Opener-Policy: same-origin\r\n"));
    }
}

TEST_F(ConsoleTest, WhoHasAFileIsToldSo) {
    std::string answer = ask("GET /console/main.mjs");
    size_t at = answer.find("\r\nETag: ") + 8;
    std::string etag = answer.substr(at, answer.find("\r\n", at) - at);
    EXPECT_THAT(answer, HasSubstr("\r\nCache-Control: no-cache\r\n"));
    for (const std::string& tags : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
        std::string again = ask("GET /console/main.mjs", "If-None-Match: " + tags + "\r\n");
        EXPECT_THAT(again, StartsWith("HTTP/1.1 304 ")) << tags;
        EXPECT_THAT(again, HasSubstr("\r\nETag: " + etag + "\r\n"));
        EXPECT_THAT(again, EndsWith("\r\n\r\n"));
    }
    EXPECT_THAT(ask("GET /console/main.mjs", "If-None-Match: \"other\"\r\n"),
                StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(ask("GET /console/style.css"), Not(HasSubstr(etag)));
}

TEST_F(ConsoleTest, OtherSitesMayNotHaveIt) {
    EXPECT_THAT(ask("GET /console/", "Sec-Fetch-Site: cross-site\r\n"),
                StartsWith("HTTP/1.1 403 "));
    EXPECT_THAT(ask("GET /console/", "Origin: http://evil.example\r\n"),
                StartsWith("HTTP/1.1 403 "));
    EXPECT_THAT(ask("GET /console/", {}, "evil.example"), StartsWith("HTTP/1.1 421 "));
    EXPECT_THAT(ask("GET /console/", "Sec-Fetch-Site: none\r\n", "localhost:8080"),
                StartsWith("HTTP/1.1 200 "));
}

// With it, API calls have to bear it; the files contain nothing.
TEST_F(ConsoleTest, ATokenIsNotWantedForTheFiles) {
    rules = admin::AccessRules("a-token-of-many-letters");
    EXPECT_THAT(ask("GET /console/"), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(ask("GET /"), StartsWith("HTTP/1.1 302 "));
}

// One that was forgotten in meson.build would be missed only by who opens the page.
TEST_F(ConsoleTest, TheProgramBringsAllOfTheFolder) {
    std::set<std::string> there;
    for (const auto& entry : std::filesystem::directory_iterator(CONSOLE_FOLDER)) {
        there.insert(entry.path().filename());
    }
    std::set<std::string> brought;
    for (const admin::ConsoleFile& file : admin::console_files()) brought.emplace(file.name);
    for (const char* other : {"README.md", "meson.build"}) there.erase(other);
    EXPECT_EQ(brought, there);
}

} // namespace
