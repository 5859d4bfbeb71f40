// Rows: -
#include "admin/access.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

using admin::AccessRules;
using admin::Secrecy;

namespace {

constexpr const char* kToken = "a-token-of-many-letters";

struct Asked {
    std::initializer_list<std::pair<std::string_view, std::string_view>> fields = {};
    std::string_view authority = "127.0.0.1:9280";
    Secrecy secrecy = Secrecy::ForAdmins;
    bool local = false;
};

// The status of the refusal; 0: there is none.
int refused(const AccessRules& rules, const Asked& asked) {
    http::FieldList fields;
    for (auto [name, value] : asked.fields) fields.add(name, value);
    http::RequestHead head{.method = http::Method::Get,
                           .path = "/metrics",
                           .authority = asked.authority,
                           .fields = fields};
    http::ClientFacts client{.peer = *net::Address::parse("127.0.0.1", 40'000)};
    if (asked.local) client.peer = {.family = net::Address::Family::Local};
    auto refusal = rules.refusal(head, client, asked.secrecy);
    return refusal ? refusal->status : 0;
}

TEST(AccessRulesTest, WithoutATokenEveryoneOnTheHostMayAskUnderItsOwnNames) {
    AccessRules rules;
    for (std::string_view own :
         {"127.0.0.1:9280", "localhost", "LocalHost:9280", "[::1]:9280", "192.0.2.1"}) {
        EXPECT_EQ(refused(rules, {.authority = own}), 0) << own;
    }
}

TEST(AccessRulesTest, ANameThatDnsMayLieAboutIsNotOurs) {
    AccessRules rules;
    for (std::string_view other :
         {"evil.example:9280", "localhost.evil.example", "127.0.0.1.nip.io", ""}) {
        EXPECT_EQ(refused(rules, {.authority = other}), 421) << other;
        EXPECT_EQ(refused(rules, {.authority = other, .secrecy = Secrecy::Open}), 421) << other;
    }
}

TEST(AccessRulesTest, APageOfAnotherSiteIsRefusedWhateverItBears) {
    AccessRules open;
    AccessRules closed(kToken);
    for (const AccessRules& rules : {open, closed}) {
        for (std::string_view site : {"cross-site", "same-site", "anything"}) {
            EXPECT_EQ(
                refused(rules, {.fields = {{"Sec-Fetch-Site", site},
                                           {"Authorization", "Bearer a-token-of-many-letters"}}}),
                403)
                << site;
        }
        for (std::string_view origin :
             {"http://evil.example", "null", "http://127.0.0.1:80", "file://127.0.0.1:9280"}) {
            EXPECT_EQ(refused(rules, {.fields = {{"Origin", origin}}, .secrecy = Secrecy::Open}),
                      403)
                << origin;
        }
        EXPECT_EQ(refused(rules, {.fields = {{"Sec-Fetch-Site", "cross-site"}}, .local = true}),
                  403);
    }
}

TEST(AccessRulesTest, APageOfOurOwnMayAskOn) {
    AccessRules rules;
    EXPECT_EQ(refused(rules, {.fields = {{"Sec-Fetch-Site", "none"}}}), 0);
    EXPECT_EQ(refused(rules, {.fields = {{"Sec-Fetch-Site", "same-origin"},
                                         {"Origin", "http://127.0.0.1:9280"}}}),
              0);
    EXPECT_EQ(refused(rules, {.fields = {{"Origin", "https://admin.localhost"}},
                              .authority = "admin.localhost"}),
              421); // its own, but no name that is ours for sure
}

TEST(AccessRulesTest, WithATokenOnlyItsBearerMay) {
    AccessRules rules(kToken);
    EXPECT_EQ(refused(rules, {.fields = {{"Authorization", "Bearer a-token-of-many-letters"}}}), 0);
    EXPECT_EQ(refused(rules, {.fields = {{"authorization", "bearer a-token-of-many-letters"}},
                              .authority = "boshcm.example"}),
              0);
    EXPECT_EQ(refused(rules, {}), 401);
    for (std::string_view wrong :
         {"", "Bearer", "Bearer ", "Bearer a-token-of-many-letter",
          "Bearer a-token-of-many-lettert", "Bearer a-token-of-many-letters ",
          "Basic a-token-of-many-letters", "a-token-of-many-letters"}) {
        EXPECT_EQ(refused(rules, {.fields = {{"Authorization", wrong}}}), 401) << wrong;
    }
    EXPECT_EQ(refused(rules, {.fields = {{"Authorization", "Bearer a-token-of-many-letters"},
                                         {"Authorization", "Bearer another-one-of-them"}}}),
              401);
}

TEST(AccessRulesTest, WhoMayOpenTheSocketNeedsNoToken) {
    EXPECT_EQ(refused(AccessRules(kToken), {.authority = "anything", .local = true}), 0);
    EXPECT_EQ(refused(AccessRules(), {.authority = "", .local = true}), 0);
}

TEST(AccessRulesTest, ThatItLivesIsNoSecret) {
    EXPECT_EQ(
        refused(AccessRules(kToken), {.authority = "balancer.example", .secrecy = Secrecy::Open}),
        0);
}

TEST(AccessRulesTest, SaysHowToComeIn) {
    http::FieldList fields;
    auto refusal = AccessRules(kToken).refusal(
        {.method = http::Method::Get, .authority = "localhost", .fields = fields}, {},
        Secrecy::ForAdmins);
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->fields, "WWW-Authenticate: Bearer realm=\"boshcm\"\r\n");
}

} // namespace
