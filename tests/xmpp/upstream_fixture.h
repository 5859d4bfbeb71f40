// UpstreamStreamTest — a stream between a session that writes down what it sees and a server that
// the test plays.
#pragma once

#include "tests/support/fake_connector.h"
#include "tests/support/fake_resolver.h"
#include "tests/support/fake_securing.h"
#include "tests/support/test_env.h"
#include "xmpp/relay_factory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tests {

inline constexpr std::string_view kOurHeader =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' to='example.org' version='1.0'>";
inline constexpr std::string_view kHeader =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' from='example.org' id='s1' version='1.0'>";
inline constexpr std::string_view kFeatures =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";
inline constexpr std::string_view kFeaturesEvent =
    "features <stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
    "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";
inline constexpr std::string_view kEndTag = "</stream:stream>";

inline std::string operator+(std::string_view left, std::string_view right) {
    return std::string(left).append(right);
}

// What a session would see, one line an event.
class Session final : public xmpp::UpstreamListener {
public:
    void on_stream_opened(const xmpp::StreamOpened& header) override {
        seen(std::string("opened id=") + header.id + " version=" + header.version +
             " lang=" + header.lang);
    }
    void on_stanza(xmpp::Stanza stanza) override {
        constexpr std::string_view kKinds[] = {"message",  "presence", "iq",
                                               "features", "error",    "other"};
        seen(kKinds[static_cast<size_t>(stanza.kind)] + " " + stanza.bytes.view());
    }
    void on_batch_end() override { seen("batch"); }
    void on_upstream_drained() override { seen("drained"); }
    void on_upstream_ended(xmpp::UpstreamEnd end, base::Error why) override {
        constexpr std::string_view kEnds[] = {"connect-failed", "lost",   "bad-stream",
                                              "stream-error",   "closed", "too-large"};
        reason = why;
        seen("ended " + kEnds[static_cast<size_t>(end)]);
    }
    std::vector<std::string> take() { return std::exchange(events, {}); }

    std::vector<std::string> events;
    base::Error reason{};
    std::function<void(std::string_view)> react; // called inside each callback

private:
    void seen(const std::string& event) {
        events.push_back(event);
        if (react) {
            react(event);
        }
    }
};

class UpstreamStreamTest : public testing::Test {
protected:
    // In clear, so that what the stream does can be read.
    static xmpp::ServerTerms in_clear() { return {.tls = xmpp::ServerTls::None}; }
    static xmpp::DomainServers plain_servers() {
        return {.servers = {{.host = "xmpp.example.org", .port = 5222, .terms = in_clear()}},
                .routes = {{.host = "other.example.org", .port = 15222, .terms = in_clear()}}};
    }

    explicit UpstreamStreamTest(xmpp::UpstreamSettings settings = {},
                                xmpp::DomainServers servers = plain_servers())
        : factory(test.env(),
                  {.connector = connector,
                   .resolver = resolver,
                   .securing = securing,
                   .chance = [](uint32_t) { return 0U; }},
                  check, {.connect = {.pace = {.burst = 100'000}}, .stream = settings}) {
        factory.serve({.listed = {{"example.org", std::move(servers)}}, .foreign = {}});
    }

    void connect() {
        upstream = factory.create("example.org", xmpp::kOwnServer, session);
        ASSERT_NE(upstream, nullptr);
        upstream->open(parameters);
        server = connector.succeed();
        EXPECT_EQ(server->take_received(), kOurHeader);
    }
    // Connected, with features; nothing of it is left in events.
    void open() {
        connect();
        say(kHeader + kFeatures);
        EXPECT_THAT(session.take(), testing::ElementsAre(
                                        "opened id=s1 version=1.0 lang=", kFeaturesEvent, "batch"));
    }
    // Open, and logged in by a restart.
    void log_in() {
        open();
        upstream->restart(parameters);
        say(kHeader + kFeatures);
        (void)heard();
        session.take();
    }
    void say(std::string_view bytes) {
        server->send(bytes);
        server->pump();
    }
    void send(std::string_view bytes) {
        upstream->send(base::SliceChain(base::Slice::copy(test.pool, bytes)));
        server->pump();
    }
    std::string heard() { return server->take_received(); }

    xmpp::StreamParameters parameters{.to = "example.org", .from = "", .lang = ""};
    tests::TestEnv test;
    tests::FakeConnector connector;
    tests::FakeResolver resolver;
    tests::FakeSecuring securing;
    xmpp::XmlCheck check;
    Session session;
    xmpp::RelayFactory factory;
    std::unique_ptr<xmpp::Upstream> upstream;
    std::optional<tests::MemoryPeer> server;
};

} // namespace tests
