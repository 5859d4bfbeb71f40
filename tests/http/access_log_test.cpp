// What is written down of requests, and what is not.
#include "tests/http/h2_peer.h"
#include "tests/http/server_fixture.h"

#include <filesystem>
#include <fstream>

namespace http {
namespace {

using testing::HasSubstr;

class AccessLogTest : public ServerFixture {
protected:
    AccessLogTest() {
        std::string folder = (std::filesystem::temp_directory_path() / "boshcm-XXXXXX").string();
        folder_ = ::mkdtemp(folder.data());
        auto opened = base::Log::to_file(file(), base::Level::Info, base::LogFormat::Text);
        EXPECT_TRUE(opened);
        log_.emplace(std::move(*opened));
        access_.emplace(*log_, env_.clock);
    }
    ~AccessLogTest() override { std::filesystem::remove_all(folder_); }
    void SetUp() override {
        start({}, {.log = &*access_});
        server_->add_route({.path = "/session",
                            .handler = &handler_,
                            .allow = "POST",
                            .session_of = [](base::ByteView body) { return body.substr(0, 20); }});
    }

    MemoryPeer client() { return connect({.peer = *net::Address::parse("192.0.2.7", 40'000)}); }
    // All lines, without time and level, after the end of everything.
    std::vector<std::string> lines() {
        server_.reset();
        access_.reset();
        log_.reset();
        std::ifstream in(file());
        std::vector<std::string> read;
        for (std::string line; std::getline(in, line);)
            read.push_back(line.substr(line.find("http")));
        return read;
    }

private:
    [[nodiscard]] std::string file() const { return folder_ + "/access.log"; }

    std::string folder_;
    std::optional<base::Log> log_;
    std::optional<AccessLog> access_;
};

// Rows: S-002, S-032
TEST_F(AccessLogTest, HasALineForEachRequestAndNothingThatIsSecret) {
    MemoryPeer peer = client();
    send(peer, post("/session?token=s3cret", "0123456789abcdef password",
                    "Authorization: Basic c2VjcmV0\r\n"));
    advance(1500ms, peer);
    ASSERT_TRUE(answer(0, "four"));
    settle(peer);
    auto written = lines();
    ASSERT_EQ(written.size(), 1U);
    EXPECT_EQ(written[0], "http.request address=192.0.2.7 method=POST path=/session status=200 "
                          "bytes=4 ms=1500 sid=01234567");
}

// Rows: -
TEST_F(AccessLogTest, IsInTheOrderOfAnswersAndTellsRefusalsToo) {
    MemoryPeer peer = client();
    send(peer, post("/plain", "one") + post("/plain", "two"));
    ASSERT_TRUE(answer(1, "later"));
    ASSERT_TRUE(answer(0, "1st"));
    settle(peer);
    MemoryPeer other = client();
    send(other, "GET /bosh HTTP/1.1\r\nHost: h\r\n\r\n");
    send(other, "GET /no%20where HTTP/1.1\r\nHost: h\r\n\r\n");
    auto written = lines();
    ASSERT_EQ(written.size(), 4U);
    EXPECT_THAT(written[0], HasSubstr("path=/plain status=200 bytes=3 ms=0 sid=\"\""));
    EXPECT_THAT(written[1], HasSubstr("path=/plain status=200 bytes=5"));
    EXPECT_THAT(written[2], HasSubstr("method=GET path=/bosh status=405"));
    EXPECT_THAT(written[3], HasSubstr("path=\"/no where\" status=404"));
}

// Rows: -
TEST_F(AccessLogTest, TellsWhoHasGoneBeforeTheAnswer) {
    MemoryPeer peer = client();
    send(peer, post("/bosh", "x"));
    peer.reset();
    settle(peer);
    auto written = lines();
    ASSERT_EQ(written.size(), 1U);
    EXPECT_THAT(written[0], HasSubstr("path=/bosh status=0 bytes=0"));
}

// Rows: -
TEST_F(AccessLogTest, IsTheSameOverHttp2) {
    MemoryPeer peer;
    server_->accept(peer.open(), {.peer = *net::Address::parse("2001:db8::7", 1)}, Protocol::Http2);
    tests::H2Peer client(peer, [this, &peer] { settle(peer); });
    client.post("/session", "0123456789 more");
    client.request(
        {{":method", "GET"}, {":scheme", "https"}, {":authority", "h"}, {":path", "/x"}});
    client.exchange();
    ASSERT_TRUE(answer(0, "four"));
    client.exchange();
    auto written = lines();
    ASSERT_EQ(written.size(), 2U);
    EXPECT_THAT(written[0], HasSubstr("address=2001:db8::7 method=GET path=/x status=404"));
    EXPECT_THAT(written[1], HasSubstr("method=POST path=/session status=200 bytes=4 ms=0 "
                                      "sid=01234567"));
}

} // namespace
} // namespace http
