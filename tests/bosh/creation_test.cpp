#include "bosh/creation.h"
#include "bosh/media_type.h"
#include "bosh/session_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace bosh {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class FewDomains final : public Domains {
public:
    std::span<const Route> routes(std::string_view domain) const override {
        static const std::vector<Route> kRoutes = {{.host = "xmpp.internal", .port = 5222},
                                                   {.host = "2001:db8::1", .port = 15222}};
        if (domain == "routed.example") return kRoutes;
        return {};
    }
    Standing standing(std::string_view domain) const override {
        if (domain == "routed.example") return Standing::Served;
        if (domain == "example.org" || domain == "xn--bcher-kva.example") return Standing::Served;
        return domain == "old.example" ? Standing::Retired : Standing::Unknown;
    }
};

class CreationTest : public testing::Test {
protected:
    std::expected<Granted, Refusal> ask() {
        return negotiate(body_, creation_, settings_, domains_);
    }
    Condition refused() {
        auto terms = ask();
        EXPECT_FALSE(terms.has_value());
        return terms ? Condition::None : terms.error().condition;
    }
    Terms granted() { return granted_all().terms; }
    StreamTerms granted_stream() { return granted_all().stream; }
    Granted granted_all() {
        auto terms = ask();
        EXPECT_TRUE(terms.has_value()) << terms.error().what;
        return terms ? *terms : Granted{};
    }

    Settings settings_;
    FewDomains domains_;
    BodyIn body_{.rid = 1, .to = "example.org"};
    CreationAttributes creation_{.wait = 30, .hold = 1, .ver = {{1, 6}}};
};

// Rows: B-048, B-049, B-071, B-072, B-076, D-01
TEST_F(CreationTest, GrantsTheLesserOfAskedAndAllowed) {
    Terms terms = granted();
    EXPECT_EQ(terms.wait, 30s);
    EXPECT_EQ(terms.hold, 1U);
    EXPECT_EQ(terms.requests, 2U);
    creation_.wait = 3600;
    creation_.hold = 200;
    terms = granted();
    EXPECT_EQ(terms.wait, 60s);
    EXPECT_EQ(terms.hold, 1U);
    EXPECT_EQ(terms.requests, 2U);
    settings_.hold_max = 2;
    terms = granted();
    EXPECT_EQ(terms.hold, 2U);
    EXPECT_EQ(terms.requests, 3U);
}

// Rows: B-048, B-049, B-087, B-182, D-38, D-18
TEST_F(CreationTest, UsesDefaultsForWhatIsAbsent) {
    creation_.wait.reset();
    creation_.hold.reset();
    Terms terms = granted();
    EXPECT_EQ(terms.wait, 60s);
    EXPECT_EQ(terms.hold, 1U);
    EXPECT_EQ(terms.requests, 2U);
    EXPECT_EQ(terms.inactivity, 60s);
    EXPECT_FALSE(terms.polling);
}

// Rows: B-050, B-072, B-086
TEST_F(CreationTest, MakesAPollingSessionOfWaitOrHoldZero) {
    creation_.hold = 0;
    Terms terms = granted();
    EXPECT_TRUE(terms.polling);
    EXPECT_EQ(terms.requests, 1U);
    EXPECT_EQ(terms.inactivity, 120s);
    settings_.inactivity = 300s;
    EXPECT_EQ(granted().inactivity, 310s);
    creation_ = {.wait = 0, .hold = 1, .ver = {{1, 6}}};
    EXPECT_TRUE(granted().polling);
    EXPECT_EQ(granted().requests, 2U);
}

// Rows: B-046, B-047, B-073, D-39
TEST_F(CreationTest, ComparesVersionsAsTwoNumbers) {
    EXPECT_EQ(granted().ver_minor, 6);
    creation_.ver = {{1, 10}};
    EXPECT_EQ(granted().ver_minor, 10);
    creation_.ver = {{1, 99}};
    EXPECT_EQ(granted().ver_minor, 11);
    creation_.ver = {{2, 0}};
    EXPECT_EQ(granted().ver_minor, 11);
    EXPECT_FALSE(granted().legacy);
    creation_.ver.reset();
    EXPECT_TRUE(granted().legacy);
}

// Rows: B-041
TEST_F(CreationTest, RefusesAMissingRid) {
    body_.rid.reset();
    EXPECT_EQ(refused(), Condition::BadRequest);
}

// Rows: B-042
TEST_F(CreationTest, NeedsToOrADefaultDomain) {
    body_.to.clear();
    EXPECT_EQ(refused(), Condition::ImproperAddressing);
    settings_.default_domain = "example.org";
    EXPECT_EQ(granted_stream().to, "example.org");
}

// Rows: B-051, S-030
TEST_F(CreationTest, IgnoresRouteWhereNoneIsListed) {
    for (const char* route : {"xmpp:xmpp.internal:5222", "xmpp:127.0.0.1:22", "garbage"}) {
        body_.route = route;
        EXPECT_EQ(granted_stream().server, xmpp::kOwnServer) << route;
    }
}

// Rows: B-051, B-052, S-030
TEST_F(CreationTest, LetsRouteChooseAmongTheListedServersOnly) {
    body_.to = "Routed.Example";
    EXPECT_EQ(granted_stream().server, xmpp::kOwnServer);
    body_.route = "xmpp:XMPP.Internal:5222";
    EXPECT_EQ(granted_stream().server, 1U);
    body_.route = "xmpp:[2001:DB8:0::1]:15222";
    EXPECT_EQ(granted_stream().server, 2U);
    EXPECT_EQ(granted_stream().to, "routed.example");
    for (const char* foreign :
         {"xmpp:xmpp.internal:5223", "xmpp:xmpp.internal.:5222", "xmpp:other.internal:5222",
          "xmpp:127.0.0.1:22", "xmpp:localhost:5222", "xmpp:routed.example:5222"}) {
        body_.route = foreign;
        EXPECT_EQ(refused(), Condition::HostUnknown) << foreign;
    }
    for (const char* wrong :
         {"xmpp.internal:5222", "xmpp:xmpp.internal", "http:xmpp.internal:5222"}) {
        body_.route = wrong;
        EXPECT_EQ(refused(), Condition::BadRequest) << wrong;
    }
}

