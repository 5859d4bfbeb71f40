#include "tests/xmpp/xml_recorder.h"
#include "xmpp/xml_check.h"
#include "xmpp/xml_fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using tests::XmlRecorder;
using xmpp::XmlCheck;
using xmpp::XmlFault;

class XmlCheckTest : public testing::Test {
protected:
    // "ok" or the condition's name.
    std::string verdict(std::string_view document) {
        XmlRecorder recorder;
        auto result = check.run(std::span(&document, 1), recorder);
        lines = recorder.lines;
        if (result) return "ok";
        EXPECT_EQ(result.error().category, base::Category::Xml);
        EXPECT_LE(result.error().at, document.size());
        return std::string(stream_condition(static_cast<XmlFault>(result.error().code)));
    }

    XmlCheck check;
    std::vector<std::string> lines;
};

// Rows: -
TEST_F(XmlCheckTest, ShowsTheDocumentWithNamesResolved) {
    ASSERT_EQ(verdict("<?xml version='1.0'?><a xmlns='u:1' xmlns:p='u:2' x='1' p:y='2' "
                      "xml:lang='ko'><p:b xmlns=''>t<c/></p:b></a>\n"),
              "ok");
    EXPECT_THAT(lines,
                ElementsAre("0 {u:1}a decl(=u:1) decl(p=u:2) {}x=1 {u:2}p:y=2 "
                            "{http://www.w3.org/XML/1998/namespace}xml:lang=ko",
                            "1 {u:2}p:b decl(=)", "1 't'", "2 {}c", "2 end", "1 end", "0 end"));
}

// Rows: B-006
TEST_F(XmlCheckTest, ResolvesReferencesInValuesAndText) {
    ASSERT_EQ(verdict("<a x='&amp;&lt;&gt;&apos;&quot;&#38;&#x26;&amp;#38;&#54620;'"
                      " xmlns:p='u:?a&amp;b' p:y='1'>&amp;&#60;</a>"),
              "ok");
    EXPECT_THAT(lines, ElementsAre("0 {}a decl(p=u:?a&b) {}x=&<>'\"&&&#38;한 {u:?a&b}p:y=1",
                                   "0 '&'", "0 '<'", "0 end"));
}

// Rows: -
TEST_F(XmlCheckTest, JoinsPieces) {
    std::string_view pieces[] = {"<s xmlns='u'>", "<a>한", "글</a>", "</s>"};
    XmlRecorder recorder;
    EXPECT_TRUE(check.run(pieces, recorder));
    EXPECT_THAT(recorder.lines,
                ElementsAre("0 {u}s decl(=u)", "1 {u}a", "1 '한글'", "1 end", "0 end"));
}

// Rows: -
TEST_F(XmlCheckTest, FindsAttributesByNameAndNamespace) {
    struct : xmpp::XmlVisitor {
        void on_start(unsigned, const xmpp::XmlStartTag& tag) override {
            EXPECT_EQ(tag.attribute("x"), "1");
            EXPECT_EQ(tag.attribute("x", "u"), "2");
            EXPECT_EQ(tag.attribute("y").data(), nullptr);
            EXPECT_TRUE(tag.has_attribute("e"));
            EXPECT_TRUE(tag.attribute("e").empty());
            EXPECT_FALSE(tag.has_attribute("e", "u"));
        }
        void on_end(unsigned) override {}
    } visitor;
    std::string_view document = "<a xmlns:p='u' x='1' p:x='2' e=''/>";
    EXPECT_TRUE(check.run(std::span(&document, 1), visitor));
}

// Rows: B-005, U-012, S-010
TEST_F(XmlCheckTest, RefusesWhatXmppRestricts) {
    for (std::string_view bad : {
             "<!DOCTYPE a><a/>"sv,
             "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"sv,
             "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"sv,
             "<!-- c --><a/>"sv,
             "<a><!-- c --></a>"sv,
             "<a/><!-- c -->"sv,
             "<a><?pi x?></a>"sv,
             "<?pi x?><a/>"sv,
             "<?xml version='1.0'?><?xml version='1.0'?><a/>"sv,
             "<a>&nbsp;</a>"sv,
             "<a x='&nbsp;'/>"sv,
         }) {
        EXPECT_EQ(verdict(bad), "restricted-xml") << bad;
    }
}

