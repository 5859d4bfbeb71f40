#include "xmpp/features_filter.h"
#include "xmpp/standalone.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using xmpp::ChannelBinding;
using xmpp::XmlCheck;

constexpr std::string_view kOpen =
    "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>";
constexpr std::string_view kClose = "</stream:features>";

class FeaturesFilterTest : public testing::Test {
protected:
    std::string filter(std::string_view features, ChannelBinding binding = ChannelBinding::Pass) {
        auto filtered = filter_features(check, features, binding);
        EXPECT_TRUE(filtered) << features;
        return filtered ? *filtered : "";
    }
    // Of what stands between the tags.
    std::string filter_children(std::string_view children,
                                ChannelBinding binding = ChannelBinding::Pass) {
        std::string filtered = filter(std::string(kOpen).append(children).append(kClose), binding);
        if (filtered.ends_with("/>") && !filtered.ends_with(kClose)) {
            return "";
        }
        EXPECT_TRUE(filtered.starts_with(kOpen) && filtered.ends_with(kClose)) << filtered;
        return filtered.substr(kOpen.size(), filtered.size() - kOpen.size() - kClose.size());
    }
    XmlCheck check;
};

// Rows
TEST_F(FeaturesFilterTest, RemovesTlsAndCompression) {
    EXPECT_EQ(filter_children("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/>"
                              "</starttls><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
                              "<compression xmlns='http://jabber.org/features/compress'>"
                              "<method>zlib</method></compression>"),
              "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    EXPECT_EQ(filter_children("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"), "");
    EXPECT_EQ(filter_children("<p:starttls xmlns:p='urn:ietf:params:xml:ns:xmpp-tls'/>"), "");
}

// Rows: X-011
TEST_F(FeaturesFilterTest, ChangesNothingElse) {
    std::string_view children =
        "<starttls xmlns='urn:x'/><compression xmlns='urn:y'/>"
        "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\n <mechanism>PLAIN</mechanism>"
        "<mechanism>SCRAM-SHA-1-PLUS</mechanism></mechanisms>"
        "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/>"
        "</sasl-channel-binding>"
        "<c xmlns=\"http://jabber.org/protocol/caps\" hash='sha-1' ver='a&amp;b&#x26;'></c>"
        "<unknown xmlns='urn:z'><![CDATA[<]]>한</unknown>";
    EXPECT_EQ(filter_children(children), children);
    EXPECT_EQ(filter("<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>"),
              "<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>");
}

// Rows: U-017, X-004
TEST_F(FeaturesFilterTest, BringsEveryFormIntoTheUsualOne) {
    EXPECT_EQ(filter("<features xmlns='http://etherx.jabber.org/streams' note='&lt;'>"
                     "<bind xmlns='urn:b'/></features>"),
              "<stream:features xmlns:stream='http://etherx.jabber.org/streams' note='&lt;'>"
              "<bind xmlns='urn:b'/></stream:features>");
    EXPECT_EQ(filter("<s:features xmlns:s='http://etherx.jabber.org/streams' "
                     "xmlns='urn:d' xmlns:b='urn:b'> <x/> <b:bind><b:y b:z='1'/></b:bind>"
                     "</s:features >"),
              "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
              "<x xmlns='urn:d'/>"
              "<bind xmlns='urn:b' xmlns:b='urn:b'><y b:z='1'/></bind>"
              "</stream:features>");
}

// Rows: U-067, U-068
TEST_F(FeaturesFilterTest, StripsChannelBindingInAllItsPlaces) {
    EXPECT_EQ(filter_children(
                  "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                  "<mechanism>SCRAM-SHA-256-PLUS</mechanism> <mechanism>SCRAM-SHA-256</mechanism>"
                  "<mechanism>SCRAM-SHA-1-PLUS</mechanism><mechanism>PLAIN</mechanism>"
                  "<hostname xmlns='urn:h'>X-PLUS</hostname></mechanisms>"
                  "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'/>"
                  "<authentication xmlns='urn:xmpp:sasl:2'><mechanism>SCRAM-SHA-1-PLUS</mechanism>"
                  "<mechanism>SCRAM-SHA-1</mechanism><inline><bind xmlns='urn:xmpp:bind:0'/>"
                  "</inline><upgrade>X</upgrade></authentication><x xmlns='urn:x'/>",
                  ChannelBinding::Strip),
              "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
              " <mechanism>SCRAM-SHA-256</mechanism><mechanism>PLAIN</mechanism>"
              "<hostname xmlns='urn:h'>X-PLUS</hostname></mechanisms>"
              "<authentication xmlns='urn:xmpp:sasl:2'><mechanism>SCRAM-SHA-1</mechanism>"
              "<inline><bind xmlns='urn:xmpp:bind:0'/></inline><upgrade>X</upgrade>"
              "</authentication><x xmlns='urn:x'/>");
}

// Rows: U-069
TEST_F(FeaturesFilterTest, RemovesAListThatStrippingLeftEmpty) {
    EXPECT_EQ(filter_children("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                              "<mechanism>SCRAM-SHA-1-PLUS</mechanism></mechanisms>"
                              "<authentication xmlns='urn:xmpp:sasl:2'>"
                              "<mechanism>SCRAM-SHA-1-PLUS</mechanism><inline/></authentication>"
                              "<x xmlns='urn:x'/>",
                              ChannelBinding::Strip),
              "<x xmlns='urn:x'/>");
}

// Rows: X-030
TEST_F(FeaturesFilterTest, AStreamErrorKeepsItsChildrenEachWithItsNamespace) {
    auto error = take_apart(check, "<e:error xmlns:e='http://etherx.jabber.org/streams' "
                                   "xmlns:s='urn:ietf:params:xml:ns:xmpp-streams'>"
                                   "<s:conflict/><s:text xml:lang='en'>a &lt; b</s:text>"
                                   "<app xmlns='urn:app'><y/></app></e:error>");
    ASSERT_TRUE(error);
    EXPECT_EQ(error->to_string("error"),
              "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>"
              "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams' "
              "xmlns:s='urn:ietf:params:xml:ns:xmpp-streams'/>"
              "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' "
              "xmlns:s='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>a &lt; b</text>"
              "<app xmlns='urn:app'><y/></app></stream:error>");
}

// Rows: B-029
TEST_F(FeaturesFilterTest, WithoutPrefixesMeansTheSame) {
    auto plain = without_prefixes(
        check,
        "<c:message xmlns:c='jabber:client' xmlns:x='urn:x' c:odd='1' to='a&apos;b'>"
        "<c:body>1 &lt; 2 &amp; \xED\x95\x9C<![CDATA[<]]></c:body><x:y><z/></x:y></c:message>");
    ASSERT_TRUE(plain);
    EXPECT_EQ(*plain, "<message xmlns='jabber:client' xmlns:c='jabber:client' xmlns:x='urn:x' "
                      "c:odd='1' to='a&apos;b'><body>1 &lt; 2 &amp; 한&lt;</body>"
                      "<y xmlns='urn:x'><z xmlns=''/></y></message>");
}

} // namespace