// Rows: B-042, B-052
TEST_F(CreationTest, NeedsADomainHoweverItIsRouted) {
    body_.route = "xmpp:xmpp.internal:5222";
    body_.to.clear();
    EXPECT_EQ(refused(), Condition::ImproperAddressing);
    settings_.default_domain = "routed.example";
    EXPECT_EQ(granted_stream().server, 1U);
}

// Rows: B-043, S-030
TEST_F(CreationTest, ServesOnlyItsDomains) {
    body_.to = "other.example";
    EXPECT_EQ(refused(), Condition::HostUnknown);
    body_.to = "old.example";
    EXPECT_EQ(refused(), Condition::HostGone);
}

// Rows: B-043
TEST_F(CreationTest, ComparesDomainsAfterNormalisation) {
    body_.to = "EXAMPLE.org";
    EXPECT_EQ(granted_stream().to, "example.org");
}

// Rows: B-044, S-031, D-37
TEST_F(CreationTest, RefusesAToThatIsNoBareDomain) {
    for (const char* to :
         {"user@example.org", "example.org/res", "example.org:5222", "exa mple", "<x>", "a'b"}) {
        body_.to = to;
        EXPECT_EQ(refused(), Condition::ImproperAddressing) << to;
    }
}

// Rows: B-053, B-045, U-007
TEST_F(CreationTest, ChecksFromAndDropsABadLanguage) {
    body_.from = "user@example.org";
    body_.lang = "ko-KR";
    EXPECT_EQ(granted_stream().from, "user@example.org");
    EXPECT_EQ(granted_stream().lang, "ko-KR");
    body_.lang = "k' o='1";
    EXPECT_EQ(granted_stream().lang, "");
    body_.from = "user@elsewhere.example/phone";
    EXPECT_EQ(granted_stream().from, "") << "the server would take it as an error";
    body_.from = "@@";
    EXPECT_EQ(refused(), Condition::ImproperAddressing);
}

// Rows: B-058
TEST_F(CreationTest, RefusesToCreateAndTerminateAtOnce) {
    body_.type = BodyIn::Type::Terminate;
    EXPECT_EQ(refused(), Condition::BadRequest);
}

// Rows: B-011, B-012, D-56
TEST_F(CreationTest, TakesTheContentTypeLiterallyIfItIsOnTheList) {
    creation_.has_content = true;
    creation_.content = "Text/HTML; charset=UTF-8";
    EXPECT_EQ(granted().content_type, "Text/HTML; charset=UTF-8");
    creation_.content = "application/octet-stream";
    EXPECT_EQ(refused(), Condition::BadRequest);
    creation_.content = "text/xml\r\nX: y";
    EXPECT_EQ(refused(), Condition::BadRequest);
}

// Rows: B-012, H-035
TEST(MediaTypeTest, TakesATypeWithAtMostACharset) {
    EXPECT_EQ(parse_media_type("text/xml"), "text/xml");
    EXPECT_EQ(parse_media_type("TEXT/xml ; charset=utf-8"), "text/xml");
    EXPECT_EQ(parse_media_type("text/xml; charset=\"utf-8\""), "text/xml");
    for (const char* bad : {"", "text", "/xml", "text/", "text/x ml", "text/xml;", "text/xml; q=1",
                            "text/xml; charset=latin1", "text/xml\r\n", "text/xml; charset=utf-8\n",
                            "text/xml; charset=utf-8; x=y", "t\x80/x"}) {
        EXPECT_EQ(parse_media_type(bad), std::nullopt) << bad;
    }
}

// Rows: B-054, B-162
TEST_F(CreationTest, TakesOnlyAnAckOfOneForAPromise) {
    EXPECT_FALSE(granted().acks);
    for (uint64_t other : {0U, 2U, 1000U}) {
        body_.ack = other;
        EXPECT_FALSE(granted().acks) << other;
    }
    body_.ack = 1;
    EXPECT_TRUE(granted().acks);
}

// Rows: B-055, B-246
TEST_F(CreationTest, RefusesANewkeyThatIsNone) {
    body_.key = "ignored";
    body_.newkey = "ca393b51b682f61f98e7877d61146407f3d0a770";
    granted();
    body_.newkey = "no key";
    EXPECT_EQ(refused(), Condition::BadRequest);
}

// Rows: B-056, B-017, B-080, B-260, S-025, D-40
TEST_F(CreationTest, OffersNothingThatItDoesNotDo) {
    std::string attributes = creation_attributes("sid", granted(), "");
    for (const char* absent : {" secure=", " charsets=", " stream=", " accept="}) {
        EXPECT_THAT(attributes, Not(HasSubstr(absent)));
    }
}

// Rows: S-001, S-002, B-070
TEST(SessionIdTest, IsRandomTextAfterItsRoutingPrefix) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        std::string sid(make_session_id({.node = 0x1234, .worker = 5}).view());
        EXPECT_EQ(sid.size(), 27U);
        EXPECT_EQ(sid.substr(0, 4), "EjQF");
        EXPECT_TRUE(std::ranges::all_of(sid, [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
        }));
        seen.insert(sid);
    }
    EXPECT_EQ(seen.size(), 1000U);
}

} // namespace
} // namespace bosh
