// Rows: -
#include "tests/bosh/session_harness.h"

namespace bosh {
namespace {

using State = base::SessionFacts::State;

class SessionFactsTest : public SessionHarness {};

TEST_F(SessionFactsTest, SayWhereASessionStands) {
    create(usual());
    EXPECT_EQ(session().facts(now_).state, State::Opening);
    stream_opened();
    features();
    base::SessionFacts facts = session().facts(now_);
    EXPECT_EQ(facts.state, State::Open);
    EXPECT_EQ(facts.domain, "example.org");
    EXPECT_EQ(facts.sid.size(), 8U);
    EXPECT_EQ(facts.held, 0U);
    EXPECT_FALSE(facts.authenticated);
    EXPECT_EQ(facts.jid, "");
    request({.rid = 1001});
    EXPECT_EQ(session().facts(now_).held, 1U);
    session().on_ended_by_admin(now_);
    EXPECT_EQ(session().facts(now_).state, State::Closing);
}

TEST_F(SessionFactsTest, CountTimeFromWhatTheClientSaidLast) {
    start(usual());
    advance(10s);
    request({.rid = 1001});
    advance(7s);
    base::SessionFacts facts = session().facts(now_);
    EXPECT_EQ(facts.age, 17s);
    EXPECT_EQ(facts.idle, 7s);
    stanza("<message/>"); // answers it, and is nothing that the client has said
    EXPECT_EQ(session().facts(now_).idle, 7s);
}

TEST_F(SessionFactsTest, CountWhatWaitsForTheClient) {
    start(usual());
    stanza("<message/>");
    stanza("<message n='2'/>");
    base::SessionFacts facts = session().facts(now_);
    EXPECT_EQ(facts.waiting_stanzas, 2U);
    EXPECT_EQ(facts.waiting_bytes, 26U);
    EXPECT_TRUE(facts.authenticated);
    request({.rid = 1001});
    EXPECT_EQ(session().facts(now_).waiting_stanzas, 0U);
}

TEST_F(SessionFactsTest, KnowTheBoundAddress) {
    start(usual());
    stanza("<iq type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
           "<jid>alice@example.org/web</jid></bind></iq>",
           xmpp::Stanza::Kind::Iq);
    EXPECT_EQ(session().facts(now_).jid, "alice@example.org/web");
}

} // namespace
} // namespace bosh
