#include "tests/xmpp/upstream_fixture.h"
#include "xmpp/stream_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using xmpp::condition_for;
using xmpp::Upstream;

// Rows: U-052, U-053, X-030
TEST_F(UpstreamStreamTest, HandsOverAStreamErrorAtAnyMoment) {
    constexpr std::string_view kError =
        "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
        "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>no</text></stream:error>";
    constexpr std::string_view kErrorEvent =
        "error <stream:error xmlns:stream='http://etherx.jabber.org/streams'>"
        "<host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
        "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>no</text></stream:error>";
    connect();
    say(kHeader + kError + kEndTag);
    EXPECT_THAT(session.take(),
                ElementsAre("opened id=s1 version=1.0 lang=", kErrorEvent, "ended stream-error"));
    EXPECT_EQ(session.reason.category, base::Category::Stream);
    EXPECT_EQ(xmpp::to_string(condition_for(session.reason)), "host-unknown");
    EXPECT_EQ(heard(), kEndTag);
    EXPECT_EQ(server->close_mode(), net::CloseMode::Flush);

    log_in();
    say("<message/>" + kError + "<message/>");
    EXPECT_THAT(session.take(), ElementsAre("message <message xmlns='jabber:client'/>", kErrorEvent,
                                            "ended stream-error"));
}

// Rows: U-051, X-032
TEST_F(UpstreamStreamTest, AnswersTheServersClosingTag) {
    open();
    say("<message/>" + kEndTag + "garbage");
    EXPECT_THAT(session.take(),
                ElementsAre("message <message xmlns='jabber:client'/>", "ended closed"));
    EXPECT_EQ(heard(), kEndTag);
    EXPECT_EQ(server->close_mode(), net::CloseMode::Flush);
    send("<message/>");
    EXPECT_EQ(heard(), "");
}

// Rows: X-033, U-057
TEST_F(UpstreamStreamTest, SaysThatTheConnectionIsLost) {
    open();
    say("<message/><mess");
    server->end();
    server->pump();
    EXPECT_THAT(session.take(),
                ElementsAre("message <message xmlns='jabber:client'/>", "batch", "ended lost"));
    EXPECT_EQ(session.reason.code, static_cast<uint16_t>(net::NetFault::EndOfStream));
    EXPECT_EQ(connector.attempts(), 1u);
    send("<message/>");
    upstream->close(Upstream::CloseMode::Graceful);
    EXPECT_EQ(heard(), "");
}

// Rows: U-032, B-084
TEST_F(UpstreamStreamTest, SaysThatTheServerCannotBeReached) {
    upstream = factory.create("example.org", xmpp::kOwnServer, session);
    upstream->open(parameters);
    connector.fail(ECONNREFUSED);
    EXPECT_THAT(session.take(), ElementsAre("ended connect-failed"));
    EXPECT_EQ(session.reason.code, ECONNREFUSED);

    connect();
    server->reset();
    server->pump();
    EXPECT_THAT(session.take(), ElementsAre("ended connect-failed"));
}

// Rows: U-030
TEST_F(UpstreamStreamTest, WaitsTenSecondsForTheConnection) {
    upstream = factory.create("example.org", xmpp::kOwnServer, session);
    upstream->open(parameters);
    test.advance(9900ms);
    EXPECT_THAT(session.take(), IsEmpty());
    test.advance(300ms);
    EXPECT_THAT(session.take(), ElementsAre("ended connect-failed"));
    EXPECT_EQ(connector.pending(), 0u);
}

// Rows: U-030
TEST_F(UpstreamStreamTest, WaitsTenSecondsForFeatures) {
    connect();
    say(kHeader);
    session.take();
    test.advance(9900ms);
    EXPECT_THAT(session.take(), IsEmpty());
    test.advance(300ms);
    EXPECT_THAT(session.take(), ElementsAre("ended connect-failed"));
    server->pump();
    EXPECT_EQ(heard(), kEndTag);

    open();
    upstream->restart(parameters);
    test.advance(10200ms);
    EXPECT_THAT(session.take(), ElementsAre("ended lost"));
}

