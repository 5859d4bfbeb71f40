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
        auto filtered = filter_features(check, features, {.channel_binding = binding});
        EXPECT_TRUE(filtered) << features;
        return filtered ? filtered->features : "";
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

class FeaturePolicyTest : public FeaturesFilterTest {
protected:
    xmpp::FilteredFeatures filtered(std::string_view children, const xmpp::FeaturePolicy& policy) {
        auto result =
            filter_features(check, std::string(kOpen).append(children).append(kClose), policy);
        EXPECT_TRUE(result) << children;
        return result ? *std::move(result) : xmpp::FilteredFeatures{};
    }
    static std::string features(std::string_view children) {
        return std::string(kOpen).append(children).append(kClose);
    }
    static constexpr std::string_view kPlus =
        "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1-PLUS"
        "</mechanism><mechanism>SCRAM-SHA-1</mechanism></mechanisms>";
    static constexpr std::string_view kNoPlus =
        "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism>"
        "</mechanisms>";
};

// Rows: U-067, U-068, D-10
TEST_F(FeaturePolicyTest, KeepsOnlyTheEndpointWhereBothEndsShowTheSameCertificate) {
    auto result = filtered(std::string(kPlus) + "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>"
                                                "<channel-binding type='tls-exporter'/>"
                                                "<channel-binding type='tls-server-end-point'/>"
                                                "</sasl-channel-binding>",
                           {.channel_binding = ChannelBinding::Endpoint});
    EXPECT_EQ(result.features,
              features(std::string(kPlus) + "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>"
                                            "<channel-binding type='tls-server-end-point'/>"
                                            "</sasl-channel-binding>"));
    EXPECT_FALSE(result.stripped_binding);
}

// Rows: U-067, U-068
TEST_F(FeaturePolicyTest, StripsWhereTheServerHasNoEndpoint) {
    auto result = filtered(std::string(kPlus) + "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>"
                                                "<channel-binding type='tls-exporter'/>"
                                                "</sasl-channel-binding>",
                           {.channel_binding = ChannelBinding::Endpoint});
    EXPECT_EQ(result.features, features(kNoPlus));
    EXPECT_TRUE(result.stripped_binding);
}

// Rows: U-065, U-066, U-068
TEST_F(FeaturePolicyTest, TellsWhetherThereWasAnythingToStrip) {
    xmpp::FeaturePolicy policy{.channel_binding = ChannelBinding::Strip};
    EXPECT_TRUE(filtered(kPlus, policy).stripped_binding);
    EXPECT_FALSE(filtered(kNoPlus, policy).stripped_binding);
    EXPECT_FALSE(filtered(kPlus, {.channel_binding = ChannelBinding::Pass}).stripped_binding);
}

// Rows: U-048, U-069, S-034
TEST_F(FeaturePolicyTest, LetsNobodyLogInByOurOwnCertificate) {
    constexpr std::string_view kExternal =
        "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism>"
        "<mechanism>SCRAM-SHA-1</mechanism></mechanisms>"
        "<authentication xmlns='urn:xmpp:sasl:2'><mechanism>EXTERNAL</mechanism></authentication>";
    EXPECT_EQ(filtered(kExternal, {.strip_external = true}).features, features(kNoPlus));
    EXPECT_EQ(filtered(kExternal, {}).features, features(kExternal));
}

// Rows: U-080, U-082
TEST_F(FeaturePolicyTest, TellsTheSmallerLimitLessWhatIsAddedOnTheWay) {
    auto limits = [](std::string_view inside) {
        return "<limits xmlns='urn:xmpp:stream-limits:0'>" + std::string(inside) + "</limits>";
    };
    auto result = filtered(limits("<max-bytes> 10000\n</max-bytes><idle-seconds>90</idle-seconds>"),
                           {.max_element_bytes = 262144});
    EXPECT_EQ(result.features, features(limits("<max-bytes>9744</max-bytes>")));
    EXPECT_EQ(result.max_bytes, 10000U);
    EXPECT_EQ(result.idle_seconds, 90U);
    result =
        filtered(limits("<max-bytes>99999999999999</max-bytes>"), {.max_element_bytes = 262144});
    EXPECT_EQ(result.features, features(limits("<max-bytes>262144</max-bytes>")));
    for (std::string_view nonsense : {"<max-bytes>many</max-bytes>", "<max-bytes/>", "<x/>"}) {
        result = filtered(limits(nonsense), {.max_element_bytes = 262144});
        EXPECT_EQ(result.features, features(limits(nonsense)));
        EXPECT_EQ(result.max_bytes, 0U);
    }
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
