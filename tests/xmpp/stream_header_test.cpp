#include "xmpp/stream_error.h"
#include "xmpp/stream_header.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using xmpp::condition_for;
using xmpp::read_server_header;
using xmpp::stream_header;
using xmpp::StreamCondition;
using xmpp::XmlCheck;

// Rows: U-002, U-003, U-004
TEST(StreamHeaderTest, OursOpensAClientStreamToTheDomain) {
    EXPECT_EQ(stream_header({.to = "example.org", .from = "", .lang = ""}),
              "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
              "xmlns:stream='http://etherx.jabber.org/streams' to='example.org' version='1.0'>");
}

// Rows: U-005, U-006
TEST(StreamHeaderTest, OursCarriesLanguageAndBareJid) {
    std::string text =
        stream_header({.to = "example.org", .from = "romeo@EXAMPLE.org/balcony", .lang = "ko"});
    EXPECT_NE(text.find(" to='example.org' from='romeo@example.org' xml:lang='ko' "),
              std::string::npos);
}

// Rows: U-007
TEST(StreamHeaderTest, OursHasNoFromOfAnotherDomain) {
    std::string text =
        stream_header({.to = "example.org", .from = "romeo@example.net", .lang = ""});
    EXPECT_EQ(text.find("from"), std::string::npos);
    text = stream_header({.to = "example.org", .from = "not a jid", .lang = ""});
    EXPECT_EQ(text.find("from"), std::string::npos);
}

// Rows: U-004, S-031
TEST(StreamHeaderTest, OursIsEscaped) {
    std::string text = stream_header({.to = "a'&<>\"b", .from = "", .lang = "x' y='"});
    EXPECT_NE(text.find(" to='a&apos;&amp;&lt;&gt;&quot;b' xml:lang='x&apos; y=&apos;' "),
              std::string::npos);
}

class ServerHeaderTest : public testing::Test {
protected:
    base::Result<xmpp::ServerHeader> read(std::string_view tag) {
        return read_server_header(check, tag, tag.find_first_of(" />"));
    }
    std::string condition(std::string_view tag) {
        auto header = read(tag);
        return header ? "accepted" : std::string(xmpp::to_string(condition_for(header.error())));
    }
    XmlCheck check;
};

// Rows: U-009, U-017
TEST_F(ServerHeaderTest, IsReadWhateverItsPrefix) {
    for (std::string_view tag : {
             "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
             " from='example.org' id='a&amp;b' version='1.0' xml:lang='en'>",
             "<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:client'"
             " from=\"example.org\" id='a&#38;b' version='1.0' xml:lang='en'>",
             "<stream xmlns='http://etherx.jabber.org/streams' xmlns:c='jabber:client'"
             " from='example.org' id='a&amp;b' version='1.0' xml:lang='en'>",
         }) {
        auto header = read(tag);
        ASSERT_TRUE(header) << tag;
        EXPECT_EQ(header->from, "example.org");
        EXPECT_EQ(header->id, "a&b");
        EXPECT_EQ(header->version, "1.0");
        EXPECT_EQ(header->lang, "en");
    }
}

// Rows: -
TEST_F(ServerHeaderTest, YieldsAWrapperForItsElements) {
    auto header = read("<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:client' "
                       "xmlns:o='u:&amp;' id='1' xml:lang='de'>");
    ASSERT_TRUE(header);
    EXPECT_EQ(header->wrapper,
              "<s xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:client' "
              "xmlns:o='u:&amp;' xml:lang='de'>");
}

// Rows: U-009, U-010
TEST_F(ServerHeaderTest, VersionIsAbsentOrOnePointSomething) {
    auto with_version = [](std::string_view version) {
        return "<stream:stream xmlns='jabber:client' "
               "xmlns:stream='http://etherx.jabber.org/streams' version='" +
               std::string(version) + "'>";
    };
    for (std::string_view good : {"1.0", "1.1", "1.10", "01.0"}) {
        EXPECT_EQ(condition(with_version(good)), "accepted") << good;
    }
    for (std::string_view bad : {"2.0", "0.9", "1", "1.", ".0", "1.x", "x", "11.0"}) {
        EXPECT_EQ(condition(with_version(bad)), "unsupported-version") << bad;
    }
    auto none = read("<stream:stream xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>");
    ASSERT_TRUE(none);
    EXPECT_EQ(none->version, "");
}

// Rows: U-009
TEST_F(ServerHeaderTest, IsRefusedInWrongNamespaces) {
    EXPECT_EQ(condition("<stream:stream xmlns='jabber:client' xmlns:stream='u:x' version='1.0'>"),
              "invalid-namespace");
    EXPECT_EQ(condition("<stream version='1.0'>"), "invalid-namespace");
    EXPECT_EQ(condition("<stream:stream xmlns='jabber:server' "
                        "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"),
              "invalid-namespace");
    EXPECT_EQ(condition("<stream:features xmlns='jabber:client' "
                        "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"),
              "bad-format");
    EXPECT_EQ(condition("<stream:stream version='1.0'>"), "not-well-formed");
    EXPECT_EQ(condition("<html>"), "invalid-namespace");
}

// Rows: S-011
TEST_F(ServerHeaderTest, DeclaresNoMorePrefixesThanWeKeep) {
    std::string tag = "<s:stream xmlns:s='http://etherx.jabber.org/streams'";
    for (int i = 0; i < 64; ++i) {
        tag += " xmlns:p" + std::to_string(i) + "='u'";
    }
    EXPECT_EQ(condition(tag + ">"), "policy-violation");
}

// Rows: U-012, U-052
TEST(StreamErrorTest, IsBuiltAndRecognisedByName) {
    EXPECT_EQ(xmpp::stream_error(StreamCondition::NotWellFormed),
              "<stream:error><not-well-formed xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
              "</stream:error>");
    EXPECT_EQ(xmpp::stream_condition_named("bad-format"), StreamCondition::BadFormat);
    EXPECT_EQ(xmpp::stream_condition_named("see-other-host"), StreamCondition::SeeOtherHost);
    EXPECT_EQ(xmpp::stream_condition_named("unsupported-version"),
              StreamCondition::UnsupportedVersion);
    EXPECT_EQ(xmpp::stream_condition_named("x"), StreamCondition::UndefinedCondition);
    EXPECT_EQ(xmpp::stream_condition_named("zzz"), StreamCondition::UndefinedCondition);
}

// Rows: U-012, U-016, X-034
TEST(StreamErrorTest, SaysWhatWasWrongWithTheXml) {
    auto said = [](xmpp::XmlFault fault) {
        return xmpp::to_string(condition_for(base::fail(base::Category::Xml, fault, "").error()));
    };
    EXPECT_EQ(said(xmpp::XmlFault::NotWellFormed), "not-well-formed");
    EXPECT_EQ(said(xmpp::XmlFault::RestrictedXml), "restricted-xml");
    EXPECT_EQ(said(xmpp::XmlFault::UnsupportedEncoding), "unsupported-encoding");
    EXPECT_EQ(said(xmpp::XmlFault::BadFormat), "bad-format");
    EXPECT_EQ(said(xmpp::XmlFault::PolicyViolation), "policy-violation");
}

} // namespace
