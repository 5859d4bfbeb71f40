// POSTs to a server that is bytes of the test's own. HTTPS and HTTP/2 are for the end-to-end tests.
// Rows: -
#include "net/web_address.h"
#include "net/web_client.h"
#include "tests/net/fake_resolver.h"
#include "tests/net/loop_fixture.h"

#include <gmock/gmock.h>

#include <optional>

namespace {

using Family = net::Address::Family;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kOk = "HTTP/1.1 204 No Content\r\n\r\n";

const char* refuse_loopback(const net::Address& address) {
    return address.is_loopback() ? "loopback addresses are refused" : nullptr;
}

class WebClientTest : public tests::LoopTest {
protected:
    using Rule = std::function<const char*(const net::Address&)>;

    std::string url(const std::string& host = "127.0.0.1", const char* path = "/hook") {
        return "http://" + host + ":" + std::to_string(server->local().port) + path;
    }
    net::WebClient& client_for(const std::string& target, Rule refusal = {},
                               base::Duration timeout = 10s) {
        client.emplace(loop, resolver,
                       net::WebClient::Options{.url = target,
                                               .timeout = timeout,
                                               .connections = 2,
                                               .refusal = std::move(refusal)});
        return *client;
    }
    void post(std::string body = "{}") {
        exchanges.push_back(
            client->post({"Content-Type: application/json", "webhook-id: msg_1"}, std::move(body),
                         [this](const net::WebAnswer& answer) { answers.push_back(answer); }));
    }
    // What has come over the `index`th connection, when it is that many requests.
    std::string request(size_t index, size_t count = 1) {
        EXPECT_TRUE(run_until([&] {
            if (records.size() <= index) return false;
            size_t found = 0;
            const std::string& all = records[index]->received;
            for (size_t at = 0; (at = all.find("{}", at)) != std::string::npos; ++at) ++found;
            return found == count;
        }));
        return records[index]->received;
    }
    void reply(size_t index, std::string_view text) {
        accepted[index]->write(base::SliceChain(base::Slice::copy(pool, text)));
    }
    net::WebAnswer answer(size_t count = 1) {
        EXPECT_TRUE(run_until([&] { return answers.size() == count; }));
        return answers.empty() ? net::WebAnswer{} : answers.back();
    }

    tests::FakeResolver resolver;
    std::unique_ptr<net::TcpListener> server = listen();
    std::optional<net::WebClient> client;
    std::vector<std::unique_ptr<net::WebClient::Exchange>> exchanges;
    std::vector<net::WebAnswer> answers;

