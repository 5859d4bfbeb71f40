#include "xmpp/stanza_reader.h"
#include "xmpp/stream_header.h"

#include <gtest/gtest.h>

namespace xmpp {
namespace {

class StanzaReaderTest : public testing::Test {
protected:
    Stanza read(const std::string& element) {
        auto condition = StreamCondition::UndefinedCondition;
        constexpr std::string_view kWrapper =
            "<s xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
        auto stanza = reader_.read(
            kWrapper, {.bytes = element, .name_end = element.find_first_of(" />")}, {}, condition);
        EXPECT_TRUE(stanza.has_value()) << element;
        return stanza ? *std::move(stanza) : Stanza{};
    }
    base::SlicePool pool_{1UL << 20};
    XmlCheck check_;
    StanzaReader reader_{pool_, check_};
};

// Rows: U-056
TEST_F(StanzaReaderTest, SeesThatALoginSucceeded) {
    EXPECT_TRUE(read("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>").authenticates);
    EXPECT_TRUE(read("<success xmlns='urn:xmpp:sasl:2'><x/></success>").authenticates);
    EXPECT_FALSE(read("<success xmlns='urn:example'/>").authenticates);
    EXPECT_FALSE(read("<message><success xmlns='urn:xmpp:sasl:2'/></message>").authenticates);
    EXPECT_FALSE(read("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>").authenticates);
}

// Rows: U-071
TEST_F(StanzaReaderTest, SeesThatStreamManagementIsOn) {
    Stanza plain = read("<enabled xmlns='urn:xmpp:sm:3'/>");
    EXPECT_TRUE(plain.enables_sm);
    EXPECT_FALSE(plain.resumable);
    for (std::string yes : {"true", "1"}) {
        Stanza enabled = read("<enabled xmlns='urn:xmpp:sm:3' id='x' resume='" + yes + "'/>");
        EXPECT_TRUE(enabled.enables_sm && enabled.resumable) << yes;
    }
    EXPECT_FALSE(read("<enabled xmlns='urn:xmpp:sm:3' resume='false'/>").resumable);
    Stanza resumed = read("<resumed xmlns='urn:xmpp:sm:3' previd='x' h='3'/>");
    EXPECT_TRUE(resumed.enables_sm && resumed.resumable);
}

// Rows: U-062, U-071, D-09
TEST_F(StanzaReaderTest, SeesStreamManagementInsideOfSasl2WhateverBindsIt) {
    for (std::string bind : {"urn:xmpp:bind:0", "urn:xmpp:bind2:1"}) {
        Stanza bound = read("<success xmlns='urn:xmpp:sasl:2'><bound xmlns='" + bind +
                            "'><enabled xmlns='urn:xmpp:sm:3' resume='1'/></bound></success>");
        EXPECT_TRUE(bound.authenticates && bound.enables_sm && bound.resumable) << bind;
    }
    Stanza resumed = read(
        "<success xmlns='urn:xmpp:sasl:2'><resumed xmlns='urn:xmpp:sm:3' previd='x'/></success>");
    EXPECT_TRUE(resumed.enables_sm && resumed.resumable);
}

// Rows: U-071
TEST_F(StanzaReaderTest, IsNotTakenInByWhatAnotherUserSends) {
    Stanza message = read("<message><enabled xmlns='urn:xmpp:sm:3' resume='1'/></message>");
    EXPECT_FALSE(message.enables_sm || message.resumable);
    EXPECT_FALSE(read("<enabled xmlns='urn:example' resume='1'/>").enables_sm);
    EXPECT_FALSE(read("<failed xmlns='urn:xmpp:sm:3'/>").enables_sm);
}

} // namespace
} // namespace xmpp
