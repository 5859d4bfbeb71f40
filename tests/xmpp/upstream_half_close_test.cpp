// A client that has said goodbye still hears what its server had to say (W-060).
#include "tests/xmpp/upstream_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using xmpp::Upstream;

class HalfCloseTest : public UpstreamStreamTest {
protected:
    void half_close() {
        log_in();
        upstream->close(Upstream::CloseMode::HalfClose);
        EXPECT_EQ(heard(), kEndTag);
    }
};

// Rows: W-060
TEST_F(HalfCloseTest, HandsOverWhatStillComesAndThenTheEnd) {
    half_close();
    say("<message/><mess");
    say("age/>" + kEndTag);
    EXPECT_THAT(session.take(),
                ElementsAre("message <message xmlns='jabber:client'/>", "batch",
                            "message <message xmlns='jabber:client'/>", "ended closed"));
    EXPECT_EQ(heard(), "") << "we had said so already";
    EXPECT_EQ(server->close_mode(), net::CloseMode::Flush);
}

// Rows: W-060
TEST_F(HalfCloseTest, SendsNothingMore) {
    half_close();
    send("<message/>");
    upstream->restart(parameters);
    EXPECT_EQ(heard(), "");
}

// Rows: W-060
TEST_F(HalfCloseTest, EndsByLossAndByTime) {
    half_close();
    server->end();
    server->pump();
    EXPECT_THAT(session.take(), ElementsAre("ended lost"));
    half_close();
    test.advance(4900ms);
    EXPECT_THAT(session.take(), IsEmpty());
    test.advance(200ms);
    EXPECT_THAT(session.take(), ElementsAre("ended closed"));
}

// Rows: W-060
TEST_F(HalfCloseTest, HandsOverAStreamErrorToo) {
    half_close();
    say("<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
    EXPECT_THAT(
        session.take(),
        ElementsAre("error <stream:error xmlns:stream='http://etherx.jabber.org/streams'>"
                    "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
                    "ended stream-error"));
}

// Rows: W-060
TEST_F(HalfCloseTest, CanBePausedAndGivenUp) {
    half_close();
    upstream->pause_read();
    say("<message/>");
    EXPECT_THAT(session.take(), IsEmpty());
    upstream->close(Upstream::CloseMode::Graceful);
    upstream.reset();
    EXPECT_EQ(factory.closing(), 1U);
    server->pump();
    say(kEndTag);
    test.turn();
    server->pump();
    EXPECT_THAT(session.take(), IsEmpty());
    EXPECT_EQ(factory.closing(), 0U);
}

// Rows: W-060
TEST_F(HalfCloseTest, DropsWhatComesOfARestartThatIsUnderWay) {
    log_in();
    upstream->restart(parameters);
    (void)heard();
    upstream->close(Upstream::CloseMode::HalfClose);
    say(kHeader + kFeatures + kEndTag);
    EXPECT_THAT(session.take(), ElementsAre("ended closed"));
}

} // namespace
} // namespace tests
