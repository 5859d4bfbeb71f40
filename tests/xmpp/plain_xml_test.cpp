#include "tests/xmpp/xml_recorder.h"
#include "xmpp/plain_xml.h"
#include "xmpp/xml_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using testing::ElementsAre;
using tests::XmlRecorder;
using xmpp::PlainXml;
using xmpp::XmlCheck;

constexpr std::string_view kMessage =
    "<message to='bob@example.org' type=\"chat\" id='m-1' xml:lang='ko'>"
    "<body>안녕 &amp; &lt;3 it's \"so\"</body>"
    "<active xmlns='http://jabber.org/protocol/chatstates'/></message>";
constexpr std::string_view kBody =
    "<body rid='1573741820' sid=\"SomeSID\" xmlns='http://jabber.org/protocol/httpbind'>"
    "<presence xmlns='jabber:client'/></body>";
constexpr std::string_view kIq =
    "<iq type='get' id='a'><query xmlns='jabber:iq:roster'><item xmlns='' a=''></item "
    "></query></iq>\n";
constexpr std::string_view kUsual[] = {
    kMessage, kBody, kIq, "<r xmlns='urn:xmpp:sm:3' />", "<a.b-c_1 d='>'/>", "<a>]] &gt; ]</a>",
};

class PlainXmlTest : public testing::Test {
protected:
    PlainXml plain{XmlCheck::Limits{}};
    XmlCheck check;

    std::vector<std::string> told() {
        XmlRecorder recorder;
        plain.tell(recorder);
        return recorder.with_text_joined();
    }
    // Where both have the same to say, or only libxml2 has anything to say.
    testing::AssertionResult agrees(std::string_view document) {
        if (xmpp::find_illegal_character(document) || !plain.read(document)) {
            return testing::AssertionSuccess();
        }
        XmlRecorder expected;
        if (!check.run_thoroughly(document, expected)) {
            return testing::AssertionFailure() << "libxml2 refuses " << document;
        }
        if (told() == expected.with_text_joined()) return testing::AssertionSuccess();
        return testing::AssertionFailure() << "libxml2 sees something else in " << document;
    }
};

// Rows: S-010
TEST_F(PlainXmlTest, TellsWhatIsThere) {
    ASSERT_TRUE(plain.read("<a xmlns='u:1' x='1'><b xml:lang='ko' xmlns=''>t&amp;&lt;u<c/></b> "
                           "<d y=\"'\"/></a>\n"));
    EXPECT_THAT(told(),
                ElementsAre("0 {u:1}a decl(=u:1) {}x=1",
                            "1 {}b decl(=) {http://www.w3.org/XML/1998/namespace}xml:lang=ko",
                            "1 't&<u'", "2 {}c", "2 end", "1 end", "0 ' '", "1 {u:1}d {}y='",
                            "1 end", "0 end"));
}

// Rows: S-010
TEST_F(PlainXmlTest, WhatIsUsualIsPlain) {
    for (std::string_view document : kUsual) {
        EXPECT_TRUE(plain.read(document)) << document;
        EXPECT_TRUE(agrees(document));
    }
}

// Rows: S-010, S-011
TEST_F(PlainXmlTest, LeavesToLibxml2WhatItDoesNotKnowAndWhatIsWrong) {
    for (const char* document : {"",
                                 " ",
                                 "a",
                                 "<",
                                 "<a",
                                 "<a>",
                                 "<a/",
                                 "</a>",
                                 "<a></b>",
                                 "<a></a",
                                 "<a/><a/>",
                                 "<a/>x",
                                 "<?xml version='1.0'?><a/>",
                                 " <a/>",
                                 "<!DOCTYPE a><a/>",
                                 "<a><!-- x --></a>",
                                 "<a><?b c?></a>",
                                 "<a><![CDATA[x]]></a>",
                                 "<a>]]></a>",
                                 "<a>\r</a>",
                                 "<a>&#60;</a>",
                                 "<a>&b;</a>",
                                 "<a>&amp</a>",
                                 "<a>&</a>",
                                 "<a b='&amp;'/>",
                                 "<a b='<'/>",
                                 "<a b='\t'/>",
                                 "<a b='\n'/>",
                                 "<a b=c/>",
                                 "<a b/>",
                                 "<a b='1'c='2'/>",
                                 "<a b='1' b='2'/>",
                                 "<a b='1/>",
                                 "<a xml:lang='a' xml:lang='b'/>",
                                 "<a xml:space='default'/>",
                                 "<a xml:='a'/>",
                                 "<p:a xmlns:p='u'/>",
                                 "<a xmlns:p='u'/>",
                                 "<a p:b='1'/>",
                                 "<p:a/>",
                                 "<a xmlns='u' xmlns='u'/>",
                                 "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
                                 "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
                                 "<1/>",
                                 "<-a/>",
                                 "<\xED\x95\x9C/>",
                                 "<a / >",
                                 "< a/>",
                                 "<a></ a>",
                                 "<a></a b='1'>",
                                 "<a b ='1'/>",
                                 "<a b= '1'/>"}) {
        EXPECT_FALSE(plain.read(document)) << document;
    }
}

// Rows: S-010
TEST_F(PlainXmlTest, LeavesToLibxml2WhatIsBeyondALimit) {
    plain =
        PlainXml({.max_attributes = 2, .max_name_bytes = 5, .max_depth = 2, .max_declarations = 1});
    EXPECT_TRUE(plain.read("<abc d='' xmlns='u'><e/></abc>"));
    for (const char* document :
         {"<a b='' c='' d=''/>", "<a b='' c='' xmlns='u'/>", "<a xmlns='u' b='' c=''/>",
          "<abcdef/>", "<a bcdefg=''/>", "<a><b><c/></b></a>", "<a xmlns='u'><b xmlns='v'/></a>"}) {
        EXPECT_FALSE(plain.read(document)) << document;
    }
}

// Rows: S-010
TEST_F(PlainXmlTest, KeepsNoMoreThanALongStanzaNeeds) {
    std::string document = "<a>";
    for (int i = 0; i < 2000; ++i) document += "<b/>";
    EXPECT_FALSE(plain.read(document + "</a>"));
    std::string attributes = "<a";
    for (int i = 0; i < 17; ++i) attributes += " a" + std::to_string(i) + "=''";
    EXPECT_FALSE(plain.read(attributes + "/>"));
}

// Every usual document with one byte more, one less and one changed, at every place.
// Rows: S-010, S-011, S-012
TEST_F(PlainXmlTest, AgreesWithLibxml2OnAllThatIsNearlyUsual) {
    constexpr std::string_view kBytes = "<>/='\"&;:!?-[] \n\rxa1.#";
    size_t tried = 0;
    for (std::string_view usual : kUsual) {
        for (size_t at = 0; at <= usual.size(); ++at) {
            std::string before(usual.substr(0, at));
            std::string_view after = usual.substr(at);
            std::string_view rest = after.substr(after.empty() ? 0 : 1);
            ASSERT_TRUE(agrees(before + std::string(rest)));
            for (char byte : kBytes) {
                ASSERT_TRUE(agrees(before + byte + std::string(after)));
                ASSERT_TRUE(agrees(before + byte + std::string(rest)));
                ++tried;
            }
        }
    }
    EXPECT_GT(tried, 9'000U);
}

} // namespace