// Rows: B-003, B-004, B-006, U-012
TEST_F(XmlCheckTest, RefusesWhatIsNotWellFormed) {
    for (std::string_view bad : {
             ""sv,
             " "sv,
             "x"sv,
             "<a>"sv,
             "<a"sv,
             "<a></b>"sv,
             "<a/><b/>"sv,
             "<a/>x"sv,
             "x<a/>"sv,
             "</a>"sv,
             "<a><b></a></b>"sv,
             "<a x='1' x='2'/>"sv,
             "<a x=1/>"sv,
             "<a x='<'/>"sv,
             "<a>]]></a>"sv,
             "<a>&</a>"sv,
             "<a>&amp</a>"sv,
             "<a>&#0;</a>"sv,
             "<a>&#xD800;</a>"sv,
             "<a>&#xFFFE;</a>"sv,
             "<a x='&#1;'/>"sv,
             "<a><![CDATA[x]]</a>"sv,
             "<1/>"sv,
             "<p:a/>"sv,
             "<a p:x='1'/>"sv,
             "<a xmlns:p=''><p:b/></a>"sv,
             "<a:b:c/>"sv,
             "<:a/>"sv,
             "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>"sv,
             "<a xmlns:xmlns='u'/>"sv,
             "<a xmlns='http://www.w3.org/2000/xmlns/'/>"sv,
             "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>"sv,
             "<a xmlns:xml='u'/>"sv,
             "<?xml version='1.1'?><a/>"sv,
             "<?xml version='1.0'?>"sv,
             "<?xml"sv,
             " <?xml version='1.0'?"sv,
         }) {
        EXPECT_NE(verdict(bad), "ok") << bad;
    }
    EXPECT_EQ(verdict("<a></b>"), "not-well-formed");
    EXPECT_EQ(verdict("<p:a/>"), "not-well-formed");
}

// Rows: B-018, U-012, S-012
TEST_F(XmlCheckTest, RefusesIllegalBytesInNamesValuesAndText) {
    for (std::string_view bad :
         {"\0"sv, "\x01"sv, "\xC0\xBC"sv, "\xC1\xBC"sv, "\xE0\x80\xBC"sv, "\xED\xA0\x80"sv,
          "\xEF\xBF\xBE"sv, "\xF4\x90\x80\x80"sv, "\xFF"sv, "\xC3"sv}) {
        std::string bytes(bad);
        EXPECT_EQ(verdict("<a" + bytes + "/>"), "not-well-formed");
        EXPECT_EQ(verdict("<a " + bytes + "='1'/>"), "not-well-formed");
        EXPECT_EQ(verdict("<a x='" + bytes + "'/>"), "not-well-formed");
        EXPECT_EQ(verdict("<a xmlns='" + bytes + "'/>"), "not-well-formed");
        EXPECT_EQ(verdict("<a>" + bytes + "</a>"), "not-well-formed");
        EXPECT_EQ(verdict("<a><![CDATA[" + bytes + "]]></a>"), "not-well-formed");
    }
}

// Rows: B-006, B-018, U-012
TEST_F(XmlCheckTest, ReadsEverythingAsUtf8) {
    EXPECT_EQ(verdict("<?xml version='1.0' encoding='utf-8'?><a>한</a>"), "ok");
    EXPECT_EQ(verdict("\xEF\xBB\xBF<a/>"), "ok");
    EXPECT_EQ(verdict("\xEF\xBB\xBF<?xml version='1.0'?> <a/>"), "ok");
    EXPECT_EQ(verdict("\xEF\xBB\xBF\xEF\xBB\xBF<a/>"), "not-well-formed");
    EXPECT_EQ(verdict("<?xml version='1.0'?>\xEF\xBB\xBF<a/>"), "not-well-formed");
    EXPECT_EQ(verdict("<?xml version='1.0' encoding='ISO-8859-1'?><a/>"), "unsupported-encoding");
    EXPECT_EQ(verdict("<\0a\0/\0>\0"sv), "not-well-formed");
}

