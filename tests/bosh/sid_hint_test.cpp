// Rows: -
#include "bosh/sid_hint.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using bosh::sid_hint;

// Rows: B-020
TEST(SidHintTest, FindsTheSidInTheFirstTag) {
    EXPECT_EQ(sid_hint("<body sid='abc' rid='1'/>"), "abc");
    EXPECT_EQ(sid_hint("<body rid='1'\n\tsid = \"a'c\"><sid/></body>"), "a'c");
    EXPECT_EQ(sid_hint("<?xml version='1.0'?> <body\r\nsid='abc'/>"), "abc");
    EXPECT_EQ(sid_hint("<b:body xmlns:b='urn:b' xmlns:sid='urn:x' sid='abc'/>"), "abc");
    EXPECT_EQ(sid_hint("<body xsid='no' sidx='no' sid='abc'/>"), "abc");
}

// What it does not find is found later, by reading.
// Rows: B-020
TEST(SidHintTest, FindsNothingWhereThereIsNoneOrItIsHidden) {
    for (const char* body :
         {"", "<", "<body", "<body/>", "<body><a sid='abc'/></body>", "<body a='>' sid='abc'/>",
          "<body sid", "<body sid=", "<body sid='", "<body sid='abc", "<body sid=abc/>",
          "<body sid ='abc\"/>", "<?xml sid='abc'?>", "sid='abc'", "<body 'sid='abc'/>"}) {
        EXPECT_EQ(sid_hint(body), "") << body;
    }
}

// Rows: B-020
TEST(SidHintTest, IsAViewOfTheBodyWhateverIsInIt) {
    std::string whole = "<?xml version='1.0'?><body rid='1' sid='abc' x='sid='><a/></body>";
    for (size_t size = 0; size <= whole.size(); ++size) {
        std::string part = whole.substr(0, size);
        auto hint = sid_hint(part);
        EXPECT_TRUE(hint.empty() || hint == "abc") << part;
    }
}

} // namespace
