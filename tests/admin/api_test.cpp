// Rows: -
#include "tests/admin/api_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using base::SessionFacts;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

using ApiTest = tests::ApiWorld;

SessionFacts facts(std::string sid, int64_t age_ms) {
    return {.sid = std::move(sid),
            .domain = "chat.example",
            .address = "192.0.2.1",
            .age = base::Duration(age_ms),
            .idle = base::Duration(250),
            .waiting_stanzas = 2,
            .waiting_bytes = 300,
            .held = 1,
            .worker = 1,
            .state = SessionFacts::State::Open,
            .secure = true};
}

TEST_F(ApiTest, StatusSaysHowTheDaemonIs) {
    daemon.workers[0].add(base::Counter::BoshSessionsCreated, 3);
    daemon.workers[1].add(base::Counter::BoshSessionsCreated, 2);
    daemon.workers[1].add(base::Counter::BoshSessionsEnded, 1);
    daemon.workers[1].add(base::Counter::WsSessionsCreated, 7);
    steering.daemon_state = {.most_bosh_sessions = 10,
                             .most_websockets = 20,
                             .log_level = base::Level::Debug,
                             .domains = {"chat.example"},
                             .reloads = 1};
    steering.daemon_state.last_reload.emplace();
    steering.daemon_state.last_reload->problems.push_back(
        {.file = "cm.xml", .line = 3, .place = "<a>", .found = "x", .expected = "y", .text = "w"});
    std::string said = short_form(ask("GET /api/status"));
    EXPECT_THAT(said, StartsWith(R"(200 {"version":"1.2.3","standing":"ready","uptime_s":)"));
    EXPECT_THAT(
        said,
        HasSubstr(R"("started":"2023-11-14T22:13:20Z","workers":2,)"
                  R"("sessions":{"bosh":4,"websocket":7},)"
                  R"("most":{"bosh":10,"websocket":20},"drain_left_s":null,"log_level":"debug",)"
                  R"("domains":["chat.example"],"reload":{"count":1,"last":)"
                  R"({"at":"1970-01-01T00:00:00Z","ok":false,"problems":)"
                  R"([{"file":"cm.xml","line":3,"place":"<a>","found":"x",)"
                  R"("expected":"y","text":"w"}],"changed":[],"restart_needed":[]}}})"));
    daemon.now = admin::Standing::Draining;
    EXPECT_THAT(ask("GET /api/status"), HasSubstr(R"("standing":"draining")"));
}

