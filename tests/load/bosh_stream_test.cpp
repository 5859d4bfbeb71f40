// A client of BOSH against a manager that the test plays: what it asks when, and what it makes of
// the answers.
// Rows: -
#include "bench/load/bosh_stream.h"
#include "tests/support/fake_connector.h"
#include "tests/support/test_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

namespace load {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kNamespace = "<body xmlns='http://jabber.org/protocol/httpbind'";

std::string answer(std::string_view body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

class BoshStreamTest : public testing::Test, protected ClientStreamListener {
protected:
    void on_element(base::ByteView element) override {
        elements_.emplace_back(element);
        if (then_) std::exchange(then_, nullptr)();
    }
    void on_stream_end(std::string_view fault) override { ends_.emplace_back(fault); }

    // The bodies of the requests that have come since the last call.
    static std::vector<std::string> requests(tests::MemoryPeer& manager) {
        std::vector<std::string> bodies;
        std::string bytes = manager.take_received();
        for (size_t at = 0; (at = bytes.find("\r\n\r\n", at)) != std::string::npos;) {
            at += 4;
            size_t end = std::min(bytes.find("POST ", at), bytes.size());
            bodies.push_back(bytes.substr(at, end - at));
        }
        return bodies;
    }
    static std::string request(tests::MemoryPeer& manager) {
        auto all = requests(manager);
        return all.size() == 1 ? all.front() : std::to_string(all.size()) + " requests";
    }
    static void reply(tests::MemoryPeer& manager, std::string_view body) {
        manager.send(answer(body));
        manager.pump();
    }
    static std::string rid(uint64_t number) {
        return " rid='" + std::to_string(1'573'741'820 + number) + "'";
    }
    // The first connection, with a session and a request that is held.
    tests::MemoryPeer created() {
        stream_.open();
        tests::MemoryPeer manager = connector_.succeed();
        EXPECT_THAT(request(manager), HasSubstr(rid(0)));
        reply(manager, "<body sid='S' requests='2' hold='1'/>");
        EXPECT_EQ(request(manager), std::string(kNamespace) + rid(1) + " sid='S'/>");
        return manager;
    }

    tests::FakeConnector connector_;
    tests::TestEnv test_env_;
    base::Env env_ = test_env_.env();
    StreamContext context_{.env = env_,
                           .connector = connector_,
                           .target = {.host = "127.0.0.1", .port = 5280},
                           .host = "127.0.0.1:5280",
                           .path = "/http-bind",
                           .domain = "a.example"};
    BoshStream stream_{context_, *this};
    std::vector<std::string> elements_;
    std::vector<std::string> ends_;
    std::function<void()> then_;
};

TEST_F(BoshStreamTest, CreatesASessionAndLetsARequestBeHeld) {
    stream_.open();
    tests::MemoryPeer manager = connector_.succeed();
    std::string head = manager.received();
    EXPECT_THAT(head, testing::StartsWith("POST /http-bind HTTP/1.1\r\nHost: 127.0.0.1:5280\r\n"));
    std::string creation = request(manager);
    EXPECT_THAT(head,
                HasSubstr("\r\nContent-Length: " + std::to_string(creation.size()) + "\r\n\r\n"));
    for (const char* part : {" to='a.example'", " wait='60'", " hold='1'", " ver='1.11'"}) {
        EXPECT_THAT(creation, HasSubstr(part));
    }
    reply(manager, "<body sid='S'><stream:features/></body>");
    EXPECT_THAT(elements_, ElementsAre("<stream:features/>"));
    EXPECT_EQ(request(manager), std::string(kNamespace) + rid(1) + " sid='S'/>");
    EXPECT_EQ(connector_.attempts(), 1U);
    EXPECT_EQ(context_.traffic.requests, 2U);
}

TEST_F(BoshStreamTest, WhatIsSaidGoesByASecondConnectionAndIsHeldInTheFirstOnesPlace) {
    tests::MemoryPeer first = created();
    stream_.send("<a/>");
    stream_.send("<b/>");
    EXPECT_EQ(connector_.attempts(), 1U); // not before flush()
    stream_.flush();
    tests::MemoryPeer second = connector_.succeed();
    EXPECT_EQ(request(second), std::string(kNamespace) + rid(2) + " sid='S'><a/><b/></body>");
    reply(first, "<body/>");
    EXPECT_THAT(requests(first), ElementsAre()); // the other one is held now
    reply(second, "<body><c/></body>");
    EXPECT_THAT(elements_, ElementsAre("<c/>"));
    EXPECT_EQ(request(first), std::string(kNamespace) + rid(3) + " sid='S'/>");
    EXPECT_EQ(connector_.attempts(), 2U);
}

TEST_F(BoshStreamTest, MoreThanTwoAreNeverAskedAtATime) {
    tests::MemoryPeer first = created();
    stream_.send("<a/>");
    stream_.flush();
    tests::MemoryPeer second = connector_.succeed();
    stream_.send("<b/>");
    stream_.flush();
    stream_.send("<c/>");
    stream_.flush();
    EXPECT_EQ(requests(second).size(), 1U);
    EXPECT_EQ(connector_.attempts(), 2U);
    reply(first, "<body/>");
    EXPECT_EQ(request(first), std::string(kNamespace) + rid(3) + " sid='S'><b/><c/></body>");
}

TEST_F(BoshStreamTest, AnAnswerToAnAnswerNeedsNoRequestOfItsOwn) {
    tests::MemoryPeer manager = created();
    then_ = [&] {
        stream_.send("<again/>");
        stream_.flush();
    };
    reply(manager, "<body><a/><b/></body>");
    EXPECT_THAT(elements_, ElementsAre("<a/>", "<b/>"));
    EXPECT_EQ(request(manager), std::string(kNamespace) + rid(2) + " sid='S'><again/></body>");
}

TEST_F(BoshStreamTest, ALongPayloadIsDividedBetweenStanzas) {
    tests::MemoryPeer first = created();
    std::string stanza = "<a>" + std::string(40'000, 'x') + "</a>";
    for (int count = 0; count < 3; ++count) stream_.send(stanza);
    stream_.flush();
    tests::MemoryPeer second = connector_.succeed();
    EXPECT_THAT(request(second), EndsWith(">" + stanza + "</body>"));
    reply(first, "<body/>");
    EXPECT_THAT(request(first), EndsWith(">" + stanza + "</body>"));
    reply(second, "<body/>");
    EXPECT_THAT(request(second), EndsWith(">" + stanza + "</body>"));
}

TEST_F(BoshStreamTest, ARestartIsAskedForOnce) {
    tests::MemoryPeer first = created();
    stream_.restart();
    tests::MemoryPeer second = connector_.succeed();
    EXPECT_THAT(request(second), HasSubstr(" to='a.example' xml:lang='en' xmpp:restart='true' "
                                           "xmlns:xmpp='urn:xmpp:xbosh'/>"));
    reply(first, "<body/>");
    reply(second, "<body/>");
    EXPECT_THAT(request(first), Not(HasSubstr("restart")));
}

TEST_F(BoshStreamTest, AConnectionThatWasGoneIsDialledAgainWithTheSameRequest) {
    tests::MemoryPeer first = created();
    reply(first, "<body/>");
    std::string held = request(first);
    EXPECT_THAT(held, HasSubstr(rid(2)));
    first.end();
    first.pump();
    tests::MemoryPeer again = connector_.succeed();
    EXPECT_EQ(request(again), held);
    again.end(); // a new connection that breaks is a fault
    again.pump();
    EXPECT_THAT(ends_, ElementsAre(testing::StartsWith("connection-lost: ")));
}

TEST_F(BoshStreamTest, AConnectionAtRestMayGo) {
    tests::MemoryPeer first = created();
    stream_.send("<a/>");
    stream_.flush();
    tests::MemoryPeer second = connector_.succeed();
    reply(first, "<body/>");
    first.end();
    first.pump();
    EXPECT_THAT(ends_, ElementsAre());
    EXPECT_EQ(connector_.pending(), 0U);
    stream_.send("<b/>");
    stream_.flush();
    tests::MemoryPeer third = connector_.succeed();
    EXPECT_THAT(request(third), HasSubstr("<b/>"));
}

TEST_F(BoshStreamTest, TheEndIsAskedForAndAwaited) {
    tests::MemoryPeer first = created();
    stream_.close();
    tests::MemoryPeer second = connector_.succeed();
    EXPECT_EQ(request(second), std::string(kNamespace) + rid(2) + " sid='S' type='terminate'/>");
    reply(first, "<body/>");
    EXPECT_THAT(requests(first), ElementsAre()); // no further poll
    EXPECT_THAT(ends_, ElementsAre());
    reply(second, "<body type='terminate'/>");
    EXPECT_THAT(ends_, ElementsAre(""));
    test_env_.turn();
    EXPECT_TRUE(first.saw_end());
    EXPECT_TRUE(second.saw_end());
}

TEST_F(BoshStreamTest, TheEndMayBeSaidInAnOlderAnswer) {
    tests::MemoryPeer first = created();
    stream_.close();
    tests::MemoryPeer second = connector_.succeed();
    reply(first, "<body type='terminate'/>");
    EXPECT_THAT(ends_, ElementsAre());
    reply(second, "<body/>");
    EXPECT_THAT(ends_, ElementsAre(""));
    EXPECT_EQ(context_.traffic.requests, 3U);
}

// As ejabberd does.
TEST_F(BoshStreamTest, TheEndMayHaveAConditionOnceItIsAskedFor) {
    tests::MemoryPeer first = created();
    stream_.close();
    tests::MemoryPeer second = connector_.succeed();
    reply(first, "<body type='terminate' condition='other-request'/>");
    reply(second, "<body type='terminate'/>");
    EXPECT_THAT(ends_, ElementsAre(""));
}

TEST_F(BoshStreamTest, TheEndMayNotBeSaidAtAll) {
    tests::MemoryPeer first = created();
    stream_.close();
    tests::MemoryPeer second = connector_.succeed();
    reply(second, "<body/>");
    EXPECT_THAT(ends_, ElementsAre());
    reply(first, "<body/>");
    EXPECT_THAT(ends_, ElementsAre(""));
    EXPECT_EQ(context_.traffic.requests, 3U);
}

TEST_F(BoshStreamTest, FaultsAreToldByTheirWords) {
    struct Case {
        std::string bytes;
        const char* fault;
    };
    for (const Case& each : {
             Case{answer("<body type='terminate' condition='policy-violation'/>"),
                  "bosh policy-violation"},
             Case{answer("<body type='terminate'/>"), "bosh terminate"},
             Case{answer("<body>x"), "not-well-formed"},
             Case{answer("<body><a></body>"), "not-well-formed"},
             Case{answer("&"), "not-well-formed"},
             Case{"HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n\r\n", "http 429"},
             Case{"HTTP/1.1 200 OK\r\n\r\n", "http-fault"},
             Case{answer("<body/>") + answer("<body/>"), "unasked-answer"},
         }) {
        elements_.clear();
        ends_.clear();
        tests::FakeConnector connector;
        StreamContext context{.env = env_,
                              .connector = connector,
                              .target = {},
                              .host = "h",
                              .path = "/",
                              .domain = "d"};
        BoshStream stream(context, *this);
        stream.open();
        tests::MemoryPeer manager = connector.succeed();
        reply(manager, "<body sid='S'/>");
        manager.send(each.bytes);
        manager.pump();
        EXPECT_THAT(ends_, ElementsAre(each.fault)) << each.bytes;
        test_env_.turn();
    }
}

TEST_F(BoshStreamTest, AManagerThatIsNotThereIsAFault) {
    stream_.open();
    connector_.fail(ECONNREFUSED);
    EXPECT_THAT(ends_, ElementsAre("connect-failed: Connection refused"));
}

} // namespace
} // namespace load
