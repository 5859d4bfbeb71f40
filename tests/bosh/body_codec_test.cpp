#include "bosh/body_codec.h"
#include "tests/support/test_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace bosh {
namespace {

using testing::HasSubstr;

class BodyCodecTest : public testing::Test {
protected:
    Decoded decode(std::string_view document) {
        return codec_.decode(base::Slice::copy(env_.pool, document));
    }
    // The payloads as they would go upstream, or the fault.
    std::string upstream(std::string_view document) {
        Decoded decoded = decode(document);
        return decoded.fault ? std::string("fault: ") + decoded.fault->what
                             : decoded.body.payloads.to_string();
    }
    void expect_bad(std::string_view document) {
        EXPECT_TRUE(decode(document).fault.has_value()) << document;
    }

    tests::TestEnv env_;
    base::Env services_ = env_.env();
    xmpp::XmlCheck check_;
    BodyCodec codec_{services_, check_, 256UL * 1024};
};

constexpr std::string_view kStart = "<body xmlns='http://jabber.org/protocol/httpbind' rid='1'";

std::string with(std::string_view payload, std::string_view attributes = {}) {
    return std::string(kStart) + std::string(attributes) + ">" + std::string(payload) + "</body>";
}

// Rows: B-002, B-009, B-026, B-040, B-053, B-055
TEST_F(BodyCodecTest, ReadsTheAttributes) {
    Decoded decoded =
        decode("<body rid='1573741820' xmlns='http://jabber.org/protocol/httpbind' "
               "to='example.org' from='user@example.org' wait='60' hold='1' ver='1.6' "
               "content='text/xml; charset=utf-8' xml:lang='ko' ack='1' newkey='ca39' "
               "route='xmpp:example.org:9999' unknown='x' "
               "xmlns:xmpp='urn:xmpp:xbosh' xmpp:version='1.0' xmpp:other='y'/>");
    ASSERT_FALSE(decoded.fault);
    EXPECT_EQ(decoded.body.rid, 1573741820U);
    EXPECT_FALSE(decoded.body.has_sid);
    EXPECT_EQ(decoded.body.to, "example.org");
    EXPECT_EQ(decoded.body.from, "user@example.org");
    EXPECT_EQ(decoded.body.lang, "ko");
    EXPECT_EQ(decoded.body.ack, 1U);
    EXPECT_EQ(decoded.body.newkey, "ca39");
    EXPECT_EQ(decoded.creation.wait, 60U);
    EXPECT_EQ(decoded.creation.hold, 1U);
    EXPECT_EQ(decoded.creation.ver, std::make_pair(1U, 6U));
    EXPECT_EQ(decoded.creation.content, "text/xml; charset=utf-8");
    EXPECT_EQ(decoded.body.route, "xmpp:example.org:9999");
}

// Rows: B-026
TEST_F(BodyCodecTest, ClampsWaitAndHoldAboveTheirRange) {
    Decoded decoded = decode(std::string(kStart) + " wait='99999999999999999999' hold='256'/>");
    EXPECT_EQ(decoded.creation.wait, 65'535U);
    EXPECT_EQ(decoded.creation.hold, 255U);
}

// Rows: B-026, B-046
TEST_F(BodyCodecTest, RefusesNumbersThatAreNone) {
    for (std::string_view bad : {"wait=''", "wait='-1'", "wait='+1'", "wait='1.5'", "hold='x'",
                                 "ver='1'", "ver='1.'", "ver='a.b'", "pause='x'", "ack='-1'"}) {
        expect_bad(std::string(kStart) + " " + std::string(bad) + "/>");
    }
}

// Rows: B-009
TEST_F(BodyCodecTest, IgnoresCreationAttributesOfALaterRequestEvenWhenTheyAreWrong) {
    EXPECT_FALSE(decode(std::string(kStart) + " wait='x' ver='y' sid='s'/>").fault);
}

// Rows: B-041, B-118
TEST_F(BodyCodecTest, TakesRidsUpToTwoToTheFiftyThreeMinusOne) {
    auto rid_of = [this](std::string_view rid) {
        return decode("<body xmlns='http://jabber.org/protocol/httpbind' rid='" + std::string(rid) +
                      "'/>")
            .body.rid;
    };
    EXPECT_EQ(rid_of("1"), 1U);
    EXPECT_EQ(rid_of("9007199254740991"), 9007199254740991U);
    EXPECT_EQ(rid_of("9007199254740992"), std::nullopt);
    EXPECT_EQ(rid_of("0"), std::nullopt);
    EXPECT_EQ(rid_of("-1"), std::nullopt);
    EXPECT_EQ(rid_of("99999999999999999999999"), std::nullopt);
}

// Rows: B-002
TEST_F(BodyCodecTest, TakesAnyPrefixOfTheBody) {
    Decoded decoded = decode("<b:body xmlns:b='http://jabber.org/protocol/httpbind' rid='7' "
                             "sid='s'><message xmlns='jabber:client'/></b:body>");
    ASSERT_FALSE(decoded.fault) << decoded.fault->what;
    EXPECT_EQ(decoded.body.rid, 7U);
    EXPECT_EQ(decoded.body.payloads.to_string(), "<message xmlns='jabber:client'/>");
}

// Rows: B-002, B-003, B-305, B-307, D-51
TEST_F(BodyCodecTest, RefusesWhatIsNoBody) {
    for (std::string_view bad : {
             "",
             " ",
             "<body/>",
             "<body xmlns='jabber:client' rid='1'/>",
             "0,<stream:stream",
             "<html xmlns='http://jabber.org/protocol/httpbind'/>",
             "<body xmlns='http://jabber.org/protocol/httpbind' rid='1'",
             "<body xmlns='http://jabber.org/protocol/httpbind' rid='1'>",
             "<body xmlns='http://jabber.org/protocol/httpbind' rid='1'><a></body>",
             "<body xmlns='http://jabber.org/protocol/httpbind' rid='1'/>x",
             "<body xmlns='http://jabber.org/protocol/httpbind' rid='1'/><body/>",
             "<body xmlns='http://jabber.org/protocol/httpbind' rid='1' rid='2'/>",
         }) {
        expect_bad(bad);
    }
}

// Rows: B-004, B-005, B-007, B-018, S-010
TEST_F(BodyCodecTest, RefusesWhatXmppForbids) {
    for (const std::string& bad : std::vector<std::string>{
             with("<!-- c -->"),
             with("<?pi?>"),
             with("<a><!-- c --></a>"),
             with("<a><?p?></a>"),
             with("<a>&nbsp;</a>"),
             with("<a b='&nbsp;'/>"),
             with("text"),
             with("<a/>text"),
             with("&#65;"),
             with("<![CDATA[x]]>"),
             with("<p:a/>"),
             with("<a p:b=''/>"),
             with("<a>\xc3\x28</a>"),
             with("<a>\xed\xa0\x80</a>"),
             with("<a>\xc0\xaf</a>"),
             with("<a>\x01</a>"),
             with("<a>&#0;</a>"),
             with("<a b='<'/>"),
             std::string("<!DOCTYPE body>") + with(""),
             "<!DOCTYPE body [<!ENTITY a 'b'>]>" + with("<a>&a;</a>"),
         }) {
        expect_bad(bad);
    }
}

// Rows: B-006, B-018
TEST_F(BodyCodecTest, TakesWhatXmlAllows) {
    EXPECT_EQ(upstream("<?xml version='1.0' encoding='utf-8'?>" + with("<a/>")), "<a/>");
    EXPECT_EQ(upstream("\xef\xbb\xbf" + with("<a/>")), "<a/>");
    EXPECT_EQ(upstream(with("<a>&lt;&gt;&amp;&apos;&quot;&#x1F600;&#44032;</a>")),
              "<a>&lt;&gt;&amp;&apos;&quot;&#x1F600;&#44032;</a>");
    EXPECT_EQ(upstream(with("<a><![CDATA[</body><x>]]></a>")), "<a><![CDATA[</body><x>]]></a>");
    expect_bad("<?xml version='1.1'?>" + with("<a/>"));
    expect_bad("<?xml version='1.0' encoding='ISO-8859-1'?>" + with("<a/>"));
}

// Rows: B-007, B-008, X-022
TEST_F(BodyCodecTest, PassesPayloadsInOrderWithoutTheSpaceBetweenThem) {
    EXPECT_EQ(upstream(with("\n <iq xmlns='jabber:client'/>\t<r xmlns='urn:xmpp:sm:3'/> "
                            "<x xmlns='urn:any'><y/></x>\n")),
              "<iq xmlns='jabber:client'/><r xmlns='urn:xmpp:sm:3'/><x xmlns='urn:any'><y/></x>");
}

// Rows: B-028, D-24
TEST_F(BodyCodecTest, LetsPayloadsWithoutNamespaceFallUnderTheStreamsOwn) {
    EXPECT_EQ(upstream(with("<message to='a@b'><body>hi</body></message>")),
              "<message to='a@b'><body>hi</body></message>");
    EXPECT_EQ(upstream(with("<message><x xmlns=''/></message>")),
              "<message><x xmlns=''/></message>");
}

// Rows: B-027
TEST_F(BodyCodecTest, CarriesUsedPrefixesAlong) {
    EXPECT_EQ(upstream(with("<message><h:html><h:p>x</h:p></h:html></message><presence/>",
                            " xmlns:h='http://jabber.org/protocol/xhtml-im' xmlns:u='urn:unused'")),
              "<message xmlns:h='http://jabber.org/protocol/xhtml-im'><h:html><h:p>x</h:p></h:html>"
              "</message><presence/>");
}

// Rows: B-027
TEST_F(BodyCodecTest, CarriesAForeignDefaultNamespaceAndTheLanguageAlong) {
    EXPECT_EQ(upstream("<b:body xmlns:b='http://jabber.org/protocol/httpbind' rid='1' sid='s' "
                       "xmlns='urn:foreign' xml:lang='ko'><x/></b:body>"),
              "<x xmlns='urn:foreign' xml:lang='ko'/>");
}

// Rows, D-21
TEST_F(BodyCodecTest, ReadsTheRestartByItsNamespaceWhateverThePrefix) {
    auto restart = [this](std::string_view value) {
        return decode(std::string(kStart) + " sid='s' xmlns:q='urn:xmpp:xbosh' q:restart='" +
                      std::string(value) + "'/>");
    };
    EXPECT_TRUE(restart("true").body.restart);
    EXPECT_TRUE(restart("1").body.restart);
    EXPECT_FALSE(restart("false").body.restart);
    EXPECT_FALSE(restart("0").body.restart);
    EXPECT_TRUE(restart("yes").fault.has_value());
    EXPECT_FALSE(
        decode(std::string(kStart) + " sid='s' xmlns:xmpp='urn:xmpp:bosh' xmpp:restart='true'/>")
            .body.restart);
}

// Rows, W-055
TEST_F(BodyCodecTest, KeepsStreamBusinessFromTheServer) {
    expect_bad(with("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"));
    expect_bad(with("<s:features xmlns:s='http://etherx.jabber.org/streams'/>"));
    Decoded compress = decode(with("<compress xmlns='http://jabber.org/protocol/compress'/><iq/>"));
    EXPECT_TRUE(compress.body.asks_compression);
    EXPECT_EQ(compress.body.payloads.to_string(), "<iq/>");
    Decoded error = decode(with("<s:error xmlns:s='http://etherx.jabber.org/streams'/>"));
    EXPECT_TRUE(error.body.reports_stream_error);
    EXPECT_TRUE(error.body.payloads.empty());
}

// Rows: B-305, B-306
TEST_F(BodyCodecTest, TellsWhoseRequestItWasWhenOnlyTheContentIsBad) {
    Decoded decoded = decode(with("<a><!-- c --></a>", " sid='abc'"));
    EXPECT_TRUE(decoded.fault.has_value());
    EXPECT_TRUE(decoded.has_attributes);
    EXPECT_EQ(decoded.body.sid, "abc");
    EXPECT_EQ(decoded.body.rid, 1U);
    EXPECT_FALSE(
        decode("<body xmlns='http://jabber.org/protocol/httpbind' sid='a' <").has_attributes);
}

// Rows: U-084, S-011
TEST_F(BodyCodecTest, RefusesADepthBombInLinearTime) {
    std::string bomb;
    for (int i = 0; i < 30'000; ++i) bomb += "<a>";
    Decoded decoded = decode(with(bomb));
    ASSERT_TRUE(decoded.fault.has_value());
    EXPECT_LT(decoded.fault->at, 1000U) << "refused at the limit, not at the end";
}

// Rows: B-025, B-030, B-316, D-22
TEST(BodyEncodeTest, WritesTheWrapperAsOldClientsWantIt) {
    base::SlicePool pool(1 << 20);
    EXPECT_EQ(encode(pool, {}).to_string(), "<body xmlns='http://jabber.org/protocol/httpbind'/>");
    EXPECT_EQ(encode(pool, {.type = BodyOut::Type::Error}).to_string(),
              "<body xmlns='http://jabber.org/protocol/httpbind' type='error'/>");
    BodyOut end{.type = BodyOut::Type::Terminate, .condition = Condition::HostUnknown};
    EXPECT_EQ(encode(pool, std::move(end)).to_string(),
              "<body xmlns='http://jabber.org/protocol/httpbind' type='terminate' "
              "condition='host-unknown'/>");
}

// Rows: B-301
TEST(ConditionTest, HasTheThirteenWords) {
    EXPECT_EQ(to_string(Condition::None), "");
    for (auto condition = Condition::BadRequest; condition <= Condition::UndefinedCondition;
         condition = static_cast<Condition>(static_cast<int>(condition) + 1)) {
        EXPECT_THAT(to_string(condition), testing::MatchesRegex("[a-z]+(-[a-z]+)+"));
    }
    EXPECT_EQ(to_string(static_cast<Condition>(13)), "undefined-condition");
}

} // namespace
} // namespace bosh
