// Clients of BOSH and WebSocket over HTTP/2, against a manager that the test plays.
// Rows: -
#include "bench/load/bosh_stream.h"
#include "bench/load/websocket_stream.h"
#include "tests/load/http2_manager.h"
#include "tests/support/fake_connector.h"
#include "tests/support/test_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace load {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using tests::Http2Manager;

class Http2Test : public testing::Test, protected ClientStreamListener {
protected:
    void on_element(base::ByteView element) override { elements_.emplace_back(element); }
    void on_stream_end(std::string_view fault) override { ends_.emplace_back(fault); }

    tests::FakeConnector connector_;
    tests::TestEnv test_env_;
    base::Env env_ = test_env_.env();
    base::SlicePool pool_{1024UL * 1024};
    StreamContext context_{.env = env_,
                           .connector = connector_,
                           .target = {.host = "127.0.0.1", .port = 5280},
                           .host = "127.0.0.1:5280",
                           .path = "/there",
                           .domain = "a.example",
                           .http2 = true};
    std::vector<std::string> elements_;
    std::vector<std::string> ends_;
};

class Http2BoshTest : public Http2Test {
protected:
    // A session, and a request that is held: the second stream.
    std::unique_ptr<Http2Manager> created() {
        stream_.open();
        auto manager = std::make_unique<Http2Manager>(connector_.succeed(), pool_);
        manager->exchange();
        manager->answer(1, "<body sid='S'/>");
        manager->exchange();
        EXPECT_THAT(manager->asked(), ElementsAre(1, 3));
        return manager;
    }

    BoshStream stream_{context_, *this};
};

TEST_F(Http2BoshTest, AllRequestsShareOneConnection) {
    auto manager = created();
    EXPECT_EQ(manager->path(), "/there");
    EXPECT_THAT(manager->body(1), HasSubstr(" to='a.example'"));
    stream_.send("<a/>");
    stream_.flush();
    manager->exchange();
    EXPECT_THAT(manager->body(5), HasSubstr(" sid='S'><a/></body>"));
    manager->answer(3, "<body><b/></body>");
    manager->exchange();
    EXPECT_THAT(elements_, ElementsAre("<b/>"));
    EXPECT_THAT(manager->asked(), ElementsAre(1, 3, 5)); // the newer one is held
    EXPECT_EQ(connector_.attempts(), 1U);
    EXPECT_EQ(context_.traffic.requests, 3U);
    EXPECT_THAT(ends_, IsEmpty());
}

TEST_F(Http2BoshTest, AnswersThatComeTogetherAreReadInTheOrderOfAsking) {
    auto manager = created();
    manager->answer(3, "<body/>"); // the next request takes the first place again
    stream_.send("<a/>");
    stream_.flush();
    manager->exchange();
    ASSERT_THAT(manager->asked(), SizeIs(3));
    stream_.send("<b/>");
    stream_.flush();
    manager->exchange();
    ASSERT_THAT(manager->asked(), ElementsAre(1, 3, 5, 7));
    manager->answer(7, "<body><second/></body>");
    manager->answer(5, "<body><first/></body>");
    manager->exchange();
    EXPECT_THAT(elements_, ElementsAre("<first/>", "<second/>"));
}