// Rows: U-030
TEST_F(UpstreamStreamTest, CancelsTheConnectionAttemptOfASessionThatIsGone) {
    upstream = factory.create("example.org", xmpp::kOwnServer, session);
    upstream->open(parameters);
    upstream.reset();
    EXPECT_EQ(connector.pending(), 0u);
    EXPECT_EQ(factory.closing(), 0u);
    test.advance(20s);
    EXPECT_THAT(session.take(), IsEmpty());
}

// Rows: U-050, U-072
TEST_F(UpstreamStreamTest, ClosesGracefullyEvenWhenItsSessionIsGone) {
    open();
    upstream->close(Upstream::CloseMode::Graceful);
    EXPECT_EQ(heard(), kEndTag);
    send("<message/>");
    EXPECT_EQ(heard(), "");
    upstream.reset();
    EXPECT_EQ(factory.closing(), 1u);
    say("<message/><iq>");
    EXPECT_EQ(server->close_mode(), std::nullopt);
    say("</iq>" + kEndTag);
    EXPECT_EQ(server->close_mode(), net::CloseMode::Flush);
    server->pump();
    test.turn();
    EXPECT_EQ(factory.closing(), 0u);
    EXPECT_FALSE(server->alive());
    EXPECT_THAT(session.take(), IsEmpty());
}

// Rows: U-050
TEST_F(UpstreamStreamTest, WaitsFiveSecondsForTheServersClosingTag) {
    open();
    upstream->pause_read();
    upstream->close(Upstream::CloseMode::Graceful);
    upstream.reset();
    EXPECT_FALSE(server->reading_paused());
    test.advance(4900ms);
    EXPECT_EQ(factory.closing(), 1u);
    test.advance(300ms);
    EXPECT_EQ(factory.closing(), 0u);
    EXPECT_FALSE(server->alive());
}

// Rows: U-050
TEST_F(UpstreamStreamTest, GivesUpOnAServerThatTakesNoBytes) {
    open();
    server->stall();
    upstream->close(Upstream::CloseMode::Drop);
    upstream.reset();
    EXPECT_EQ(factory.closing(), 1u);
    test.advance(5200ms);
    EXPECT_EQ(factory.closing(), 0u);
    EXPECT_FALSE(server->alive());
}

// Rows
TEST_F(UpstreamStreamTest, BouncesBeforeItsClosingTag) {
    open();
    std::vector<xmpp::Stanza> undelivered;
    undelivered.push_back({.bytes = base::Slice::literal("<message from='bob@a' id='1'/>"),
                           .kind = xmpp::Stanza::Kind::Message});
    undelivered.push_back({.bytes = base::Slice::literal("<presence from='bob@a'/>"),
                           .kind = xmpp::Stanza::Kind::Presence});
    undelivered.push_back({.bytes = base::Slice::literal("<iq from='bob@a' id='2' type='get'/>"),
                           .kind = xmpp::Stanza::Kind::Iq});
    upstream->bounce(undelivered);
    upstream->close(Upstream::CloseMode::Graceful);
    server->pump();
    EXPECT_EQ(heard(),
              "<message to='bob@a' id='1' type='error'><error type='wait'><recipient-unavailable "
              "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
              "<iq to='bob@a' id='2' type='error'><error type='cancel'><service-unavailable "
              "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>" +
                  kEndTag);
}

// Rows: U-070
TEST_F(UpstreamStreamTest, DropsWithoutAClosingTag) {
    open();
    send("<a/>");
    upstream->close(Upstream::CloseMode::Drop);
    upstream.reset();
    server->pump();
    test.turn();
    EXPECT_EQ(heard(), "<a/>");
    EXPECT_TRUE(server->saw_end());
    EXPECT_EQ(factory.closing(), 0u);
}

// Rows: -
TEST_F(UpstreamStreamTest, ASessionMayCloseInsideOfItsCallbacks) {
    open();
    session.react = [this](std::string_view event) {
        if (event.starts_with("message")) {
            upstream->close(Upstream::CloseMode::Graceful);
            test.retired.retire(std::move(upstream));
        }
    };
    say("<message/><presence/>");
    EXPECT_THAT(session.take(), ElementsAre("message <message xmlns='jabber:client'/>"));
    test.turn();
    EXPECT_EQ(factory.closing(), 1u);
    say("<presence/>" + kEndTag);
    test.turn();
    EXPECT_EQ(factory.closing(), 0u);
    EXPECT_EQ(heard(), kEndTag);
}