    void TearDown() override {
        exchanges.clear();
        client.reset();
    }
};

TEST_F(WebClientTest, PostsABodyWithItsFields) {
    client_for(url());
    post();
    std::string seen = request(0);
    EXPECT_THAT(seen, StartsWith("POST /hook HTTP/1.1\r\nHost: 127.0.0.1:"));
    EXPECT_THAT(seen, HasSubstr("\r\nContent-Type: application/json\r\nwebhook-id: msg_1\r\n"));
    EXPECT_THAT(seen, HasSubstr("\r\nContent-Length: 2\r\n"));
    EXPECT_EQ(seen.find("Expect"), std::string::npos);
    reply(0, kOk);
    EXPECT_EQ(answer().status, 204);
    EXPECT_EQ(answer().failure, "");
}

TEST_F(WebClientTest, UsesAConnectionAgain) {
    client_for(url());
    for (size_t count = 1; count <= 3; ++count) {
        post();
        static_cast<void>(request(0, count));
        reply(0, kOk);
        EXPECT_EQ(answer(count).status, 204);
    }
    EXPECT_EQ(accepted.size(), 1U);
}

TEST_F(WebClientTest, HasNoMoreConnectionsThanAllowed) {
    client_for(url());
    for (int i = 0; i < 5; ++i) post();
    static_cast<void>(request(0));
    static_cast<void>(request(1));
    run_for(100ms);
    EXPECT_EQ(accepted.size(), 2U);
}

TEST_F(WebClientTest, ConnectsToWhatTheResolverFound) {
    client_for(url("hooks.example"));
    post();
    EXPECT_EQ(resolver.host(), "hooks.example");
    resolver.answer(Family::V6, net::DnsOutcome::NoData);
    resolver.answer(Family::V4, {"127.0.0.1"});
    EXPECT_THAT(request(0), HasSubstr("\r\nHost: hooks.example:"));
    reply(0, kOk);
    EXPECT_EQ(answer().status, 204);
}

TEST_F(WebClientTest, ShowsEveryAddressToTheRule) {
    client_for(url(), refuse_loopback);
    post();
    EXPECT_EQ(answer().failure, "loopback addresses are refused");
    EXPECT_EQ(answer().status, 0);
    // However it is written: libcurl takes all of these for 127.0.0.1.
    for (const char* host : {"2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]", "[::1]"}) {
        size_t before = answers.size();
        client_for(url(host), refuse_loopback);
        post();
        EXPECT_EQ(answer(before + 1).failure, "loopback addresses are refused") << host;
        exchanges.clear();
    }
    EXPECT_TRUE(accepted.empty());
}

TEST_F(WebClientTest, ShowsTheRuleWhatANameLeadsTo) {
    client_for(url("hooks.example"), refuse_loopback);
    post();
    resolver.answer(Family::V6, {"::1"});
    resolver.answer(Family::V4, {"127.0.0.1", "127.0.0.2"});
    EXPECT_EQ(answer().failure, "hooks.example leads nowhere else: loopback addresses are refused");
    EXPECT_TRUE(accepted.empty());
}

TEST_F(WebClientTest, PassesOverWhatTheRuleRefuses) {
    client_for(url("hooks.example"), [](const net::Address& address) {
        return address.host() == "127.0.0.1" ? nullptr : "refused";
    });
    post();
    resolver.answer(Family::V6, {"::1"});
    resolver.answer(Family::V4, {"127.0.0.2", "127.0.0.1"});
    static_cast<void>(request(0));
    EXPECT_EQ(accepted[0]->local().host(), "127.0.0.1");
}

TEST_F(WebClientTest, AsksTheNameAnewForEachPost) {
    client_for(url("hooks.example"));
    post();
    resolver.answer(Family::V6, net::DnsOutcome::NoName);
    resolver.answer(Family::V4, net::DnsOutcome::NoName);
    EXPECT_EQ(answer().failure, "the name hooks.example was not found");
    post();
    resolver.answer(Family::V6, net::DnsOutcome::NoData);
    resolver.answer(Family::V4, {"127.0.0.1"});
    static_cast<void>(request(0));
    EXPECT_EQ(resolver.asked(), 2U);
}

TEST_F(WebClientTest, FollowsNoRedirect) {
    client_for(url());
    post();
    static_cast<void>(request(0));
    reply(0,
          "HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(answer().status, 307);
    run_for(50ms);
    EXPECT_EQ(records[0]->received.find("/elsewhere"), std::string::npos);
    EXPECT_EQ(accepted.size(), 1U);
}

TEST_F(WebClientTest, TellsWhenToComeAgain) {
    client_for(url());
    post();
    static_cast<void>(request(0));
    reply(0, "HTTP/1.1 503 Busy\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(answer().status, 503);
    EXPECT_EQ(answer().retry_after, std::chrono::seconds(17));
}

TEST_F(WebClientTest, WaitsNoLongerThanAllowed) {
    client_for(url(), {}, 100ms);
    post();
    EXPECT_THAT(answer().failure, HasSubstr("timed out"));
    client_for(url("hooks.example"), {}, 100ms);
    post();
    EXPECT_EQ(answer(2).failure, "the name hooks.example was not found in time");
    EXPECT_FALSE(resolver.is_asked());
}

TEST_F(WebClientTest, TellsThatNobodyListens) {
    client_for(url());
    server.reset();
    post();
    EXPECT_EQ(answer().status, 0);
    EXPECT_NE(answer().failure, "");
}

TEST_F(WebClientTest, TakesAnAnswerThatNeverEndsByItsStatus) {
    client_for(url());
    post();
    static_cast<void>(request(0));
    reply(0, "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + std::string(200'000, 'x'));
    EXPECT_EQ(answer().status, 200);
    EXPECT_TRUE(run_until([&] { return records[0]->closed == 1; }));
}

TEST_F(WebClientTest, AnExchangeThatIsGoneIsToldNothing) {
    client_for(url());
    post();
    static_cast<void>(request(0));
    exchanges.clear();
    EXPECT_TRUE(run_until([&] { return records[0]->closed == 1; }));
    EXPECT_TRUE(answers.empty());
}

TEST_F(WebClientTest, AnExchangeMayEndInItsOwnCallback) {
    client_for(url());
    bool told = false;
    std::unique_ptr<net::WebClient::Exchange> exchange;
    exchange = client->post({}, "{}", [&](const net::WebAnswer&) {
        exchange.reset();
        told = true;
    });
    static_cast<void>(request(0));
    reply(0, kOk);
    EXPECT_TRUE(run_until([&] { return told; }));
}

TEST(WebAddressTest, ReadsUrlsAsTheClientDoes) {
    auto parsed = net::WebAddress::parse("https://hooks.example/a?b=c");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->host, "hooks.example");
    EXPECT_EQ(parsed->port, 443);
    EXPECT_TRUE(parsed->encrypted);
    parsed = net::WebAddress::parse("http://[::1]:8080/");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->host, "::1");
    EXPECT_EQ(parsed->port, 8080);
    EXPECT_FALSE(parsed->encrypted);
    EXPECT_EQ(net::WebAddress::parse("http://0x7f.1/")->host, "127.0.0.1");
    for (const char* url : {"", "hooks.example", "ftp://a/", "https://", "https://u:p@a.example/",
                            "https://a.example:99999/", "https://a.example./"}) {
        EXPECT_FALSE(net::WebAddress::parse(url)) << url;
    }
}

} // namespace
