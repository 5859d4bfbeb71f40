// How a session ends, whoever ends it.
#include "tests/ws/session_harness.h"

namespace ws {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using xmpp::StreamCondition;
using xmpp::UpstreamEnd;
using SessionEndTest = SessionHarness;

// Rows: W-060
TEST_F(SessionEndTest, TheClientClosesAndHearsTheRest) {
    log_in();
    hear_close();
    EXPECT_THAT(actions(), ElementsAre("half-close up"));
    stanza("<last/>");
    hear_element("<ignored/>");
    EXPECT_THAT(actions(), ElementsAre("<last/>"));
    upstream_ends(UpstreamEnd::Closed);
    EXPECT_THAT(actions(), ElementsAre("close", "Close 1000"));
    session().on_close_frame(1000);
    EXPECT_THAT(actions(), ElementsAre("flush"));
    session().on_client_gone(now_);
    EXPECT_THAT(actions(), ElementsAre("end client-closed"));
    EXPECT_TRUE(session().over());
}

// Rows: W-060
TEST_F(SessionEndTest, TheClientClosesBeforeTheServerHasAnswered) {
    begin();
    hear_open();
    hear_close();
    EXPECT_THAT(actions(), ElementsAre("connect example.org", "close up", "close", "Close 1000"));
}

// Rows: W-060
TEST_F(SessionEndTest, AStreamErrorOfTheClientIsItsEndToo) {
    log_in();
    hear({.kind = ClientMessage::Kind::StreamError});
    EXPECT_THAT(actions(), ElementsAre("half-close up"));
}

// Rows: W-061
TEST_F(SessionEndTest, TheServerCloses) {
    log_in();
    upstream_ends(UpstreamEnd::Closed);
    EXPECT_THAT(actions(), ElementsAre("close"));
    hear_element("<ignored/>");
    EXPECT_THAT(actions(), IsEmpty());
    hear_close();
    EXPECT_THAT(actions(), ElementsAre("Close 1000"));
    session().on_close_frame(1000);
    EXPECT_THAT(actions(), ElementsAre("flush"));
}

// Rows: W-061, W-030
TEST_F(SessionEndTest, NeitherCloseIsWaitedForLong) {
    log_in();
    upstream_ends(UpstreamEnd::Closed);
    EXPECT_THAT(actions(), ElementsAre("close"));
    advance(4s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("Close 1000"));
    advance(4s);
    EXPECT_THAT(actions(), IsEmpty());
    advance(1s);
    EXPECT_THAT(actions(), ElementsAre("abort"));
    session().on_client_gone(now_);
    EXPECT_THAT(actions(), ElementsAre("end server-closed"));
}

// Rows: W-062
TEST_F(SessionEndTest, TheServersErrorIsPassedOn) {
    log_in();
    stanza("<stream:error>conflict</stream:error>", xmpp::Stanza::Kind::StreamError);
    upstream_ends(UpstreamEnd::StreamError);
    EXPECT_THAT(actions(),
                ElementsAre("<stream:error>conflict</stream:error>", "close", "Close 1000"));
}

// Rows: W-063
TEST_F(SessionEndTest, TheServerCannotBeReached) {
    begin();
    hear_open();
    hear_element("<early/>");
    upstream_ends(UpstreamEnd::ConnectFailed);
    EXPECT_THAT(actions(),
                ElementsAre("connect example.org", "pause", "resume", "open example.org 1.0",
                            "error remote-connection-failed", "close", "Close 1000"));
}

// Rows: W-063
TEST_F(SessionEndTest, TheClientIsToldWhatIsWrongWithTheWayToItsServer) {
    begin();
    hear_open();
    (void)actions();
    session().on_upstream_ended(UpstreamEnd::ConnectFailed, now_, "it is \"<down>\"");
    EXPECT_THAT(texts(), testing::Contains(
                             "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>"
                             "<remote-connection-failed "
                             "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                             "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' "
                             "xml:lang='en'>it is &quot;&lt;down&gt;&quot;</text></stream:error>"));
}

// Rows: W-063, W-045
TEST_F(SessionEndTest, TheServerIsLostBetweenItsHeaderAndItsFeatures) {
    begin();
    hear_open();
    server_opens();
    (void)actions();
    upstream_ends(UpstreamEnd::ConnectFailed);
    EXPECT_THAT(actions(), ElementsAre("error remote-connection-failed", "close", "Close 1000"));
}

// Rows: W-065
TEST_F(SessionEndTest, TheServerIsLost) {
    log_in();
    enable_stream_management(false);
    upstream_ends(UpstreamEnd::Lost);
    EXPECT_THAT(actions(), ElementsAre("error remote-connection-failed", "close", "Close 1000"));
}

// Rows: W-065, W-031
TEST_F(SessionEndTest, TheServerIsLostAndTheClientMayResume) {
    log_in();
    enable_stream_management();
    upstream_ends(UpstreamEnd::Lost);
    EXPECT_THAT(actions(), ElementsAre("Close 1011"));
    session().on_close_frame(1011);
    session().on_client_gone(now_);
    EXPECT_THAT(actions(), ElementsAre("flush", "end upstream-lost"));
}

// Rows: X-034
TEST_F(SessionEndTest, TheServerSendsWhatIsNoXmpp) {
    log_in();
    enable_stream_management();
    upstream_ends(UpstreamEnd::BadStream);
    EXPECT_THAT(actions(), ElementsAre("error remote-connection-failed", "close", "Close 1000"));
}

// Rows: U-081
TEST_F(SessionEndTest, TheClientSendsWhatItsServerDoesNotTake) {
    log_in();
    enable_stream_management();
    upstream_ends(UpstreamEnd::TooLarge);
    EXPECT_THAT(actions(), ElementsAre("error policy-violation", "close", "Close 1000"));
}

// Rows: W-029, W-064
TEST_F(SessionEndTest, TheClientClosesTheWebSocketAlone) {
    for (uint16_t code : {uint16_t{0}, uint16_t{1000}, uint16_t{1001}, uint16_t{4000}}) {
        log_in();
        session().on_close_frame(code);
        EXPECT_THAT(actions(), ElementsAre("Close " + std::to_string(code), "close up", "flush"));
        session().on_client_gone(now_);
        EXPECT_THAT(actions(), ElementsAre("end client-left"));
    }
}

// Rows: W-064
TEST_F(SessionEndTest, AResumableStreamIsLeftToTheServer) {
    log_in();
    enable_stream_management();
    session().on_close_frame(1001);
    EXPECT_THAT(actions(), ElementsAre("Close 1001", "drop up", "flush"));
    log_in();
    enable_stream_management();
    session().on_client_gone(now_);
    EXPECT_THAT(actions(), ElementsAre("drop up", "end client-lost"));
}

// Rows: W-064
TEST_F(SessionEndTest, TheClientIsLost) {
    log_in();
    session().on_client_gone(now_);
    EXPECT_THAT(actions(), ElementsAre("close up", "end client-lost"));
    begin();
    session().on_client_gone(now_);
    EXPECT_THAT(actions(), ElementsAre("end client-lost"));
}

// Rows: W-067, X-040, X-042
TEST_F(SessionEndTest, WhatWaitsForALostClientGoesBack) {
    log_in();
    session().on_client_blocked();
    stanza("<a/>");
    stanza("<b/>");
    EXPECT_THAT(actions(), IsEmpty());
    session().on_client_gone(now_);
    EXPECT_THAT(actions(), ElementsAre("bounce 2", "close up", "end client-lost"));
}

// Rows: W-067, X-041
TEST_F(SessionEndTest, NothingGoesBackThatTheServerStillCounts) {
    log_in();
    enable_stream_management(false);
    session().on_client_blocked();
    stanza("<a/>");
    session().on_client_gone(now_);
    EXPECT_THAT(actions(), ElementsAre("close up", "end client-lost"));
}

// Rows: W-020, W-025, W-026, W-030
TEST_F(SessionEndTest, ABadFrameEndsTheConnectionAtOnce) {
    for (CloseCode code :
         {CloseCode::ProtocolError, CloseCode::BadPayload, CloseCode::Unsupported}) {
        log_in();
        session().on_unreadable(code, now_);
        EXPECT_THAT(actions(), ElementsAre("Close " + std::to_string(static_cast<int>(code)),
                                           "close up", "flush"));
        stanza("<late/>");
        EXPECT_THAT(actions(), IsEmpty());
        session().on_client_gone(now_);
        EXPECT_THAT(actions(), ElementsAre("end bad-frame"));
    }
}

// Rows: W-027
TEST_F(SessionEndTest, AMessageTooBigIsAViolation) {
    log_in();
    session().on_unreadable(CloseCode::TooBig, now_);
    EXPECT_THAT(actions(),
                ElementsAre("error policy-violation", "close", "close up", "Close 1009", "flush"));
    begin();
    session().on_unreadable(CloseCode::TooBig, now_);
    EXPECT_THAT(actions(), ElementsAre("open example.org 1.0", "error policy-violation", "close",
                                       "Close 1009", "flush"));
}

// Rows: S-040, W-031
TEST_F(SessionEndTest, ThereIsNoMemoryForAMessage) {
    log_in();
    session().on_unreadable(CloseCode::InternalError, now_);
    EXPECT_THAT(actions(), ElementsAre("error resource-constraint", "close", "close up",
                                       "Close 1011", "flush"));
    session().on_client_gone(now_);
    EXPECT_THAT(actions(), ElementsAre("end no-memory"));
    log_in();
    enable_stream_management();
    session().on_unreadable(CloseCode::InternalError, now_);
    EXPECT_THAT(actions(),
                ElementsAre("error resource-constraint", "close", "drop up", "Close 1011", "flush"))
        << "it may come back";
}

// Rows: W-030
TEST_F(SessionEndTest, ABadFrameAfterOurCloseIsAnsweredByNothing) {
    log_in();
    hear_fault(StreamCondition::NotWellFormed);
    (void)actions();
    session().on_unreadable(CloseCode::ProtocolError, now_);
    EXPECT_THAT(actions(), ElementsAre("flush"));
}

// Rows: W-012, W-031
TEST_F(SessionEndTest, ShutdownTellsTheClient) {
    log_in();
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), ElementsAre("error system-shutdown", "close", "close up", "Close 1001"));
    begin();
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), ElementsAre("open example.org 1.0", "error system-shutdown", "close",
                                       "Close 1001"));
    log_in();
    enable_stream_management();
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), ElementsAre("error system-shutdown", "close", "drop up", "Close 1001"));
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), IsEmpty());
}