// Rows: -
TEST_F(UpstreamStreamTest, ASessionMayLetGoWhenItIsToldOfTheEnd) {
    open();
    session.react = [this](std::string_view event) {
        if (event.starts_with("ended")) {
            test.retired.retire(std::move(upstream));
        }
    };
    server->stall();
    say("oops");
    test.turn();
    EXPECT_EQ(factory.closing(), 1u); // the stream error has not left yet
    server->unstall();
    server->pump();
    test.turn();
    EXPECT_EQ(factory.closing(), 0u);
    EXPECT_NE(heard().find("bad-format"), std::string::npos);
}

// Rows: U-054, U-063
TEST_F(UpstreamStreamTest, KeepsAnIdleStreamAliveOnlyAfterLogin) {
    open();
    test.advance(200s);
    server->pump();
    EXPECT_EQ(heard(), "");
    log_in();
    test.advance(59s);
    EXPECT_EQ(heard(), "");
    test.advance(2s);
    EXPECT_EQ(heard(), " ");
    test.advance(58s);
    EXPECT_EQ(heard(), "");
    test.advance(2s);
    EXPECT_EQ(heard(), " ");
}

// Rows: U-054, U-062
TEST_F(UpstreamStreamTest, KnowsLoginWithoutRestart) {
    open();
    say("<success xmlns='urn:xmpp:sasl:2'/>" + kFeatures);
    test.advance(61s);
    EXPECT_EQ(heard(), " ");

    session.take();
    open();
    say("<success xmlns='urn:xmpp:sasl:2'/>"); // resumed: no features follow
    test.advance(61s);
    EXPECT_EQ(heard(), "");
    say("<message/>");
    test.advance(61s);
    EXPECT_EQ(heard(), " ");
}

// Rows: U-054
TEST_F(UpstreamStreamTest, AWriteMovesTheKeepalive) {
    log_in();
    test.advance(40s);
    send("<a/>");
    EXPECT_EQ(heard(), "<a/>");
    test.advance(59s);
    EXPECT_EQ(heard(), "");
    test.advance(2s);
    EXPECT_EQ(heard(), " ");
}

class UpstreamOfABusyDomainTest : public UpstreamStreamTest {
protected:
    static xmpp::DomainServers busy_servers() {
        xmpp::DomainServers servers = plain_servers();
        servers.keepalive = 20s;
        return servers;
    }
    UpstreamOfABusyDomainTest() : UpstreamStreamTest({}, busy_servers()) {}
};

// Rows: U-054
TEST_F(UpstreamOfABusyDomainTest, KeepsItsStreamsAliveInItsOwnTime) {
    log_in();
    test.advance(19s);
    EXPECT_EQ(heard(), "");
    test.advance(2s);
    EXPECT_EQ(heard(), " ");
}

// Rows: B-145
TEST_F(UpstreamStreamTest, SaysWhenTheServerDoesNotKeepUp) {
    open();
    server->stall();
    send(std::string(63UL * 1024, ' '));
    EXPECT_FALSE(upstream->congested());
    send(std::string(1024, ' '));
    EXPECT_TRUE(upstream->congested());
    EXPECT_THAT(session.take(), IsEmpty());
    server->accept_per_step(33UL * 1024);
    server->pump();
    EXPECT_FALSE(upstream->congested());
    EXPECT_THAT(session.take(), ElementsAre("drained"));
}

// Rows: B-144
TEST_F(UpstreamStreamTest, PausesReadingForItsSession) {
    open();
    upstream->pause_read();
    EXPECT_TRUE(server->paused(net::PauseReason::Outbox));
    say("<message/>");
    EXPECT_THAT(session.take(), IsEmpty());
    upstream->resume_read();
    server->pump();
    EXPECT_THAT(session.take(), ElementsAre("message <message xmlns='jabber:client'/>", "batch"));
}

} // namespace
} // namespace tests
