#include "tests/support/test_env.h"
#include "ws/xmpp_framing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ws {
namespace {

using namespace std::string_view_literals;
using Kind = ClientMessage::Kind;

constexpr std::string_view kFraming = "urn:ietf:params:xml:ns:xmpp-framing";

class XmppFramingTest : public testing::Test {
protected:
    ClientMessage read(std::string_view text) {
        return framing_.read(base::Slice::copy(env_.pool, text));
    }
    // "blank", "open", "close", "error", "compress", a fault's condition, or the element.
    std::string told(std::string_view text) {
        ClientMessage message = read(text);
        switch (message.kind) {
        case Kind::Blank: return "blank";
        case Kind::Open: return "open";
        case Kind::Close: return "close";
        case Kind::StreamError: return "error";
        case Kind::Compression: return "compress";
        case Kind::Fault: return std::string(to_string(message.condition));
        case Kind::Element: break;
        }
        return message.element.to_string();
    }
    static std::string framed(std::string_view before, std::string_view after) {
        return std::string(before).append(kFraming).append(after);
    }

    tests::TestEnv env_;
    base::Env services_ = env_.env();
    xmpp::XmlCheck check_;
    XmppFraming framing_{services_, check_, 4096};
};

// Rows: W-041
TEST_F(XmppFramingTest, ReadsWhatOpenSays) {
    ClientMessage open = read(framed("<open xmlns='", "' to='example.org' version='1.0' "
                                                      "from='alice@example.org' xml:lang='ko'/>"));
    ASSERT_EQ(open.kind, Kind::Open);
    EXPECT_EQ(open.open.to, "example.org");
    EXPECT_EQ(open.open.version, "1.0");
    EXPECT_EQ(open.open.from, "alice@example.org");
    EXPECT_EQ(open.open.lang, "ko");
    open = read(framed("<f:open xmlns:f='", "'></f:open>"));
    ASSERT_EQ(open.kind, Kind::Open);
    EXPECT_EQ(open.open.to, "");
    EXPECT_EQ(told(framed("<close xmlns=\"", "\" />")), "close");
}

// Rows: W-044
TEST_F(XmppFramingTest, RefusesOpenAndCloseOfOtherNamespaces) {
    for (std::string_view text :
         {"<open/>", "<close/>", "<open xmlns='jabber:client'/>", "<close xmlns='urn:x'/>"}) {
        EXPECT_EQ(told(text), "invalid-namespace") << text;
    }
}

// Rows: W-040, W-059
TEST_F(XmppFramingTest, PassesElementsAsTheyAre) {
    for (std::string_view text :
         {"<message xmlns='jabber:client' to='a'><body>x &lt; y</body></message>",
          "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>",
          "<r xmlns='urn:xmpp:sm:3'/>", "<a xmlns='urn:xmpp:sm:3' h='7'/>",
          "<x:iq xmlns:x='jabber:client' type='get'/>", "<message xmlns=''><body/></message>"}) {
        EXPECT_EQ(told(text), text);
    }
    EXPECT_EQ(env_.metrics[base::Counter::XmlDisagreements], 0U);
}

// Rows: W-040
TEST_F(XmppFramingTest, WantsOneElementForAMessage) {
    for (std::string_view text : {"<presence/><presence/>", "<presence/> x", "x", "<message>",
                                  "</s>", "<message></s>", "<a/></s><b/>", "<message"}) {
        EXPECT_EQ(told(text), "not-well-formed") << text;
    }
}

// Rows: W-058, W-049
TEST_F(XmppFramingTest, PassesOverWhiteSpaceAndADeclaration) {
    EXPECT_EQ(told(""), "blank");
    EXPECT_EQ(told(" \r\n\t"), "blank");
    EXPECT_EQ(told(" \n<presence/>\n"), "<presence/>");
    EXPECT_EQ(told("<?xml version='1.0'?><presence/>"), "<presence/>");
    EXPECT_EQ(told("\xEF\xBB\xBF<?xml version=\"1.0\" encoding='utf-8' ?>\n<presence/>"),
              "<presence/>");
    EXPECT_EQ(told("<?xml version='1.0'?>"), "not-well-formed");
    EXPECT_EQ(told("<?xml version='1.0"), "not-well-formed");
    EXPECT_EQ(told("<?xml version='1.0' encoding='latin1'?><a/>"), "unsupported-encoding");
}

// Rows: W-051
TEST_F(XmppFramingTest, NamesWhatXmppForbids) {
    for (std::string_view text :
         {"<a><!-- x --></a>", "<!-- x --><a/>", "<a><?x y?></a>", "<?x y?><a/>",
          "<!DOCTYPE a><a/>", "<a>&nbsp;</a>", "<a b='&x;'/>"}) {
        EXPECT_EQ(told(text), "restricted-xml") << text;
    }
    for (std::string_view text :
         {"<a></b>", "<a b='1' b='2'/>", "<a>&#0;</a>", "<x:a/>", "<a b=1/>", "<a>\x01</a>"}) {
        EXPECT_EQ(told(text), "not-well-formed") << text;
    }
}

// Rows: W-045
TEST_F(XmppFramingTest, TakesTheStreamOfOldDraftsForNotWellFormed) {
    EXPECT_EQ(told("<stream:stream xmlns='jabber:client' to='example.org' version='1.0' "
                   "xmlns:stream='http://etherx.jabber.org/streams'>"),
              "not-well-formed");
}

// Rows: W-050, D-24
TEST_F(XmppFramingTest, LetsElementsOfNoNamespaceBecomeTheClients) {
    EXPECT_EQ(told("<message to='a'><body>x</body></message>"),
              "<message to='a'><body>x</body></message>");
    EXPECT_EQ(told(framed("<message xmlns='", "' to='a'><body>x</body></message>")),
              "<message to='a'><body>x</body></message>");
    EXPECT_EQ(told(framed("<message to='a > b' xmlns = \"", "\"\n/>")), "<message to='a > b'\n/>");
    EXPECT_EQ(told(framed("<m xmlns:xmlns2='urn:x' x=\"xmlns='y'\"  xmlns='", "'/>")),
              "<m xmlns:xmlns2='urn:x' x=\"xmlns='y'\"/>");
    EXPECT_EQ(told(framed("<f:message xmlns:f='", "'/>")), "invalid-namespace");
}

// Rows: W-055
TEST_F(XmppFramingTest, ForwardsNothingThatIsNotForClientsToSay) {
    EXPECT_EQ(told("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
              "unsupported-stanza-type");
    EXPECT_EQ(told("<s:features xmlns:s='http://etherx.jabber.org/streams'/>"),
              "unsupported-stanza-type");
    EXPECT_EQ(told("<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method>"
                   "</compress>"),
              "compress");
    EXPECT_EQ(told("<stream:error xmlns:stream='http://etherx.jabber.org/streams'/>"), "error");
}

// Rows: W-027
TEST_F(XmppFramingTest, KeepsTheLimitsOfXml) {
    std::string deep;
    for (int i = 0; i < 70; ++i) deep += "<a>";
    for (int i = 0; i < 70; ++i) deep += "</a>";
    EXPECT_EQ(told(deep), "policy-violation");
    EXPECT_EQ(told("<a>" + std::string(5000, 'x') + "</a>"), "policy-violation");
    EXPECT_EQ(told("<a>" + std::string(4000, 'x') + "</a>"),
              "<a>" + std::string(4000, 'x') + "</a>");
}

// Rows: W-042, W-068, D-26
TEST_F(XmppFramingTest, WritesOpenAsStropheLooksForIt) {
    EXPECT_EQ(open_element({.from = "example.org",
                            .to = "alice@example.org",
                            .id = "a'b",
                            .version = "1.0",
                            .lang = "en"}),
              "<open xmlns=\"urn:ietf:params:xml:ns:xmpp-framing\" from='example.org' "
              "to='alice@example.org' id='a&apos;b' version='1.0' xml:lang='en' />");
}

// Rows: W-068, D-25
TEST_F(XmppFramingTest, WritesCloseAsStropheLooksForIt) {
    EXPECT_EQ(kCloseElement, "<close xmlns=\"urn:ietf:params:xml:ns:xmpp-framing\" />");
    EXPECT_EQ(close_element("wss://a.example/?x=1&y=2"),
              "<close xmlns=\"urn:ietf:params:xml:ns:xmpp-framing\" "
              "see-other-uri='wss://a.example/?x=1&amp;y=2' />");
}

// Rows: W-047, D-27
TEST_F(XmppFramingTest, WritesErrorsThatStandAlone) {
    EXPECT_EQ(error_element(xmpp::StreamCondition::HostUnknown),
              "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>"
              "<host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
}

} // namespace
} // namespace ws
