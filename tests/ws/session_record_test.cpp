// What a WebSocket's session remembers, and what is to be told from it.
#include "base/likely_cause.h"
#include "tests/ws/session_harness.h"

namespace ws {
namespace {

class SessionRecordTest : public SessionHarness {
protected:
    std::string told() { return base::to_text(session().record(), now_); }
    std::string cause(std::string_view ended_by) {
        auto found =
            base::likely_cause(session().record(), {.transport = base::Transport::Websocket,
                                                    .ended_by = ended_by,
                                                    .ping_interval = settings_.ping_interval});
        return found ? std::string(to_string(found->cause)) : "";
    }
};

// Rows: -
TEST_F(SessionRecordTest, RemembersPingsAndWhetherTheyWereAnswered) {
    log_in();
    for (int ping = 0; ping < 3; ++ping) {
        advance(30s);
        now_ += 1s;
        session().on_heard(now_);
    }
    EXPECT_TRUE(told().ends_with("-1.0s ping.sent x3, -0.0s ping.answered after=1.0s x3"))
        << told();
    advance(50s);
    EXPECT_TRUE(told().ends_with("-20.0s ping.sent, -0.0s ping.timed-out after=20.0s")) << told();
    EXPECT_EQ(cause("ping-timeout"), "ping-unanswered");
}

// Rows: -
TEST_F(SessionRecordTest, KnowsHowLongItWasQuietBeforeTheEnd) {
    settings_.ping_interval = 90s;
    log_in();
    hear_element("<presence/>");
    now_ += 60s;
    session().on_client_gone(now_);
    EXPECT_TRUE(told().ends_with("-0.0s client.lost after=60.0s")) << told();
    EXPECT_EQ(cause("client-lost"), "proxy-closes-idle-websocket");

    actions();
    log_in();
    hear_element("<presence/>");
    now_ += 2s;
    session().on_client_gone(now_);
    EXPECT_EQ(cause("client-lost"), "websocket-cut");
}

// Rows: -
TEST_F(SessionRecordTest, TellsSilenceFromOtherWordsAtTheBeginning) {
    begin();
    advance(10s);
    EXPECT_TRUE(told().ends_with("open.timed-out after=10.0s")) << told();
    EXPECT_EQ(cause("no-open"), "websocket-never-opened");

    begin();
    hear_element("<presence/>");
    EXPECT_TRUE(told().ends_with("message.refused code=0")) << told();
}

} // namespace
} // namespace ws
