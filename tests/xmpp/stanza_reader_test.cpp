#include "xmpp/stanza_reader.h"
#include "xmpp/stream_header.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

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

// What a reader says of an element, in words.
std::string verdict(StanzaReader& reader, std::string_view wrapper, const std::string& element) {
    auto condition = StreamCondition::UndefinedCondition;
    auto stanza = reader.read(wrapper, {.bytes = element, .name_end = element.find_first_of(" />")},
                              {}, condition);
    if (!stanza) {
        return std::to_string(stanza.error().code) + ' ' + stanza.error().what + " at " +
               std::to_string(stanza.error().at);
    }
    return std::string(stanza->bytes.view()) + " kind " +
           std::to_string(static_cast<int>(stanza->kind)) + " condition " +
           std::string(to_string(condition)) + (stanza->authenticates ? " authenticates" : "") +
           (stanza->enables_sm ? " enables" : "") + (stanza->resumable ? " resumable" : "");
}

// The wrapper of the stanza before is not parsed again, and that shows in nothing but time.
// Rows: U-017, B-028, B-029, B-030
TEST(StanzaReaderWrapperTest, AnElementMeansTheSameWithAWrapperThatIsKnown) {
    const std::string_view wrappers[] = {
        "<s xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
        "<s xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' xml:lang='ko'>",
        "<s xmlns:c='jabber:client' xmlns='http://etherx.jabber.org/streams'>",
        "<s xmlns:stream='http://etherx.jabber.org/streams' xmlns:x='urn:x' xmlns:y='urn:y'>",
    };
    const std::string elements[] = {
        "<message to='a@b'><body>hi &amp; bye</body></message>",
        "<message xmlns='jabber:client' xml:lang='en'><body/></message>",
        "<message xmlns=''><body/></message>",
        "<message><body xmlns=''/><x xmlns='urn:x'><y/></x><z/></message>",
        "<a xmlns='urn:x'/>",
        "<features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></features>",
        "<stream:features/>",
        "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
        "<c:iq type='get' id='1'><c:x/></c:iq>",
        "<x:a><y:b/></x:a>",
        "<message x:a='1' y:a='2'/>",
        "<message xmlns:x='urn:y' x:a='1' y:a='2'/>",
        "<message xmlns:x='urn:z' x:a='1' y:a='2'/>",
        "<message a='1' a='2'/>",
        "<q:message/>",
        "<enabled xmlns='urn:xmpp:sm:3' resume='true'/>",
        "<success xmlns='urn:xmpp:sasl:2'><enabled xmlns='urn:xmpp:sm:3'/></success>",
        "<success><enabled/></success>",
        "<message></massage>",
        "<message>",
        "<message/><message/>",
        "<message/> ",
        "<message/></s><s>",
        "<message/>text",
        "<message>&lt;&unknown;</message>",
        "<message><!-- c --></message>",
        "<message><?p i?></message>",
    };
    base::SlicePool pool{1UL << 20};
    XmlCheck check;
    StanzaReader warm(pool, check);
    for (std::string_view wrapper : wrappers) {
        for (const std::string& element : elements) {
            StanzaReader fresh(pool, check);
            std::string expected = verdict(fresh, wrapper, element);
            (void)verdict(warm, wrapper, "<presence/>");
            EXPECT_EQ(verdict(warm, wrapper, element), expected) << wrapper << element;
            EXPECT_EQ(verdict(warm, wrapper, element), expected) << "again: " << wrapper << element;
        }
    }
}

} // namespace
} // namespace xmpp
