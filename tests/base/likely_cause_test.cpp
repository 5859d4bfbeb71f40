// Marks that lead to a cause, and records that look alike and bear none.
#include "base/likely_cause.h"
#include "base/session_end_log.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace base {
namespace {

using enum FlightEvent;

class LikelyCauseTest : public ::testing::Test {
protected:
    LikelyCauseTest() { facts.wait = 60s; }

    void note(FlightEvent event, Duration after = 1s, uint64_t argument = 0) {
        record.note(event, now += after, argument);
    }
    void lose(Duration held, int times = 1) {
        for (; times > 0; --times) record.note_lost(now += held, held);
    }
    void answer(Duration held) { record.note_answered(false, now += held, held); }
    void fail(FlightEvent event, ServerFault fault) { record.note(event, now += 1s, fault); }

    // The cause's name; empty: none.
    [[nodiscard]] std::string named(std::string_view ended_by) {
        facts.ended_by = ended_by;
        auto found = likely_cause(record, facts);
        text = found ? found->text : "";
        return found ? std::string(to_string(found->cause)) : "";
    }

    TimePoint now{std::chrono::hours(1)};
    FlightRecord record{now};
    CauseFacts facts;
    std::string text;
};

// Rows: -
TEST_F(LikelyCauseTest, ThreeHeldRequestsCutAtOneAgeAreAProxy) {
    note(LoggedIn);
    answer(20s);
    lose(45s, 2);
    EXPECT_EQ(named("inactivity"), "page-closed"); // twice may be chance
    lose(44700ms);
    EXPECT_EQ(named("inactivity"), "proxy-closes-held-requests");
    EXPECT_EQ(text, "a proxy between us and the client closes held requests after 45 s (wait is "
                    "60 s); set wait of <bosh> below it, or the proxy's timeout above wait");
    EXPECT_EQ(named(""), "proxy-closes-held-requests"); // it lives, and can be seen already
    EXPECT_EQ(named("terminated"), "");
}

// Rows: -
TEST_F(LikelyCauseTest, RequestsCutAtAnyAgeOrHeldForLongerAreNoProxy) {
    note(LoggedIn);
    for (Duration held : {4s, 17s, 9s, 30s}) lose(held);
    EXPECT_EQ(named("inactivity"), "page-closed");
    EXPECT_EQ(named(""), "");
}

// Rows: -
TEST_F(LikelyCauseTest, WhatWasHeldForLongerShowsThatItCanBe) {
    note(LoggedIn);
    answer(60s);
    lose(45s, 5);
    EXPECT_EQ(named("inactivity"), "page-closed");
}

// Rows: -
TEST_F(LikelyCauseTest, AClientThatEndsItsRequestsAtOnceIsNoProxy) {
    note(LoggedIn);
    lose(200ms, 9);
    EXPECT_EQ(named("inactivity"), "page-closed");
}

// Rows: -
TEST_F(LikelyCauseTest, WhatWasHeardLastTellsHowAClientFellSilent) {
    note(RequestLost);
    EXPECT_EQ(named("inactivity"), "login-abandoned");
    note(LoggedIn);
    note(RequestLost);
    EXPECT_EQ(named("inactivity"), "page-closed");
    answer(60s);
    EXPECT_EQ(named("inactivity"), "client-vanished");
    note(AddressChanged, 1h);
    answer(30s);
    EXPECT_EQ(named("inactivity"), "network-changed");
    answer(60s);
    EXPECT_EQ(named("inactivity"), "client-vanished"); // the change did no harm
    note(PauseBegun, 1s, 1200);
    note(ClientSilent, 120s);
    EXPECT_EQ(named("inactivity"), "pause-ran-out");
    EXPECT_EQ(text, "the client asked for a pause of 120 s and did not come back in it; nothing, "
                    "or let the client ask for a longer pause");
}

// Rows: -
TEST_F(LikelyCauseTest, ARidThatDoesNotFitHasFourSorts) {
    note(RidTooHigh, 1s, 6);
    EXPECT_EQ(named("rid-out-of-window"), "rid-ran-ahead");
    note(RequestRepeated);
    EXPECT_EQ(named("rid-out-of-window"), "sid-shared");
    note(RequestLost); // so the repeat may have been one as it should be
    EXPECT_EQ(named("rid-out-of-window"), "rid-ran-ahead");
    note(GapGivenUp);
    EXPECT_EQ(named("rid-out-of-window"), "requests-lost-on-the-way");
}

// Rows: -
TEST_F(LikelyCauseTest, AClientThatAsksTooOftenDoesSoInTwoWays) {
    facts.requests = 2;
    note(RequestTooSoon, 1s, 1);
    EXPECT_EQ(named("overactive"), "polls-too-fast");
    note(RequestTooSoon, 1s, 3);
    EXPECT_EQ(named("overactive"), "too-many-requests-at-once");
}

// Rows: -
TEST_F(LikelyCauseTest, OnlyACreationThatTookLongWasGivenUpForThat) {
    note(CreationLost, 1s);
    EXPECT_EQ(named("creation-abandoned"), "");
    note(CreationLost, 3s);
    EXPECT_EQ(named("creation-abandoned"), "creation-given-up");
}

// Rows: -
TEST_F(LikelyCauseTest, ATimeoutSaysWhichStepItWas) {
    note(LookUpBegun);
    fail(ServerFailed, ServerFault::TimedOut);
    EXPECT_EQ(named("connect-failed"), "dns-does-not-answer");
    note(ConnectBegun);
    EXPECT_EQ(named("connect-failed"), "server-does-not-answer");
    EXPECT_TRUE(text.starts_with("nothing came back in time of the connection")) << text;
    note(TlsBegun);
    EXPECT_EQ(named("connect-failed"), "server-does-not-answer");
    EXPECT_TRUE(text.starts_with("the server took the connection and did not finish TLS")) << text;
    note(ServerReached);
    EXPECT_EQ(named("connect-failed"), "server-does-not-answer");
    EXPECT_TRUE(text.starts_with("the server took the connection and did not open its")) << text;
}

// Rows: -
TEST_F(LikelyCauseTest, EachFaultOnTheWayToAServerHasItsCause) {
    std::set<std::string> names;
    for (int fault = 1; fault <= static_cast<int>(ServerFault::Last); ++fault) {
        fail(ServerFailed, static_cast<ServerFault>(fault));
        std::string name = named("connect-failed");
        bool says_nothing = fault == static_cast<int>(ServerFault::TooLarge) ||
                            fault == static_cast<int>(ServerFault::OtherStreamError);
        EXPECT_EQ(name.empty(), says_nothing) << to_string(static_cast<ServerFault>(fault));
        names.insert(name);
    }
    EXPECT_GE(names.size(), 20U);
    fail(ServerFailed, ServerFault::Unknown);
    EXPECT_EQ(named("connect-failed"), "");
}

// Rows: -
TEST_F(LikelyCauseTest, AServerIsLostInThreeWays) {
    fail(ServerLost, ServerFault::Eof);
    EXPECT_EQ(named("upstream-lost"), "server-connection-lost");
    fail(ServerLost, ServerFault::Reset);
    EXPECT_EQ(named("upstream-lost"), "server-connection-lost");
    EXPECT_TRUE(text.starts_with("the server's connection was reset")) << text;
    fail(ServerLost, ServerFault::TimedOut);
    EXPECT_EQ(named("upstream-lost"), "server-vanished");
}

class WebsocketCauseTest : public LikelyCauseTest {
protected:
    WebsocketCauseTest() {
        facts = {.transport = Transport::Websocket, .ping_interval = 90s};
        note(LoggedIn);
        note(SentToClient);
    }
    std::string lost_after(Duration silence) {
        record.note(ClientLost, now += silence, silence);
        return named("client-lost");
    }
};

// Rows: -
TEST_F(WebsocketCauseTest, AnEndAfterARoundSilenceIsAProxy) {
    EXPECT_EQ(lost_after(60100ms), "proxy-closes-idle-websocket");
    EXPECT_EQ(text, "the connection ended after 60 s of silence, as proxies end it (ping-interval "
                    "is 90 s); set ping-interval below it, or the proxy's timeout above it");
}

// Rows: -
TEST_F(WebsocketCauseTest, AnEndAfterAnyOtherSilenceIsNone) {
    EXPECT_EQ(lost_after(57s), "websocket-cut");
}

// Rows: -
TEST_F(WebsocketCauseTest, AnEndInTheMiddleOfThingsIsNone) {
    EXPECT_EQ(lost_after(100ms), "websocket-cut");
}

// Rows: -
TEST_F(WebsocketCauseTest, AConnectionThatWasQuietForLongerIsNotEndedForThat) {
    note(SentToServer, 80s);
    note(SentToClient, 1s);
    EXPECT_EQ(lost_after(60s), "websocket-cut");
}

// Rows: -
TEST_F(WebsocketCauseTest, WherePingsWereTooLateForIsNoSilenceAtAll) {
    facts.ping_interval = 30s;
    EXPECT_EQ(lost_after(60s), "websocket-cut");
}

// Rows: -
TEST_F(WebsocketCauseTest, ClientsThatLeaveAsTheyShouldLeaveNothingToExplain) {
    note(CloseReceived, 1s, 1001);
    EXPECT_EQ(named("client-left"), "");
    EXPECT_EQ(named("client-closed"), "");
    EXPECT_EQ(named("no-close"), "");
    EXPECT_EQ(named("ended-by-admin"), "ended-by-administrator");
    EXPECT_EQ(named("shutdown"), "daemon-stopped");
}

// Rows: -
TEST(LikelyCauses, AreTextsThatALineOfTheLogHoldsWhole) {
    FlightRecord record{TimePoint(1h)};
    for (int fault = 0; fault <= static_cast<int>(ServerFault::Last); ++fault) {
        for (FlightEvent step : {LookUpBegun, ConnectBegun, TlsBegun}) {
            record.note(step, TimePoint(1h));
            record.note(ServerFailed, TimePoint(1h), static_cast<ServerFault>(fault));
            auto found = likely_cause(record, {.ended_by = "connect-failed"});
            EXPECT_LE(found ? found->text.size() : 0, 200U) << (found ? found->text : "");
        }
    }
    for (int times = 0; times < 9; ++times) record.note_lost(TimePoint(1h), 6553s);
    auto longest = likely_cause(record, {.ended_by = "inactivity", .wait = 65'535s});
    ASSERT_TRUE(longest);
    EXPECT_LE(longest->text.size(), 200U) << longest->text;
    for (int cause = 0; cause <= static_cast<int>(Cause::Last); ++cause) {
        EXPECT_LE(advice(static_cast<Cause>(cause)).size(), 80U);
    }
}

// Rows: -
TEST(SessionEndLog, SaysTheCauseAfterABadEndOnly) {
    FlightRecord record{TimePoint(1h)};
    testing::internal::CaptureStderr();
    {
        Log log = Log::to_stderr(Level::Debug);
        log_session_end(log, "session.ended", "Ab3dE6gH", "example.org", record,
                        {.ended_by = "bad-key"}, TimePoint(1h + 2s));
        log_session_end(log, "session.ended", "Xb3dE6gH", "example.org", record,
                        {.ended_by = "terminated"}, TimePoint(1h + 2s));
    }
    std::string lines = testing::internal::GetCapturedStderr();
    EXPECT_NE(lines.find("session.ended sid=Ab3dE6gH domain=example.org cause=bad-key "
                         "likely=\"a request's key is not the next of the sequence; "),
              std::string::npos)
        << lines;
    EXPECT_NE(lines.find(" see=key-sequence-broken\n"), std::string::npos) << lines;
    EXPECT_NE(lines.find("session.recorded sid=Ab3dE6gH record=\"-2.0s session.created\"\n"),
              std::string::npos)
        << lines;
    EXPECT_NE(lines.find("sid=Xb3dE6gH domain=example.org cause=terminated\n"), std::string::npos);
    EXPECT_EQ(lines.find("session.recorded sid=Xb3dE6gH"), std::string::npos);
}

} // namespace
} // namespace base
