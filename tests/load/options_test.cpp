// Rows: -
#include "bench/load/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace load {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

auto parsed(std::vector<const char*> words) {
    words.insert(words.begin(), "boshcm-load");
    return parse_options(static_cast<int>(words.size()), words.data());
}

TEST(LoadOptions, AreReadWhole) {
    auto result = parsed({"rate",       "ws://chat.example:81/ws",
                          "-n",         "7",
                          "--rate",     "12.5",
                          "--text",     "9",
                          "--warm-up",  "500ms",
                          "--time",     "3s",
                          "--domain",   "example",
                          "--user",     "u%d",
                          "--password", "p",
                          "--first",    "100",
                          "--at-once",  "3",
                          "--patience", "4s",
                          "--count",    "50",
                          "--wait",     "30",
                          "--watch",    "cm=17",
                          "--watch",    "server=18",
                          "--json",     "-",
                          "--source",   "127.0.0.2",
                          "--http2"});
    const auto& options = std::get<Options>(result);
    EXPECT_EQ(options.scenario.kind, ScenarioKind::Rate);
    EXPECT_EQ(options.scenario.per_second, 12.5);
    EXPECT_EQ(options.scenario.text_bytes, 9U);
    EXPECT_EQ(options.url.transport, TransportKind::WebSocket);
    EXPECT_EQ(options.url.authority(), "chat.example:81");
    EXPECT_EQ(options.url.path, "/ws");
    EXPECT_EQ(options.domain, "example");
    EXPECT_EQ(options.sessions, 7U);
    EXPECT_EQ(options.logins_at_once, 3U);
    EXPECT_EQ(options.account.of(5).user, "u105");
    EXPECT_EQ(options.account.of(5).password, "p");
    EXPECT_EQ(options.warm_up, 500ms);
    EXPECT_EQ(options.time, 3s);
    EXPECT_EQ(options.patience, 4s);
    EXPECT_EQ(options.count, 50U);
    EXPECT_EQ(options.wait_seconds, 30U);
    ASSERT_EQ(options.watched.size(), 2U);
    EXPECT_EQ(options.watched[1].name, "server");
    EXPECT_EQ(options.watched[1].pid, 18);
    EXPECT_EQ(options.json_file, "-");
    EXPECT_EQ(options.sources, std::vector<std::string>{"127.0.0.2"});
    EXPECT_TRUE(options.http2);
}

TEST(LoadOptions, WithoutAnAccountClientsAreGuestsAtTheUrlsHost) {
    auto result = parsed({"echo", "tcp://example.org"});
    const auto& options = std::get<Options>(result);
    EXPECT_EQ(options.domain, "example.org");
    EXPECT_EQ(options.url.port, 5222);
    EXPECT_EQ(options.account.of(1).user, "");
}

TEST(LoadOptions, AServerIsExpectedToBeTheUrlsHostUnlessAnotherNameIsGiven) {
    auto plain = parsed({"echo", "https://chat.example:5281/b", "--ca", "/dev/null"});
    EXPECT_EQ(std::get<Options>(plain).tls.server_name, "chat.example");
    EXPECT_EQ(std::get<Options>(plain).tls.ca_file, "/dev/null");
    EXPECT_FALSE(std::get<Options>(plain).tls.insecure);
    EXPECT_FALSE(std::get<Options>(plain).tls.resume);
    EXPECT_FALSE(std::get<Options>(plain).http2);

    auto named = parsed(
        {"echo", "wss://127.0.0.1/", "--server-name", "chat.example", "--insecure", "--resume"});
    EXPECT_EQ(std::get<Options>(named).tls.server_name, "chat.example");
    EXPECT_TRUE(std::get<Options>(named).tls.insecure);
    EXPECT_TRUE(std::get<Options>(named).tls.resume);
}

TEST(LoadOptions, WhatIsWrongIsSaid) {
    auto fault = [](std::vector<const char*> words) {
        auto result = parsed(std::move(words));
        auto* found = std::get_if<UsageFault>(&result);
        return found == nullptr ? "no fault" : found->text;
    };
    EXPECT_THAT(fault({}), HasSubstr("required"));
    EXPECT_THAT(fault({"sing", "tcp://a"}), HasSubstr("sing"));
    EXPECT_THAT(fault({"echo", "ftp://a"}),
                HasSubstr("not http://, https://, ws://, wss:// or tcp://"));
    EXPECT_THAT(fault({"echo", "https://a", "--ca", "/no/such.pem"}), HasSubstr("does not exist"));
    EXPECT_THAT(fault({"echo", "https://a", "--ca", "/dev/null", "--insecure"}),
                HasSubstr("excludes"));
    EXPECT_THAT(fault({"echo", "tcp://a", "--time", "soon"}), HasSubstr("not a duration"));
    EXPECT_THAT(fault({"echo", "tcp://a", "--watch", "cm"}), HasSubstr("not a name and a process"));
    EXPECT_THAT(fault({"echo", "tcp://a", "--watch", "cm=-3"}),
                HasSubstr("not a name and a process"));
    EXPECT_THAT(fault({"echo", "tcp://a", "--password", "p"}), HasSubstr("--user"));
    EXPECT_THAT(fault({"echo", "tcp://a", "--source", "here"}), HasSubstr("not an address"));
    EXPECT_THAT(fault({"fan-out", "tcp://a", "-n", "1"}), HasSubstr("two sessions"));
    EXPECT_THAT(fault({"handshakes", "http://a"}), HasSubstr("by https://"));
    EXPECT_THAT(fault({"echo", "tcp://a", "--http2"}), HasSubstr("no HTTP in tcp://"));
}

TEST(LoadUrl, IsTakenApart) {
    auto url = Url::parse("http://[::1]:5280/http-bind");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "[::1]");
    EXPECT_EQ(url->port, 5280);
    EXPECT_EQ(url->path, "/http-bind");
    EXPECT_EQ(Url::parse("ws://a")->path, "/");
    EXPECT_EQ(Url::parse("ws://a")->port, 80);
    EXPECT_FALSE(Url::parse("ws://a")->tls);
    for (auto [text, transport] : {std::pair("https://a/b", TransportKind::Bosh),
                                   std::pair("wss://a/b", TransportKind::WebSocket)}) {
        auto secured = Url::parse(text);
        ASSERT_TRUE(secured) << text;
        EXPECT_TRUE(secured->tls);
        EXPECT_EQ(secured->transport, transport);
        EXPECT_EQ(secured->port, 443);
        EXPECT_EQ(secured->path, "/b");
    }
    for (const char* bad : {"", "a", "http://", "http://:80/", "http://a:x/", "http://a:0/",
                            "http://a:70000/", "ftp://a/"}) {
        EXPECT_FALSE(Url::parse(bad)) << bad;
    }
}

} // namespace
} // namespace load
