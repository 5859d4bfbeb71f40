// Rows: -
#include "tests/ws/session_harness.h"

namespace ws {
namespace {

using State = base::SessionFacts::State;

class SessionFactsTest : public SessionHarness {};

TEST_F(SessionFactsTest, SayWhereASessionStands) {
    begin();
    EXPECT_EQ(session().facts(now_).state, State::Opening);
    EXPECT_EQ(session().facts(now_).domain, "");
    hear_open();
    EXPECT_EQ(session().facts(now_).state, State::Negotiating);
    server_opens();
    features();
    base::SessionFacts facts = session().facts(now_);
    EXPECT_EQ(facts.state, State::Open);
    EXPECT_EQ(facts.domain, "example.org");
    EXPECT_EQ(facts.held, std::nullopt);
    session().on_ended_by_admin(now_);
    EXPECT_EQ(session().facts(now_).state, State::Closing);
}

// Our Ping is nothing that the client has said.
TEST_F(SessionFactsTest, CountTimeFromWhatTheClientSaidLast) {
    log_in();
    advance(33s);
    base::SessionFacts facts = session().facts(now_);
    EXPECT_EQ(facts.age, 33s);
    EXPECT_EQ(facts.idle, 33s);
    session().on_heard(now_);
    EXPECT_EQ(session().facts(now_).idle, 0s);
}

TEST_F(SessionFactsTest, KnowTheBoundAddressAndWhatWaits) {
    open();
    stanza("<iq type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
           "<jid>bob@example.org/web</jid></bind></iq>",
           xmpp::Stanza::Kind::Iq);
    session().on_client_blocked();
    stanza("<message/>");
    base::SessionFacts facts = session().facts(now_);
    EXPECT_EQ(facts.jid, "bob@example.org/web");
    EXPECT_EQ(facts.waiting_stanzas, 1U);
    EXPECT_EQ(facts.waiting_bytes, 10U);
    EXPECT_TRUE(facts.authenticated);
}

} // namespace
} // namespace ws
