#include "tests/bosh/endpoint_fixture.h"

#include <cerrno>

namespace bosh {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Rows: B-001, B-011, B-031, B-070
TEST_F(EndpointTest, CreatesASessionAndRelaysBothWays) {
    std::string sid = open_session();
    EXPECT_EQ(server().opened_to, "example.org");
    uint32_t first = post(body(sid, 101, "<message to='a@example.org'/>"));
    EXPECT_EQ(server().sent, "<message to='a@example.org'/>");
    EXPECT_EQ(answer(first), "none");
    stanza("<message from='a@example.org'/>");
    EXPECT_EQ(answer(first), "<body xmlns='http://jabber.org/protocol/httpbind'>"
                             "<message from='a@example.org'/></body>");
    EXPECT_EQ(answers_[first].content_type, "text/xml; charset=utf-8");
    EXPECT_THAT(answers_[first].fields, HasSubstr("Cache-Control: no-store\r\n"));
}

// Rows: B-020, B-040, B-100, S-003
TEST_F(EndpointTest, KnowsNoSessionOfAnotherSid) {
    open_session();
    for (const char* sid : {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
        uint32_t request = post(body(sid, 101, ""));
        EXPECT_THAT(answer(request), HasSubstr("type='terminate' condition='item-not-found'"));
        EXPECT_EQ(answers_[request].status, 200);
    }
    EXPECT_EQ(endpoint_.session_count(), 1U);
}

// Rows: B-302, B-041
TEST_F(EndpointTest, RefusesALegacyClientWithAnHttpCode) {
    uint32_t request = post("<body xmlns='http://jabber.org/protocol/httpbind' to='example.org'/>");
    EXPECT_EQ(answers_[request].status, 400);
    EXPECT_EQ(answer(request), "");
}

// Rows: B-305, D-06, B-300, D-14
TEST_F(EndpointTest, AnswersGarbageWithBadRequestAndTouchesNoSession) {
    std::string sid = open_session();
    for (const char* garbage : {"", "garbage", "<body", "<!DOCTYPE x><x/>"}) {
        uint32_t request = post(garbage);
        EXPECT_EQ(answers_[request].status, 200);
        EXPECT_THAT(answer(request), HasSubstr("condition='bad-request'"));
    }
    EXPECT_EQ(endpoint_.session_count(), 1U);
}

// Rows: B-306
TEST_F(EndpointTest, EndsTheSessionWhoseRequestHasBadContent) {
    std::string sid = open_session();
    uint32_t request = post(body(sid, 101, "<a><!-- no --></a>"));
    EXPECT_THAT(answer(request), HasSubstr("condition='bad-request'"));
    EXPECT_EQ(endpoint_.session_count(), 0U);
    EXPECT_TRUE(server().closed);
}

// Rows: B-016
TEST_F(EndpointTest, RefusesACodingThatWasNotOffered) {
    std::string sid = open_session();
    EXPECT_THAT(answer(post("x", "gzip")), HasSubstr("condition='bad-request'"));
    uint32_t request = post(gzip(body(sid, 101, "<a/>")), "gzip");
    EXPECT_THAT(answer(request), HasSubstr("condition='bad-request'"));
    EXPECT_EQ(server().sent, "");
}

// Rows: B-015
TEST_F(EndpointTest, CompressesNothingByDefault) {
    std::string sid = open_session();
    uint32_t request = post(body(sid, 101, ""), "", "gzip");
    stanza("<message>" + std::string(1000, 'x') + "</message>");
    EXPECT_THAT(answer(request), StartsWith("<body"));
    EXPECT_EQ(answers_[request].fields, "Cache-Control: no-store\r\n");
}

// Rows: B-016, B-080, B-081
TEST_F(EndpointTest, OffersToTakeCompressedRequestsOnceWhereItDoes) {
    EXPECT_THAT(answer(create(" to='example.org' hold='0'")), Not(HasSubstr("accept=")));
    settings_.compression = true;
    uint32_t creation = create(" to='example.org' hold='0' polling='1'");
    EXPECT_THAT(answer(creation), HasSubstr(" accept='gzip,deflate'"));
}

// Rows: B-016, S-003
TEST_F(EndpointTest, TakesCompressedRequests) {
    settings_.compression = true;
    std::string sid = open_session();
    post(gzip(body(sid, 101, "<a/>")), "gzip");
    EXPECT_EQ(server().sent, "<a/>");
    post(body(sid, 102, "<b/>"));
    EXPECT_EQ(server().sent, "<a/><b/>");
}

// Rows: B-016, B-305
TEST_F(EndpointTest, RefusesABodyThatIsNotInItsCoding) {
    settings_.compression = true;
    std::string sid = open_session();
    std::string sound = gzip(body(sid, 101, "<a/>"));
    for (auto [coded, coding] : {std::pair(sound, "br"),
                                 {sound, "gzip, gzip"},
                                 {sound.substr(0, sound.size() - 1), "gzip"},
                                 {sound + "x", "gzip"},
                                 {"", "gzip"}}) {
        uint32_t request = post(coded, coding);
        EXPECT_EQ(answers_[request].status, 200);
        EXPECT_THAT(answer(request), HasSubstr("condition='bad-request'"));
    }
    EXPECT_EQ(endpoint_.session_count(), 1U);
    EXPECT_EQ(server().sent, "");
}

// Rows: S-013, B-032
TEST_F(EndpointTest, RefusesAPlainSizeBeyondTheLimitAndTouchesNoSession) {
    settings_.compression = true;
    std::string sid = open_session();
    uint32_t request =
        post(gzip(body(sid, 101, std::string(settings_.max_body_bytes, ' '))), "gzip");
    EXPECT_EQ(answers_[request].status, 413);
    EXPECT_TRUE(answers_[request].close);
    EXPECT_EQ(endpoint_.session_count(), 1U);
}

// Rows: S-040, S-013
TEST_F(EndpointTest, InflatesNothingBeyondTheMemoryBudget) {
    settings_.compression = true;
    std::string sid = open_session();
    base::Slice full = base::Slice::copy(env_.pool, std::string(env_.pool.budget_bytes(), 'x'));
    EXPECT_EQ(answers_[post(gzip(body(sid, 101, std::string(8000, ' '))), "gzip")].status, 503);
    uint32_t small = post(gzip(body(sid, 101, "")), "gzip");
    EXPECT_EQ(answer(small), "none"); // held
}

// Rows: B-013, B-015
TEST_F(EndpointTest, CompressesAnAnswerForARequestThatAcceptsIt) {
    settings_.compression = true;
    std::string sid = open_session();
    std::string text = "<message>" + std::string(1000, 'x') + "</message>";
    for (auto [accept, coding, field] :
         {std::tuple("gzip, deflate, br", http::ContentCoding::Gzip, "gzip"),
          {"deflate", http::ContentCoding::Deflate, "deflate"}}) {
        uint32_t request = post(body(sid, 100 + next_, ""), "", accept);
        stanza(text);
        EXPECT_LT(answers_[request].body.size_bytes(), 100U);
        EXPECT_THAT(decoded(request, coding), HasSubstr(text));
        EXPECT_THAT(answers_[request].fields,
                    HasSubstr("Content-Encoding: " + std::string(field) + "\r\n"));
        EXPECT_THAT(answers_[request].fields, HasSubstr("Vary: Accept-Encoding\r\n"));
    }
    for (const char* accept : {"", "br", "gzip;q=0", "identity, gzip;q=0.5"}) {
        uint32_t request = post(body(sid, 100 + next_, ""), "", accept);
        stanza(text);
        EXPECT_THAT(answer(request), HasSubstr(text)) << accept;
        EXPECT_THAT(answers_[request].fields, Not(HasSubstr("Content-Encoding")));
        EXPECT_THAT(answers_[request].fields, HasSubstr("Vary: Accept-Encoding\r\n"));
    }
}

// Rows: B-015
TEST_F(EndpointTest, CompressesWhatIsSmallOnlyForThoseWhoTakeNothingElse) {
    settings_.compression = true;
    std::string sid = open_session();
    uint32_t indifferent = post(body(sid, 101, ""), "", "gzip");
    stanza("<message/>");
    EXPECT_THAT(answer(indifferent), HasSubstr("<message/>"));
    uint32_t strict = post(body(sid, 102, ""), "", "gzip, identity;q=0");
    stanza("<message/>");
    EXPECT_THAT(decoded(strict, http::ContentCoding::Gzip), HasSubstr("<message/>"));
    uint32_t refused = post(body("x", 1, ""), "", "gzip, identity;q=0");
    EXPECT_THAT(decoded(refused, http::ContentCoding::Gzip), HasSubstr("item-not-found"));
}

// Rows: S-014
TEST_F(EndpointTest, NeverCompressesWhatAuthenticates) {
    settings_.compression = true;
    std::string sid = open_session();
    for (const char* ns : {"urn:ietf:params:xml:ns:xmpp-sasl", "urn:xmpp:sasl:2"}) {
        uint32_t request = post(body(sid, 100 + next_, ""), "", "gzip, identity;q=0");
        stanza("<success xmlns='" + std::string(ns) + "'>" + std::string(1000, 'x') + "</success>");
        EXPECT_THAT(answer(request), HasSubstr("<success"));
        EXPECT_THAT(answers_[request].fields, Not(HasSubstr("Content-Encoding")));
    }
}

// Rows: B-107
TEST_F(EndpointTest, CodesAReplayAsTheRepeatedRequestAccepts) {
    settings_.compression = true;
    std::string sid = open_session();
    uint32_t first = post(body(sid, 101, ""), "", "gzip");
    stanza("<message>" + std::string(1000, 'x') + "</message>");
    std::string xml = decoded(first, http::ContentCoding::Gzip);
    EXPECT_EQ(answer(post(body(sid, 101, ""))), xml);
    uint32_t deflated = post(body(sid, 101, ""), "", "deflate");
    EXPECT_EQ(decoded(deflated, http::ContentCoding::Deflate), xml);
}

// Rows: B-043
TEST_F(EndpointTest, ConnectsNowhereForAForeignDomain) {
    uint32_t request = create(" to='foreign.example' ver='1.6'");
    EXPECT_THAT(answer(request), HasSubstr("condition='host-unknown'"));
    EXPECT_EQ(upstreams_.created, 0);
}

// Rows: B-052, U-004
TEST_F(EndpointTest, ConnectsToTheServerThatRouteNames) {
    domains_.listed_routes = {{.host = "a.internal", .port = 1}, {.host = "b.internal", .port = 2}};
    create(" to='example.org' ver='1.6' route='xmpp:b.internal:2'");
    EXPECT_EQ(upstreams_.latest_server, 2U);
    EXPECT_EQ(server().opened_to, "example.org");
    EXPECT_THAT(answer(create(" to='example.org' ver='1.6' route='xmpp:c.internal:2'")),
                HasSubstr("condition='host-unknown'"));
    EXPECT_THAT(answer(create(" to='example.org' ver='1.6' route='b.internal:2'")),
                HasSubstr("condition='bad-request'"));
    EXPECT_EQ(upstreams_.created, 1);
}

// Rows: B-052, B-262
TEST_F(EndpointTest, ConnectsAnAddedStreamToTheServerThatRouteNames) {
    settings_.max_streams = 2;
    domains_.listed_routes = {{.host = "a.internal", .port = 1}};
    std::string sid = open_session();
    EXPECT_EQ(upstreams_.latest_server, xmpp::kOwnServer);
    post("<body xmlns='http://jabber.org/protocol/httpbind' sid='" + sid +
         "' rid='101' to='example.org' route='xmpp:a.internal:1'/>");
    EXPECT_EQ(upstreams_.created, 2);
    EXPECT_EQ(upstreams_.latest_server, 1U);
}

// Rows: B-060, S-023, H-009
TEST_F(EndpointTest, SendsWhoComesWithoutEncryptionToTheUriForThat) {
    settings_.see_other_uri = "https://chat.example.org/http-bind?a&b";
    client_.encrypted = false;
    for (const char* attributes : {" to='example.org' ver='1.6'", " to='example.org'"}) {
        uint32_t request = create(attributes);
        EXPECT_EQ(answer(request),
                  "<body xmlns='http://jabber.org/protocol/httpbind' type='terminate' "
                  "condition='see-other-uri'>"
                  "<uri>https://chat.example.org/http-bind?a&amp;b</uri></body>");
        EXPECT_EQ(answers_[request].status, 200);
    }
    EXPECT_EQ(upstreams_.created, 0);
    client_.encrypted = true;
    create();
    EXPECT_EQ(upstreams_.created, 1);
}

// Rows: B-060
TEST_F(EndpointTest, ServesWhoComesWithoutEncryptionWhereNoOtherUriIsKnown) {
    client_.encrypted = false;
    create();
    EXPECT_EQ(upstreams_.created, 1);
}

// Rows: B-140
TEST_F(EndpointTest, TellsTheSessionThatARequestIsLost) {
    std::string sid = open_session();
    uint32_t lost = post(body(sid, 101, ""));
    endpoint_.on_request_lost({.index = lost, .generation = 1});
    stanza("<message/>");
    EXPECT_EQ(answer(lost), "none");
    uint32_t again = post(body(sid, 101, ""));
    EXPECT_THAT(answer(again), HasSubstr("<message/>"));
}

// Rows: B-145
TEST_F(EndpointTest, WaitsForACongestedServer) {
    std::string sid = open_session();
    server().is_congested = true;
    post(body(sid, 101, "<a/>"));
    post(body(sid, 102, "<b/>"));
    EXPECT_EQ(server().sent, "<a/>");
    server().is_congested = false;
    server().listener.on_upstream_drained();
    EXPECT_EQ(server().sent, "<a/><b/>");
}

// Rows: B-226, B-225
TEST_F(EndpointTest, RepeatsTheLastAnswersOfASessionThatHasEnded) {
    std::string sid = open_session();
    uint32_t held = post(body(sid, 101, ""));
    std::string terminate = "<body xmlns='http://jabber.org/protocol/httpbind' sid='" + sid +
                            "' rid='102' type='terminate'/>";
    uint32_t other = post(terminate);
    EXPECT_EQ(endpoint_.session_count(), 0U);
    EXPECT_EQ(answer(held), "<body xmlns='http://jabber.org/protocol/httpbind' type='terminate'/>");
    uint32_t again = post(body(sid, 101, ""));
    EXPECT_EQ(answer(again), answer(held));
    EXPECT_EQ(answers_[again].content_type, "text/xml; charset=utf-8");
    EXPECT_EQ(answer(post(terminate)), answer(other));
    EXPECT_THAT(answer(post(body(sid, 103, ""))), HasSubstr("item-not-found"));
    EXPECT_THAT(answer(post(body(sid, 100, ""))), HasSubstr("item-not-found"));
    env_.advance(30s);
    EXPECT_THAT(answer(post(terminate)), HasSubstr("item-not-found"));
}

// Rows: B-226, B-245
TEST_F(EndpointTest, RepeatsALastAnswerOnlyForTheKeyOfItsRequest) {
    std::string sid = open_session(
        " to='example.org' ver='1.6' newkey='a56559418dc7908ce5f0b24b05c78e055cb863dc'");
    std::string terminate = "<body xmlns='http://jabber.org/protocol/httpbind' sid='" + sid +
                            "' rid='101' type='terminate'";
    std::string key = " key='" + std::string(40, 'a') + "'/>"; // its SHA-1 is the newkey
    EXPECT_THAT(answer(post(terminate + key)), HasSubstr("type='terminate'/>"));
    EXPECT_THAT(answer(post(terminate + "/>")), HasSubstr("item-not-found"));
    EXPECT_THAT(answer(post(terminate + key)), HasSubstr("type='terminate'/>"));
}

// Rows: B-226
TEST_F(EndpointTest, TellsTheEndToATerminateWhoseConnectionWasLost) {
    std::string sid = open_session();
    server().is_congested = true;
    post(body(sid, 101, "<a/>"));
    std::string terminate = "<body xmlns='http://jabber.org/protocol/httpbind' sid='" + sid +
                            "' rid='102' type='terminate'><b/></body>";
    endpoint_.on_request_lost({.index = post(terminate), .generation = 1});
    endpoint_.on_request_lost({.index = next_ - 2, .generation = 1});
    server().listener.on_upstream_drained();
    EXPECT_EQ(endpoint_.session_count(), 0U);
    EXPECT_THAT(answer(post(body(sid, 101, ""))), HasSubstr("type='terminate'/>"));
    EXPECT_THAT(answer(post(terminate)), Not(HasSubstr("type=")));
}

// Rows: B-113, B-225
TEST_F(EndpointTest, RepeatsNoErrorThatEndedASession) {
    std::string sid = open_session();
    server().listener.on_upstream_ended(xmpp::UpstreamEnd::Lost, {});
    EXPECT_THAT(answer(post(body(sid, 101, ""))), HasSubstr("remote-connection-failed"));
    EXPECT_THAT(answer(post(body(sid, 101, ""))), HasSubstr("item-not-found"));
}

// Rows: S-046
TEST_F(EndpointTest, SandboxesHtmlThatIsRepeated) {
    uint32_t creation = create(" to='example.org' ver='1.6' content='text/html'");
    stanza("<stream:features/>", xmpp::Stanza::Kind::Features);
    std::string xml = answer(creation);
    std::string terminate = "<body xmlns='http://jabber.org/protocol/httpbind' sid='" +
                            xml.substr(xml.find(" sid='") + 6, 27) +
                            "' rid='101' type='terminate'/>";
    post(terminate);
    uint32_t again = post(terminate);
    EXPECT_EQ(answers_[again].content_type, "text/html");
    EXPECT_THAT(answers_[again].fields, HasSubstr("default-src 'none'; sandbox"));
}

// Rows: B-061, S-040
TEST_F(EndpointTest, RefusesSessionsBeyondTheLimit) {
    settings_.max_sessions = 1;
    open_session();
    uint32_t refused = create();
    EXPECT_THAT(answer(refused), HasSubstr("condition='internal-server-error'"));
    EXPECT_TRUE(answers_[refused].close) << "there is no room for its connection either";
    EXPECT_EQ(upstreams_.created, 1);
}

// Rows: B-084, B-311
TEST_F(EndpointTest, SaysInPlainWordsWhyThereIsNoServer) {
    uint32_t creation = create();
    server().listener.on_upstream_ended(
        xmpp::UpstreamEnd::ConnectFailed,
        {.category = base::Category::Net, .code = ECONNREFUSED, .what = "for the log"});
    EXPECT_THAT(answer(creation),
                HasSubstr("type='terminate' condition='remote-connection-failed'>"
                          "<text xmlns='urn:boshcm:error:0'>the server refused the connection"
                          "</text></body>"));
    EXPECT_THAT(answer(creation), Not(HasSubstr("sid=")));
}

// Rows: S-046
TEST_F(EndpointTest, SandboxesHtml) {
    uint32_t creation = create(" to='example.org' ver='1.6' content='text/html'");
    server().listener.on_upstream_ended(xmpp::UpstreamEnd::ConnectFailed, {});
    EXPECT_EQ(answers_[creation].content_type, "text/html");
    EXPECT_THAT(answers_[creation].fields, HasSubstr("default-src 'none'; sandbox"));
}

// Rows: S-021
TEST_F(EndpointTest, DropsARequestInClearForASessionBegunEncrypted) {
    client_.encrypted = true;
    std::string sid = open_session();
    client_.encrypted = false;
    uint32_t spied = post("<body xmlns='http://jabber.org/protocol/httpbind' sid='" + sid +
                          "' rid='101' type='terminate'/>");
    EXPECT_EQ(answer(spied), "none");
    EXPECT_THAT(dropped_, testing::ElementsAre(spied));
    EXPECT_EQ(endpoint_.session_count(), 1U);
    client_.encrypted = true;
    post(body(sid, 101, "<presence/>"));
    EXPECT_EQ(server().sent, "<presence/>");
}

// Rows: S-021
TEST_F(EndpointTest, RepeatsNothingInClearOfWhatWasSaidEncrypted) {
    client_.encrypted = true;
    std::string sid = open_session();
    std::string last = "<body xmlns='http://jabber.org/protocol/httpbind' sid='" + sid +
                       "' rid='101' type='terminate'/>";
    uint32_t said = post(last);
    EXPECT_THAT(answer(said), Not(HasSubstr("item-not-found")));
    client_.encrypted = false;
    uint32_t spied = post(last);
    EXPECT_EQ(answer(spied), "none");
    EXPECT_THAT(dropped_, testing::ElementsAre(spied));
    client_.encrypted = true;
    EXPECT_EQ(answer(post(last)), answer(said));
}

// Rows: S-021
TEST_F(EndpointTest, TakesAnEncryptedRequestForASessionBegunInClear) {
    std::string sid = open_session();
    client_.encrypted = true;
    post(body(sid, 101, "<presence/>"));
    EXPECT_EQ(server().sent, "<presence/>");
    EXPECT_TRUE(dropped_.empty());
}

// Rows: S-022
TEST_F(EndpointTest, DropsARequestWithAnotherClientCertificateOrNone) {
    client_.encrypted = true;
    auto showing = [](uint8_t certificate) {
        return std::make_shared<net::TlsFacts>(net::TlsFacts{.certificate = {certificate}});
    };
    client_.tls = showing(1);
    std::string sid = open_session();
    EXPECT_EQ(server().client_tls, client_.tls);
    for (const auto& other : {showing(0), showing(2), std::shared_ptr<net::TlsFacts>()}) {
        client_.tls = other;
        EXPECT_EQ(answer(post(body(sid, 101, "<presence/>"))), "none");
    }
    EXPECT_EQ(dropped_.size(), 3U);
    EXPECT_EQ(server().sent, "");
    client_.tls = showing(1);
    post(body(sid, 101, "<presence/>"));
    EXPECT_EQ(server().sent, "<presence/>");
}

// Rows
TEST_F(EndpointTest, BouncesTheStanzasOfAClientThatIsGone) {
    open_session();
    stanza("<message/>");
    env_.advance(settings_.inactivity);
    EXPECT_EQ(upstreams_.bounced, 1U);
    EXPECT_EQ(endpoint_.session_count(), 0U);
}

// Rows: B-260, B-262, B-264
TEST_F(EndpointTest, GivesEachStreamOfASessionItsOwnUpstream) {
    settings_.max_streams = 2;
    std::string sid = open_session();
    FakeUpstream& first = server();
    post("<body xmlns='http://jabber.org/protocol/httpbind' sid='" + sid +
         "' rid='101' to='example.org'/>");
    FakeUpstream& second = server();
    ASSERT_NE(&first, &second);
    EXPECT_EQ(second.opened_to, "example.org");
    second.listener.on_stream_opened({.from = "example.org", .id = "i", .version = "", .lang = ""});
    post(body(sid, 102, "<presence/>"));
    EXPECT_EQ(first.sent, "<presence/>");
    EXPECT_EQ(second.sent, "<presence/>");
    first.facts = {.address = "192.0.2.5:5222", .tls_version = "TLSv1.2", .tls_cipher = "C"};
    base::ServerFacts told = endpoint_.find(sid)->details().server;
    EXPECT_EQ(told.address, "192.0.2.5:5222");
    EXPECT_EQ(told.tls_version, "TLSv1.2");
    EXPECT_EQ(told.tls_cipher, "C");
    second.listener.on_upstream_ended(xmpp::UpstreamEnd::Lost, {});
    EXPECT_EQ(endpoint_.session_count(), 1U);
    first.listener.on_upstream_ended(xmpp::UpstreamEnd::Lost, {});
    EXPECT_EQ(endpoint_.session_count(), 1U) << "its cause is still to be told";
    EXPECT_EQ(endpoint_.find(sid)->details().server.address, "");
    uint32_t next = post(body(sid, 103, ""));
    EXPECT_THAT(answer(next), HasSubstr("condition='remote-connection-failed'"));
    EXPECT_EQ(endpoint_.session_count(), 0U);
}

} // namespace
} // namespace bosh
