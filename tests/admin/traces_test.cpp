// Rows: -
#include "tests/admin/api_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using admin::Traces;
using base::TraceEvent;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

struct TracesTest : tests::ApiWorld {
    void begin(std::string_view body = R"({"jid":"bob@chat.example"})") {
        EXPECT_EQ(short_form(ask("POST /api/traces", body)), R"(200 {"id":"1"})");
    }
    void hear(std::string text, uint64_t dropped = 0) {
        sessions.traces.back()({.sid = "ws-1",
                                .direction = TraceEvent::Direction::FromClient,
                                .kind = "message",
                                .bytes = 42,
                                .text = std::move(text)},
                               dropped);
    }
};

TEST_F(TracesTest, WhatIsHeardIsReadOnce) {
    begin();
    EXPECT_THAT(sessions.asked, ElementsAre("trace 1 bob@chat.example"));
    hear("<a/>");
    hear("<b/>", 3);
    EXPECT_EQ(short_form(ask("GET /api/traces/1?after=0")),
              R"(200 {"events":[{"n":1,"at":"1970-01-01T00:00:00.000Z","sid":"ws-1",)"
              R"("direction":"from-client","kind":"message","bytes":42,"text":"<a/>"},)"
              R"({"n":2,"at":"1970-01-01T00:00:00.000Z","sid":"ws-1",)"
              R"("direction":"from-client","kind":"message","bytes":42,"text":"<b/>"}],)"
              R"("next":2,"dropped":3})");
    EXPECT_EQ(ask("GET /api/traces/1?after=2"), "");
    hear("<c/>");
    EXPECT_THAT(short_form(answer()), HasSubstr(R"("n":3)"));
}

TEST_F(TracesTest, ASidIsLookedUpFirst) {
    ask("POST /api/traces", R"({"sid":"AAAA","bodies":true})");
    sessions.founds[0](
        {.sids = {"AAAAbcde"}, .details = base::SessionDetails{.facts = {.sid = "AAAAbcde"}}});
    EXPECT_EQ(short_form(answer()), R"(200 {"id":"1"})");
    EXPECT_THAT(sessions.asked, ElementsAre("find AAAA", "trace 1 AAAAbcde with bodies"));
    ask("POST /api/traces", R"({"sid":"BBBB"})");
    sessions.founds[1]({});
    EXPECT_THAT(answer(), StartsWith("HTTP/1.1 404 "));
}

TEST_F(TracesTest, EitherSidOrJid) {
    for (std::string_view body : {"", "{}", R"({"sid":"a","jid":"b"})", R"({"sid":""})"}) {
        EXPECT_THAT(ask("POST /api/traces", body), StartsWith("HTTP/1.1 400 ")) << body;
    }
}

TEST_F(TracesTest, NobodyWaitsForeverForNothing) {
    begin();
    EXPECT_EQ(ask("GET /api/traces/1"), "");
    env.advance(Traces::kWaits + base::Duration(2'000));
    EXPECT_EQ(short_form(answer()), R"(200 {"events":[],"next":0,"dropped":0})");
}

TEST_F(TracesTest, OneThatNobodyAsksAboutEnds) {
    begin();
    env.advance(base::Duration(59'000));
    EXPECT_EQ(sessions.asked.back(), "trace 1 bob@chat.example");
    env.advance(base::Duration(3'000));
    EXPECT_EQ(sessions.asked.back(), "stop 1");
    EXPECT_THAT(ask("GET /api/traces/1"), StartsWith("HTTP/1.1 404 "));
    hear("<late/>"); // harms nobody
}

TEST_F(TracesTest, WhoStopsItAnswersThoseWhoWait) {
    begin();
    ask("GET /api/traces/1");
    auto waiting = std::move(peer);
    EXPECT_THAT(ask("DELETE /api/traces/1"), StartsWith("HTTP/1.1 200 "));
    waiting->pump();
    EXPECT_THAT(waiting->take_received(), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(ask("DELETE /api/traces/1"), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(ask("DELETE /api/traces/x"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(TracesTest, KeepsNoMoreThanItMay) {
    begin();
    for (size_t i = 0; i < Traces::kMostEvents + 10; ++i) hear("<a/>");
    std::string first = short_form(ask("GET /api/traces/1?after=0"));
    EXPECT_THAT(first, HasSubstr(R"("n":11,)"));
    EXPECT_THAT(first, HasSubstr(R"("next":510,"dropped":10})"));
    for (int i = 0; i < 300; ++i) hear(std::string(16'000, 'x'));
    std::string text = short_form(ask("GET /api/traces/1?after=0"));
    EXPECT_LE(text.size(), Traces::kMostBytes + 100'000);
    EXPECT_GE(text.size(), 1'000'000U);
}

TEST_F(TracesTest, ThereAreNoMoreThanThereMayBe) {
    for (size_t i = 0; i < Traces::kMostTraces; ++i) {
        EXPECT_THAT(ask("POST /api/traces", R"({"jid":"a@b"})"), StartsWith("HTTP/1.1 200 "));
    }
    EXPECT_THAT(ask("POST /api/traces", R"({"jid":"a@b"})"), StartsWith("HTTP/1.1 503 "));
}

} // namespace