TEST_F(Http2BoshTest, WhatIsLongPassesTheWindows) {
    auto manager = created();
    std::string stanza = "<a>" + std::string(60'000, 'x') + "</a>";
    for (Http2Manager::Stream stream : {5, 7}) { // together more than a connection lets through
        stream_.send(stanza);
        stream_.flush();
        manager->exchange();
        EXPECT_EQ(manager->body(stream).size(), manager->body(3).size() + stanza.size() + 6);
        std::string answer = "<b>" + std::string(100'000, 'y') + "</b>";
        manager->answer(stream - 2, "<body>" + answer + "</body>");
        manager->exchange();
        ASSERT_THAT(elements_, testing::Not(IsEmpty()));
        EXPECT_EQ(elements_.back().size(), answer.size());
    }
    EXPECT_THAT(ends_, IsEmpty());
}

TEST_F(Http2BoshTest, AConnectionThatWasGoneIsDialledAgainWithTheSameRequests) {
    auto manager = created();
    stream_.send("<a/>");
    stream_.flush();
    manager->exchange();
    std::string held = manager->body(3);
    std::string said = manager->body(5);
    manager->peer().end();
    manager->peer().pump();
    auto again = std::make_unique<Http2Manager>(connector_.succeed(), pool_);
    again->exchange();
    EXPECT_THAT(again->asked(), ElementsAre(1, 3));
    EXPECT_EQ(again->body(1), held);
    EXPECT_EQ(again->body(3), said);
    again->peer().end(); // a new connection that breaks is a fault
    again->peer().pump();
    EXPECT_THAT(ends_, ElementsAre(StartsWith("connection-lost: ")));
}

TEST_F(Http2BoshTest, AServerThatIsWindingDownIsLeftWhenItHasAnswered) {
    auto manager = created();
    manager->wind_down();
    manager->exchange();
    stream_.send("<a/>");
    stream_.flush();
    manager->exchange();
    EXPECT_THAT(manager->asked(), ElementsAre(1, 3));
    EXPECT_EQ(connector_.attempts(), 1U);
    manager->answer(3, "<body/>");
    manager->exchange();
    EXPECT_TRUE(manager->peer().saw_end());
    Http2Manager other(connector_.succeed(), pool_);
    other.exchange();
    EXPECT_THAT(other.body(1), HasSubstr("<a/>"));
    EXPECT_THAT(ends_, IsEmpty());
}

TEST_F(Http2BoshTest, ARequestThatAServerDidNotTakeBeforeItsEndIsAskedElsewhere) {
    auto manager = created();
    manager->wind_down(); // it is not known yet here
    stream_.send("<a/>");
    stream_.flush();
    manager->answer(3, "<body/>");
    manager->exchange();
    Http2Manager other(connector_.succeed(), pool_);
    other.exchange();
    EXPECT_THAT(other.body(1), HasSubstr("<a/>"));
    EXPECT_THAT(ends_, IsEmpty());
}

TEST_F(Http2BoshTest, FaultsAreToldByTheirWords) {
    struct Case {
        std::function<void(Http2Manager&)> happens;
        const char* fault;
    };
    for (const Case& each : {
             Case{[](auto& manager) { manager.answer(3, "", 429); }, "http 429"},
             Case{[](auto& manager) { manager.reset(3); }, "http2-stream-reset"},
             Case{[](auto& manager) { manager.peer().send("HTTP/1.1 400 Bad Request\r\n\r\n"); },
                  "http2-fault"},
         }) {
        ends_.clear();
        BoshStream stream(context_, *this);
        stream.open();
        Http2Manager manager(connector_.succeed(), pool_);
        manager.exchange();
        manager.answer(1, "<body sid='S'/>");
        manager.exchange();
        each.happens(manager);
        manager.exchange();
        EXPECT_THAT(ends_, ElementsAre(each.fault));
        test_env_.turn();
    }
}

class Http2WebSocketTest : public Http2Test {
protected:
    // Frames of a server: no mask, short texts.
    static std::string frame(std::string_view text) {
        return std::string("\x81").append(1, static_cast<char>(text.size())).append(text);
    }

    WebSocketStream stream_{context_, *this};
};

TEST_F(Http2WebSocketTest, TheStreamIsOpenedWhenTheServerHasOfferedAndAccepted) {
    stream_.open();
    Http2Manager manager(connector_.succeed(), pool_, true);
    manager.exchange();
    ASSERT_THAT(manager.asked(), ElementsAre(1));
    EXPECT_EQ(manager.path(), "/there");
    EXPECT_THAT(manager.body(1), IsEmpty());
    manager.accept_tunnel(1);
    manager.exchange();
    size_t opened = manager.body(1).size();
    EXPECT_GT(opened, 0U); // the stream's header, masked
    manager.send(1, frame("<open/>") + frame("<a/>"));
    manager.exchange();
    EXPECT_THAT(elements_, ElementsAre("<a/>"));
    stream_.send("<b/>");
    stream_.flush();
    manager.exchange();
    EXPECT_GT(manager.body(1).size(), opened);
    EXPECT_THAT(ends_, IsEmpty());
}

TEST_F(Http2WebSocketTest, TheEndIsAgreedUpon) {
    stream_.open();
    Http2Manager manager(connector_.succeed(), pool_, true);
    manager.exchange();
    manager.accept_tunnel(1);
    manager.exchange();
    stream_.close();
    manager.send(1, frame("<close/>") + std::string("\x88\0", 2));
    manager.exchange();
    EXPECT_THAT(ends_, ElementsAre(""));
}

TEST_F(Http2WebSocketTest, FaultsAreToldByTheirWords) {
    struct Case {
        bool offered;
        std::function<void(Http2Manager&)> happens;
        const char* fault;
    };
    for (const Case& each : {
             Case{false, [](auto&) {}, "http2-without-websocket"},
             Case{true, [](auto& manager) { manager.answer(1, "", 404); }, "http 404"},
             Case{true, [](auto& manager) { manager.reset(1); },
                  "connect-failed: the stream has ended"},
             Case{true,
                  [](auto& manager) {
                      manager.accept_tunnel(1);
                      manager.end(1);
                  },
                  "connection-lost: the stream has ended"},
         }) {
        ends_.clear();
        WebSocketStream stream(context_, *this);
        stream.open();
        Http2Manager manager(connector_.succeed(), pool_, each.offered);
        manager.exchange();
        each.happens(manager);
        manager.exchange();
        EXPECT_THAT(ends_, ElementsAre(each.fault));
        test_env_.turn();
    }
}

} // namespace
} // namespace load
