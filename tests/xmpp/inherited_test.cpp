#include "xmpp/inherited.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using xmpp::InheritanceVisitor;

class InheritedTest : public testing::Test {
protected:
    void read(std::string_view document) {
        ASSERT_TRUE(check.run(std::span(&document, 1), visitor)) << document;
    }
    std::string declarations(size_t child, bool write_default = true, bool write_lang = true) {
        std::string out;
        append_inherited(out, visitor.scope(), visitor.children().at(child), write_default,
                         write_lang);
        return out;
    }

    xmpp::XmlCheck check;
    InheritanceVisitor visitor;
};

// Rows: -
TEST_F(InheritedTest, StartsAnewWithEachRoot) {
    std::string_view cut_off = "<b xmlns='u:d' xmlns:p='u:1' xml:lang='ko'><c xmlns='u:e'><p:d/>";
    EXPECT_FALSE(check.run(std::span(&cut_off, 1), visitor));
    read("<b><c/><d/></b>");
    EXPECT_TRUE(visitor.scope().default_uri.empty());
    EXPECT_TRUE(visitor.scope().lang.empty());
    EXPECT_TRUE(visitor.scope().prefixes.empty());
    ASSERT_EQ(visitor.children().size(), 2U);
    EXPECT_TRUE(visitor.children()[0].inherits_default);
    EXPECT_EQ(visitor.children()[0].used_prefixes, 0U);
}

// Rows: -
TEST_F(InheritedTest, KnowsWhatTheParentDeclares) {
    read("<b xmlns='u:d' xmlns:p='u:1' xmlns:q='u:2' xml:lang='ko'/>");
    EXPECT_EQ(visitor.scope().default_uri, "u:d");
    EXPECT_EQ(visitor.scope().lang, "ko");
    ASSERT_EQ(visitor.scope().prefixes.size(), 2u);
    EXPECT_EQ(visitor.scope().prefixes[1].prefix, "q");
    EXPECT_EQ(visitor.scope().prefixes[1].uri, "u:2");
    EXPECT_TRUE(visitor.children().empty());
}

// Rows: -
TEST_F(InheritedTest, KnowsWhatEachChildIs) {
    read("<b xmlns='u:d' xmlns:p='u:1'><message type='chat' xml:lang='de'/><p:x type=''/>"
         "<iq xmlns='jabber:client'/></b>");
    const auto& children = visitor.children();
    ASSERT_EQ(children.size(), 3u);
    EXPECT_EQ(children[0].local, "message");
    EXPECT_EQ(children[0].uri, "u:d");
    EXPECT_EQ(children[0].type, "chat");
    EXPECT_TRUE(children[0].has_lang);
    EXPECT_TRUE(children[0].inherits_default);
    EXPECT_FALSE(children[0].prefixed_root);
    EXPECT_EQ(children[1].uri, "u:1");
    EXPECT_TRUE(children[1].prefixed_root);
    EXPECT_FALSE(children[1].inherits_default);
    EXPECT_EQ(children[2].uri, "jabber:client");
    EXPECT_FALSE(children[2].inherits_default);
}

// Rows: B-027, B-030
TEST_F(InheritedTest, WritesTheDeclarationsThatAChildUsesAndNoOther) {
    read("<b xmlns='u:d' xmlns:p='u:1' xmlns:q='u:&apos;&amp;' xmlns:r='u:3'>"
         "<a><p:x q:y=''/></a><a/><p:a/></b>");
    EXPECT_EQ(declarations(0), " xmlns='u:d' xmlns:p='u:1' xmlns:q='u:&apos;&amp;'");
    EXPECT_EQ(declarations(0, false), " xmlns:p='u:1' xmlns:q='u:&apos;&amp;'");
    EXPECT_EQ(declarations(1), " xmlns='u:d'");
    EXPECT_EQ(declarations(2), " xmlns:p='u:1'");
}

// Rows: B-027
TEST_F(InheritedTest, DoesNotRepeatWhatTheChildDeclaresItself) {
    read("<b xmlns:p='u:1' xmlns:q='u:2'><a xmlns:p='u:9' p:x=''/><a><q:x xmlns:q='u:8'/></a></b>");
    EXPECT_EQ(declarations(0), "");
    EXPECT_EQ(declarations(1), " xmlns:q='u:2'"); // not needed, does no harm
}

// Rows: B-028
TEST_F(InheritedTest, SeesTheDefaultUsedAtAnyDepth) {
    read("<b xmlns='u:d'>"
         "<a xmlns='u:1'><c/></a>"
         "<p:a xmlns:p='u:2'><c/></p:a>"
         "<p:a xmlns:p='u:2'><c xmlns=''><d/></c><c xmlns='u:3'/></p:a>"
         "<p:a xmlns:p='u:2'><c xmlns=''><d/></c><c/></p:a>"
         "<a xmlns=''/></b>");
    const auto& children = visitor.children();
    ASSERT_EQ(children.size(), 5u);
    EXPECT_FALSE(children[0].inherits_default);
    EXPECT_TRUE(children[1].inherits_default);
    EXPECT_FALSE(children[2].inherits_default);
    EXPECT_TRUE(children[3].inherits_default);
    EXPECT_FALSE(children[4].inherits_default);
}

// Rows: B-027, X-044
TEST_F(InheritedTest, CarriesTheLanguage) {
    read("<b xml:lang='ko'><a/><a xml:lang=''/></b>");
    EXPECT_EQ(declarations(0), " xml:lang='ko'");
    EXPECT_EQ(declarations(0, true, false), "");
    EXPECT_EQ(declarations(1), "");
}

// Rows: S-011
TEST_F(InheritedTest, SaysWhenTheParentDeclaresMoreThanItKeeps) {
    std::string open = "<b xmlns='u'";
    for (int i = 0; i < 64; ++i) open += " xmlns:p" + std::to_string(i) + "='u'";
    read(open + "><p63:a/></b>");
    EXPECT_FALSE(visitor.too_many_prefixes());
    EXPECT_EQ(declarations(0), " xmlns:p63='u'");
    read(open + " xmlns:q='u'/>");
    EXPECT_TRUE(visitor.too_many_prefixes());
}

} // namespace
