// An endpoint's requests that wait some milliseconds for the server's answer.
#include "tests/bosh/endpoint_fixture.h"

namespace bosh {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

// Rows: B-133, B-134
TEST_F(EndpointTest, AnswersTheHeldRequestWithWhatTheServerSaysToTheNewerOne) {
    std::string sid = open_session();
    uint32_t held = post(body(sid, 101, ""));
    uint32_t newer = post(body(sid, 102, "<iq xmlns='jabber:client' type='get'/>"));
    EXPECT_EQ(answer(held), "none");
    stanza("<iq xmlns='jabber:client' type='result'/>", xmpp::Stanza::Kind::Iq);
    EXPECT_THAT(answer(held), HasSubstr("<iq xmlns='jabber:client' type='result'/>"));
    env_.advance(30s);
    EXPECT_EQ(answer(newer), "none");
}

// Rows: B-133, B-143
TEST_F(EndpointTest, ReleasesTheHeldRequestInTheMillisecondThatTheDelayIsOver) {
    std::string sid = open_session();
    uint32_t held = post(body(sid, 101, ""));
    uint32_t newer = post(body(sid, 102, "<message xmlns='jabber:client'/>"));
    EXPECT_EQ(env_.wheel.next_wake(), env_.now() + settings_.release_delay);
    env_.advance(settings_.release_delay - 1ms);
    EXPECT_EQ(answer(held), "none");
    env_.advance(1ms);
    EXPECT_THAT(answer(held), EndsWith("httpbind'/>"));
    env_.advance(59s);
    EXPECT_EQ(answer(newer), "none");
    env_.advance(1s);
    EXPECT_THAT(answer(newer), EndsWith("httpbind'/>"));
}

// Rows: B-133
TEST_F(EndpointTest, ASessionThatEndsWhileItAwaitsAnAnswerIsForgotten) {
    std::string sid = open_session();
    post(body(sid, 101, ""));
    post(body(sid, 102, "<message xmlns='jabber:client'/>"));
    server().listener.on_upstream_ended(xmpp::UpstreamEnd::Closed, {});
    EXPECT_EQ(endpoint_.session_count(), 0U);
    env_.turn();
    EXPECT_GT(env_.wheel.next_wake(), env_.now() + 1s) << "of the tombstone";
    env_.advance(1s);
}

} // namespace
} // namespace bosh
