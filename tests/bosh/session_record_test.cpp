// What a session remembers, and what is to be told from it.
#include "base/likely_cause.h"
#include "tests/bosh/session_harness.h"

namespace bosh {
namespace {

using base::FlightEvent;

class SessionRecordTest : public SessionHarness {
protected:
    // Events with their counts, but those of the beginning.
    std::string told() {
        std::string text;
        const base::FlightRecord& record = session().record();
        for (size_t index = 0; index < record.size(); ++index) {
            base::FlightRecord::Entry entry = record.entry(index);
            if (entry.event <= FlightEvent::SessionCreated ||
                entry.event == FlightEvent::StreamOpened ||
                entry.event == FlightEvent::FeaturesReceived) {
                continue;
            }
            if (!text.empty()) text += ", ";
            text += to_string(entry.event);
            if (std::string argument = argument_text(entry); !argument.empty()) {
                text.append(" ").append(argument);
            }
            if (entry.count > 1) text.append(" x").append(std::to_string(entry.count));
        }
        return text;
    }
    std::string cause(std::string_view ended_by) {
        auto found = base::likely_cause(
            session().record(),
            {.ended_by = ended_by, .wait = usual().wait, .requests = usual().requests});
        return found ? std::string(to_string(found->cause)) : "";
    }
};

// Rows: -
TEST_F(SessionRecordTest, RemembersRequestsByWhatBecameOfThem) {
    start(usual());
    request({.rid = 1001, .payload = "<auth/>"});
    stanza("<message/>"); // which only comes to those who have logged in
    request({.rid = 1002});
    advance(60s);
    request({.rid = 1003});
    advance(60s);
    EXPECT_EQ(told(), "request.answered after=0.0s, server.sent-to number=1, client.logged-in, "
                      "request.answered after=0.0s, request.answered-empty after=60.0s x2");
    EXPECT_EQ(session().record().longest_held(), 60s);
}

// Rows: -
TEST_F(SessionRecordTest, TellsAClosedPageFromAProxyThatCutsOff) {
    start(usual());
    request({.rid = 1001});
    stanza("<message/>");
    for (Rid rid = 1002; rid < 1005; ++rid) {
        RequestRef held = request({.rid = rid});
        advance(20s);
        lose(held);
        EXPECT_EQ(cause("inactivity"), rid == 1004 ? "proxy-closes-held-requests" : "page-closed");
    }
    advance(60s);
    EXPECT_TRUE(told().ends_with("client.fell-silent after=60.0s")) << told();
}

// Rows: -
TEST_F(SessionRecordTest, KnowsHowFarARidIsFromWhatMayCome) {
    start(usual());
    request({.rid = 1009});
    EXPECT_TRUE(told().ends_with("rid.exceeded-window number=7")) << told();
    EXPECT_EQ(cause("rid-out-of-window"), "rid-ran-ahead");

    start(usual());
    for (Rid rid = 1001; rid < 1006; ++rid) request({.rid = rid, .payload = "<a/>"});
    request({.rid = 1001});
    EXPECT_TRUE(told().ends_with("rid.fell-behind-window number=5")) << told();
    EXPECT_EQ(cause("rid-out-of-window"), "rid-fell-behind");
}

// Rows: -
TEST_F(SessionRecordTest, ATabTooManyIsSeenByRepeatsOfWhatWasNotLost) {
    start(usual());
    RequestRef held = request({.rid = 1001});
    request({.rid = 1001});
    request({.rid = 1009});
    EXPECT_EQ(cause("rid-out-of-window"), "sid-shared");

    start(usual());
    held = request({.rid = 1001});
    lose(held);
    request({.rid = 1001}); // as it should be after that
    request({.rid = 1009});
    EXPECT_EQ(cause("rid-out-of-window"), "rid-ran-ahead");
}

// Rows: -
TEST_F(SessionRecordTest, TellsWhoAsksTooOftenFromWhoHasTooMuchOpen) {
    start({.rid = 1000,
           .wait = 60s,
           .inactivity = 60s,
           .polling_interval = 5s,
           .requests = 1,
           .ver_minor = 11,
           .polling = true});
    for (Rid rid = 1001; rid < 1004; ++rid) request({.rid = rid}); // the first one brings features
    EXPECT_EQ(actions().back(), "end overactive");
    EXPECT_EQ(cause("overactive"), "polls-too-fast");
}

// Rows: -
TEST_F(SessionRecordTest, RequestsThatNeverCameAreRemembered) {
    start(usual());
    request({.rid = 1002});
    advance(30s);
    EXPECT_TRUE(told().ends_with("request.parked number=1, gap.given-up number=1")) << told();
    request({.rid = 1009});
    EXPECT_EQ(cause("rid-out-of-window"), "requests-lost-on-the-way");
}

// Rows: -
TEST_F(SessionRecordTest, RepeatsPausesAndBadRequestsAreRemembered) {
    start(usual(), "0123456789abcdef0123456789abcdef01234567");
    request({.rid = 1001, .key = "guessed"});
    EXPECT_TRUE(told().ends_with("key.refused")) << told();

    start(usual());
    request({.rid = 1001, .pause = 100});
    EXPECT_TRUE(told().ends_with("pause.begun after=100.0s")) << told();
    advance(100s);
    EXPECT_EQ(cause("inactivity"), "pause-ran-out");

    start(usual());
    request({.rid = 1001, .pause = 500});
    EXPECT_EQ(cause("pause-too-long"), "pause-too-long");

    start(usual());
    request({.rid = 1001, .payload = "<a/>"});
    stanza("<message/>");
    for (int repeat = 0; repeat <= kMaxRepeats; ++repeat) request({.rid = 1001});
    EXPECT_TRUE(told().ends_with("request.replayed number=11 x11")) << told();
    EXPECT_EQ(actions().back(), "end too-many-repeats");

    start(usual());
    request({.rid = 1001, .malformed = true});
    EXPECT_TRUE(told().ends_with("request.refused")) << told();
}

} // namespace
} // namespace bosh