// Rows: -
TEST_F(SessionEndTest, AnAdministratorsEndIsToldAndKeepsNothing) {
    log_in();
    enable_stream_management();
    session().on_ended_by_admin(now_);
    EXPECT_THAT(actions(),
                ElementsAre("error policy-violation", "close", "close up", "Close 1008"));
    session().on_ended_by_admin(now_);
    EXPECT_THAT(actions(), IsEmpty());
}

// Rows: W-012
TEST_F(SessionEndTest, ShutdownDoesNotWaitForTheClientsClose) {
    log_in();
    upstream_ends(UpstreamEnd::Closed);
    session().on_shutdown(now_);
    EXPECT_THAT(actions(), ElementsAre("close", "Close 1001"));
}

// Rows: W-030
TEST_F(SessionEndTest, NothingFollowsOurClose) {
    log_in();
    hear_fault(StreamCondition::NotWellFormed);
    (void)actions();
    session().on_ping(base::Slice::literal("x"));
    hear_element("<presence/>");
    hear_close();
    stanza("<late/>");
    EXPECT_THAT(actions(), IsEmpty());
}

// Rows: W-034, W-030
TEST_F(SessionEndTest, OurCloseComesAfterWhatStillWaits) {
    log_in();
    session().on_client_blocked();
    stanza("<a/>");
    upstream_ends(UpstreamEnd::StreamError);
    EXPECT_THAT(actions(), IsEmpty());
    session().on_client_drained();
    EXPECT_THAT(actions(), ElementsAre("<a/>", "close", "Close 1000"));
}

// Rows: W-029, W-030
TEST_F(SessionEndTest, AClientThatClosesMeanwhileGetsOurCode) {
    log_in();
    session().on_client_blocked();
    hear_fault(StreamCondition::NotWellFormed);
    EXPECT_THAT(actions(), ElementsAre("close up"));
    session().on_close_frame(4000);
    EXPECT_THAT(actions(), ElementsAre("Close 1000", "flush"));
}

} // namespace
} // namespace ws
