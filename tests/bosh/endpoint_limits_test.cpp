// How much of the endpoint one client may take, and what others see who are no BOSH clients.

#include "tests/bosh/endpoint_fixture.h"

namespace bosh {
namespace {

using testing::HasSubstr;
using testing::Not;

class EndpointLimitsTest : public EndpointTest {
protected:
    EndpointLimitsTest() {
        client_.peer = *net::Address::parse("192.0.2.1", 1);
        limit_settings_.memory_ceiling_bytes = 0;
    }
    void begin() {
        ledger_.emplace(limit_settings_.memory_ceiling_bytes);
        limits_.emplace(services_, limit_settings_, *ledger_);
        endpoint_.set_client_limits(*limits_);
    }
    std::string refused_with(uint32_t request) {
        std::string xml = answer(request);
        size_t at = xml.find(" condition='");
        return at == std::string::npos ? ""
                                       : xml.substr(at + 12, xml.find('\'', at + 12) - at - 12);
    }
    http::Handler::Verdict look(http::Method method) {
        http::FieldList fields;
        http::RequestHead head{.method = method, .path = "/http-bind", .fields = fields};
        return endpoint_.on_head(head, client_);
    }

    http::ClientLimitSettings limit_settings_;
    std::optional<http::LimitLedger> ledger_;
    std::optional<http::ClientLimits> limits_;
};

// Rows: B-061
TEST_F(EndpointLimitsTest, RefusesSessionsAboveTheLimitOfTheirAddress) {
    limit_settings_.address_sessions = 1;
    begin();
    std::string sid = open_session();
    EXPECT_EQ(refused_with(create()), "policy-violation");
    client_.peer = *net::Address::parse("192.0.2.2", 1);
    EXPECT_EQ(refused_with(create()), "");
    client_.peer = *net::Address::parse("192.0.2.1", 1);
    post("<body xmlns='http://jabber.org/protocol/httpbind' sid='" + sid +
         "' rid='101' type='terminate'/>");
    env_.turn();
    EXPECT_EQ(refused_with(create()), "");
}

// Rows: B-061, S-041
TEST_F(EndpointLimitsTest, CountsSessionsThatHaveNotLoggedInApart) {
    limit_settings_.address_unauthenticated = 1;
    begin();
    open_session();
    EXPECT_EQ(refused_with(create()), "policy-violation");
    server().listener.on_stanza({.bytes = base::Slice::copy(env_.pool, "<success/>"),
                                 .kind = xmpp::Stanza::Kind::Other,
                                 .authenticates = true});
    server().listener.on_batch_end();
    EXPECT_EQ(refused_with(create()), "");
}

// Rows: B-061
TEST_F(EndpointLimitsTest, HasAnotherConditionForWhatIsFullForEveryone) {
    limit_settings_.creations = 1;
    begin();
    open_session();
    client_.peer = *net::Address::parse("192.0.2.2", 1);
    EXPECT_EQ(refused_with(create()), "internal-server-error");
}

// Rows: B-061, S-040
TEST_F(EndpointLimitsTest, RefusesNewcomersAtTheMemoryCeilingAndKeepsTheOthers) {
    std::string sid = open_session();
    limit_settings_.memory_ceiling_bytes = 1;
    begin();
    EXPECT_EQ(refused_with(create()), "internal-server-error");
    post(body(sid, 101, "<message/>"));
    EXPECT_EQ(server().sent, "<message/>");
}

// Rows: S-004
TEST_F(EndpointLimitsTest, SlowsDownWhoAsksForSessionsThatAreNotThere) {
    limit_settings_.address_misses = 10;
    begin();
    std::string sid = open_session();
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(refused_with(post(body("guess" + std::to_string(i), 1, ""))), "item-not-found");
    }
    uint32_t slowed = post(body("guess", 1, ""));
    EXPECT_EQ(answers_[slowed].status, 429);
    EXPECT_THAT(answers_[slowed].fields, HasSubstr("Retry-After: "));
    // Who has a session behind the same address does not notice.
    uint32_t honest = post(body(sid, 101, "<message/>"));
    EXPECT_EQ(server().sent, "<message/>");
    EXPECT_EQ(answer(honest), "none");
    env_.advance(6s);
    EXPECT_EQ(refused_with(post(body("guess", 1, ""))), "item-not-found");
}

// Rows: H-002, H-003
TEST_F(EndpointLimitsTest, ShowsAPageToWhoLooks) {
    for (http::Method method : {http::Method::Get, http::Method::Head}) {
        auto verdict = look(method);
        ASSERT_TRUE(verdict.refusal);
        EXPECT_EQ(verdict.refusal->status, 200);
        EXPECT_EQ(verdict.refusal->content_type, "text/html; charset=utf-8");
        EXPECT_THAT(verdict.refusal->fields, HasSubstr("default-src 'none'"));
        EXPECT_THAT(verdict.refusal->body.to_string(), HasSubstr("<meta charset=\"utf-8\">"));
        EXPECT_THAT(verdict.refusal->body.to_string(), Not(HasSubstr("example.org")));
    }
    auto put = look(http::Method::Put);
    EXPECT_EQ(put.refusal->status, 405);
    EXPECT_EQ(put.refusal->fields, "Allow: GET, HEAD, POST, OPTIONS\r\n");
}

// Rows: H-002
TEST_F(EndpointLimitsTest, TakesOnlyPostIfTheOperatorWantsNoPage) {
    settings_.info_page = false;
    auto verdict = look(http::Method::Get);
    ASSERT_TRUE(verdict.refusal);
    EXPECT_EQ(verdict.refusal->status, 405);
    EXPECT_EQ(verdict.refusal->fields, "Allow: POST, OPTIONS\r\n");
}

// Rows: B-061, H-049
TEST_F(EndpointLimitsTest, RefusesSessionsForWhichThereIsNoDescriptor) {
    base::Places descriptors;
    base::Places sessions;
    sessions.draw_on(descriptors, 1, 1);
    endpoint_.set_places(sessions);
    std::string sid = open_session();
    EXPECT_THAT(answer(create()), HasSubstr("condition='internal-server-error'"));
    post("<body xmlns='http://jabber.org/protocol/httpbind' rid='101' type='terminate' sid='" +
         sid + "'/>");
    env_.turn();
    EXPECT_EQ(descriptors.taken(), 0U);
    create();
    EXPECT_EQ(upstreams_.created, 2);
}

// Rows: B-100
TEST_F(EndpointLimitsTest, FindsEachOfManySessionsAndForgetsThem) {
    std::vector<std::string> sids;
    for (int i = 0; i < 300; ++i) sids.push_back(open_session());
    EXPECT_EQ(endpoint_.session_count(), 300U);
    auto terminate = [this](std::string_view sid, Rid rid) {
        return post("<body xmlns='http://jabber.org/protocol/httpbind' rid='" +
                    std::to_string(rid) + "' type='terminate' sid='" + std::string(sid) + "'/>");
    };
    for (const std::string& sid : sids) {
        ASSERT_EQ(answer(terminate(sid, 101)),
                  "<body xmlns='http://jabber.org/protocol/httpbind' type='terminate'/>");
    }
    EXPECT_TRUE(endpoint_.empty());
    env_.turn();
    EXPECT_THAT(answer(terminate(sids.front(), 102)), HasSubstr("condition='item-not-found'"));
}

} // namespace
} // namespace bosh