// Rows: -
TEST_F(XmlCheckTest, DoesNotMindNamespaceNamesThatAreNoUris) {
    EXPECT_EQ(verdict("<a xmlns='vcard-temp' xmlns:p='a b' p:x='1'><p:b/></a>"), "ok");
    EXPECT_EQ(verdict("<a xmlns:p='a b' p:x='1'><q:b/></a>"), "not-well-formed");
}

// Rows: U-084, S-011
TEST_F(XmlCheckTest, HoldsItsLimits) {
    auto nested = [](size_t depth) {
        std::string text;
        for (size_t i = 0; i < depth; ++i) text += "<a>";
        for (size_t i = 0; i < depth; ++i) text += "</a>";
        return text;
    };
    EXPECT_EQ(verdict(nested(65)), "ok");
    EXPECT_EQ(verdict(nested(66)), "policy-violation");

    auto attributes = [](size_t count) {
        std::string text = "<a";
        for (size_t i = 0; i < count; ++i) text += " b" + std::to_string(i) + "=''";
        return text + "/>";
    };
    EXPECT_EQ(verdict(attributes(256)), "ok");
    EXPECT_EQ(verdict(attributes(257)), "policy-violation");

    for (std::string_view form : {"<$/>", "<a $=''/>", "<a xmlns:$='u'/>", "<$:a xmlns:$='u'/>"}) {
        auto with_name = [&](size_t length) {
            std::string text(form);
            for (size_t at = 0; (at = text.find('$', at)) != std::string::npos; at += length) {
                text.replace(at, 1, std::string(length, 'n'));
            }
            return text;
        };
        EXPECT_EQ(verdict(with_name(1024)), "ok") << form;
        EXPECT_EQ(verdict(with_name(1025)), "policy-violation") << form;
    }

    std::string declarations;
    for (int i = 0; i < 100; ++i) declarations += " xmlns:p" + std::to_string(i) + "='u'";
    std::string open = "<a" + declarations + ">";
    std::string close = "</a>";
    EXPECT_EQ(verdict(open + open + close + open + close + close), "ok");
    EXPECT_EQ(verdict(open + open + open + close + close + close), "policy-violation");
}

// Rows: -
TEST_F(XmlCheckTest, ForgetsABadDocument) {
    EXPECT_EQ(verdict("<a><b><c x='"), "not-well-formed");
    EXPECT_EQ(verdict("<a/>"), "ok");
    EXPECT_THAT(lines, ElementsAre("0 {}a", "0 end"));
}

// Rows: -
TEST_F(XmlCheckTest, StaysRightWhenItsDictionaryIsThrownAway) {
    for (int round = 0; round < 20; ++round) {
        std::string document = "<r>";
        for (int i = 0; i < 500; ++i) {
            document += "<n" + std::to_string(round) + "-" + std::to_string(i) + "/>";
        }
        ASSERT_EQ(verdict(document + "</r>"), "ok");
        ASSERT_EQ(lines.size(), 1002u);
        EXPECT_EQ(lines[1], "1 {}n" + std::to_string(round) + "-0");
    }
}

// Rows: -
TEST_F(XmlCheckTest, SaysNothingOnStandardError) {
    testing::internal::CaptureStderr();
    (void)verdict("<a xmlns='relative' p:x='1' xmlns:q=''>&x;&y<b></a>");
    (void)verdict("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x'><a/>");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

// Rows: S-011
TEST_F(XmlCheckTest, StopsAtTheFirstFault) {
    std::string document = "<a>";
    for (int i = 0; i < 100'000; ++i) document += "&x;";
    EXPECT_EQ(verdict(document + "</a>"), "restricted-xml");
    EXPECT_THAT(lines, ElementsAre("0 {}a"));
}

} // namespace