TEST_F(ApiTest, HistoryIsWhatWasSampled) {
    EXPECT_EQ(short_form(ask("GET /api/history")), R"(200 {"period_s":5,"ms":[],"series":{}})");
    history.begin();
    std::string said = short_form(ask("GET /api/history"));
    EXPECT_THAT(said, StartsWith(R"(200 {"period_s":5,"ms":[0],"series":{"boshcm_)"));
    EXPECT_THAT(said, HasSubstr(R"("boshcm_http_connections":[5],)"));
    EXPECT_THAT(ask("POST /api/history"), StartsWith("HTTP/1.1 405 "));
    api.set_token("a-token-of-many-letters");
    EXPECT_THAT(ask("GET /api/history"), StartsWith("HTTP/1.1 401 "));
}

TEST_F(ApiTest, AListingIsAnsweredWhenAllHaveTold) {
    EXPECT_EQ(ask("GET /api/sessions?search=Chat%2Ee&sort=age&order=desc&limit=1&offset=1&state="),
              "");
    ASSERT_EQ(sessions.queries.size(), 1U);
    EXPECT_EQ(sessions.queries[0].search, "Chat.e");
    admin::Listing listing{.pick = admin::SessionPick(sessions.queries[0]), .silent = {1}};
    listing.pick.add(facts("aaaaaaaa", 61'290));
    listing.pick.add(facts("bbbbbbbb", 70'000));
    sessions.listings[0](std::move(listing));
    EXPECT_EQ(short_form(answer()),
              R"(200 {"total":2,"matched":2,"sessions":[{"sid":"aaaaaaaa","transport":"bosh",)"
              R"("worker":1,"domain":"chat.example","jid":null,"address":"192.0.2.1",)"
              R"("secure":true,"state":"open","authenticated":false,"age_s":61.2,"idle_s":0.2,)"
              R"("held":1,"queue":{"stanzas":2,"bytes":300}}],"unanswered":[1]})");
}

TEST_F(ApiTest, AQueryThatIsNotUnderstoodIsRefusedInWords) {
    EXPECT_EQ(short_form(ask("GET /api/sessions?sort=size")),
              R"(400 {"error":"sort: \"size\" is none of age, idle, queue, domain, jid"})");
    EXPECT_EQ(short_form(ask("GET /api/sessions?limit=1001")),
              R"(400 {"error":"limit: \"1001\" is no number from 0 to 1000"})");
    EXPECT_EQ(short_form(ask("GET /api/sessions?offset=-1")),
              R"(400 {"error":"offset: \"-1\" is no number from 0 to 19000"})");
    EXPECT_EQ(short_form(ask("GET /api/sessions?colour=red")),
              R"(400 {"error":"colour: there is no such parameter"})");
    EXPECT_TRUE(sessions.queries.empty());
}

TEST_F(ApiTest, OneSessionIsToldWithWhatWasNegotiated) {
    ask("GET /api/sessions/aaaaaaaa");
    sessions.founds[0]({.sids = {"aaaaaaaa"},
                        .details = base::SessionDetails{
                            .facts = facts("aaaaaaaa", 1'000),
                            .settings = {{"wait", int64_t{60}}, {"polling_session", false}},
                            .server = {.address = "192.0.2.5:5222",
                                       .tls_version = "TLSv1.3",
                                       .tls_cipher = "TLS_AES_256_GCM_SHA384"},
                            .record = {{.before = base::Duration(75'200),
                                        .event = "request.lost",
                                        .argument = "held=60.0s",
                                        .count = 3}},
                            .likely_cause = "a proxy"}});
    EXPECT_THAT(short_form(answer()),
                HasSubstr(R"("settings":{"wait":60,"polling_session":false},)"
                          R"("server":{"address":"192.0.2.5:5222","tls":{"version":"TLSv1.3",)"
                          R"("cipher":"TLS_AES_256_GCM_SHA384"}},"record":[{"ms":-75200,)"
                          R"("event":"request.lost","count":3,"held":"60.0s"}],)"
                          R"("likely_cause":"a proxy"})"));
    EXPECT_THAT(sessions.asked, ElementsAre("find aaaaaaaa"));
}

TEST_F(ApiTest, OfAServerThatIsNotConnectedOrInClearTheRestIsNull) {
    auto told = [&](base::ServerFacts facts_of_it) {
        ask("GET /api/sessions/aaaaaaaa");
        sessions.founds.back()({.sids = {"aaaaaaaa"},
                                .details = base::SessionDetails{.facts = facts("aaaaaaaa", 1),
                                                                .server = std::move(facts_of_it)}});
        return answer();
    };
    EXPECT_THAT(told({}), HasSubstr(R"("server":{"address":null,"tls":null},)"));
    EXPECT_THAT(told({.address = "[2001:db8::5]:5222"}),
                HasSubstr(R"("server":{"address":"[2001:db8::5]:5222","tls":null},)"));
}

TEST_F(ApiTest, WhatIsNotOneSessionSaysWhy) {
    auto told = [&](admin::Found found) {
        ask("DELETE /api/sessions/aaaa");
        sessions.founds.back()(std::move(found));
        return short_form(answer());
    };
    EXPECT_EQ(told({.sids = {"aaaaaaaa"},
                    .details = base::SessionDetails{.facts = facts("aaaaaaaa", 1)}}),
              R"(200 {"ended":"aaaaaaaa"})");
    EXPECT_EQ(told({}), R"(404 {"error":"there is no such session"})");
    EXPECT_EQ(told({.sids = {"aaaaaaaa", "aaaabbbb"}}),
              R"(409 {"error":"several sessions begin so","sids":["aaaaaaaa","aaaabbbb"]})");
    EXPECT_EQ(told({.silent = {0, 3}}), R"(504 {"error":"no answer in time of worker 0 3"})");
}

TEST_F(ApiTest, AReloadIsAnsweredWhenItIsOver) {
    EXPECT_EQ(ask("POST /api/reload"), "");
    ASSERT_EQ(steering.reloads.size(), 1U);
    steering.reloads[0]({.changed = {"<bosh wait>: 30s, was 60s"}, .restart_needed = {"<a b>"}});
    EXPECT_EQ(short_form(answer()),
              R"(200 {"at":"1970-01-01T00:00:00Z","ok":true,"problems":[],"changed":)"
              R"(["<bosh wait>: 30s, was 60s"],"restart_needed":["<a b>"]})");
}

TEST_F(ApiTest, ADrainMayHaveADeadlineAndBeCancelled) {
    EXPECT_EQ(short_form(ask("POST /api/drain", R"({"deadline_s":300})")),
              R"(200 {"standing":"draining","deadline_s":300})");
    EXPECT_EQ(short_form(ask("POST /api/drain")),
              R"(200 {"standing":"draining","deadline_s":null})");
    EXPECT_EQ(short_form(ask("DELETE /api/drain")), R"(200 {"standing":"ready"})");
    for (std::string_view wrong : {R"({"deadline_s":-1})", R"({"deadline_s":"5m"})",
                                   R"({"deadline_s":1e99})", R"({"deadline_s":999999999})"}) {
        EXPECT_THAT(ask("POST /api/drain", wrong), StartsWith("HTTP/1.1 400 ")) << wrong;
    }
    EXPECT_THAT(steering.told, ElementsAre("drain 300", "drain", "cancel"));
    steering.willing = false;
    EXPECT_EQ(short_form(ask("DELETE /api/drain")), R"(409 {"error":"it is not draining"})");
    daemon.now = admin::Standing::Draining;
    EXPECT_EQ(short_form(ask("DELETE /api/drain")), R"(409 {"error":"it is stopping already"})");
    EXPECT_EQ(short_form(ask("POST /api/drain")), R"(409 {"error":"it is stopping already"})");
}

TEST_F(ApiTest, TheLogLevelIsSetByItsWord) {
    EXPECT_EQ(short_form(ask("POST /api/log-level", R"({"level":"debug"})")),
              R"(200 {"log_level":"debug","before":"info"})");
    EXPECT_EQ(short_form(ask("POST /api/log-level", R"({"level":"loud"})")),
              R"(400 {"error":"level is none of trace debug info warn error off"})");
    EXPECT_THAT(ask("POST /api/log-level"), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(steering.told, ElementsAre("log debug"));
}

TEST_F(ApiTest, WhoHasNoBusinessHereIsRefusedInJson) {
    api.set_token("a-token-of-many-letters");
    EXPECT_EQ(short_form(ask("GET /api/status")),
              R"(401 {"error":"the token is missing or wrong: Authorization: Bearer TOKEN"})");
    EXPECT_THAT(ask("GET /api/status"), HasSubstr("\r\nWWW-Authenticate: Bearer "));
    std::string_view token = "Authorization: Bearer a-token-of-many-letters\r\n";
    EXPECT_THAT(ask("GET /api/status", {}, token), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(ask("DELETE /api/sessions/aaaaaaaa"), StartsWith("HTTP/1.1 401 "));
    EXPECT_THAT(ask("DELETE /api/sessions/aaaaaaaa", {},
                    std::string(token) + "Origin: https://evil.example\r\n"),
                StartsWith("HTTP/1.1 403 "));
    EXPECT_TRUE(sessions.asked.empty());
}

TEST_F(ApiTest, OtherPathsAndMethodsAreRefusedInJson) {
    EXPECT_EQ(short_form(ask("GET /api/nothing")), R"(404 {"error":"Not Found"})");
    EXPECT_THAT(ask("GET /api/"), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(ask("POST /api/status"), StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(ask("POST /api/sessions/x"),
                HasSubstr("\r\nAllow: GET, HEAD, DELETE, OPTIONS\r\n"));
    EXPECT_EQ(short_form(ask("DELETE /api/sessions/x", "{")),
              R"(400 {"error":"the body is no JSON object"})");
    EXPECT_EQ(short_form(ask("DELETE /api/sessions/x", "[1]")),
              R"(400 {"error":"the body is no JSON object"})");
    EXPECT_THAT(ask("DELETE /api/sessions/x", std::string(5'000, ' ')),
                StartsWith("HTTP/1.1 413 "));
}

} // namespace
