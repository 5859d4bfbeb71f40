#include "tests/support/for_each_split.h"
#include "tests/xmpp/framing_trace.h"
#include "xmpp/stream_framer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using xmpp::StreamFramer;
using Trace = std::vector<std::string>;

void expect_trace(std::string_view input, const Trace& expected, StreamFramer::Limits limits = {}) {
    SCOPED_TRACE(input.substr(0, 200));
    tests::for_each_split(input, [&](tests::Pieces pieces) {
        StreamFramer framer(limits);
        EXPECT_THAT(tests::framing_trace(framer, pieces), ElementsAreArray(expected));
    });
}

void expect_fault(std::string_view input, std::string_view condition,
                  StreamFramer::Limits limits = {}) {
    SCOPED_TRACE(input.substr(0, 200));
    tests::for_each_split(input, [&](tests::Pieces pieces) {
        StreamFramer framer(limits);
        Trace trace = tests::framing_trace(framer, pieces);
        ASSERT_FALSE(trace.empty());
        EXPECT_EQ(trace.back(), "fault " + std::string(condition));
    });
}

// Rows: U-013, U-016, B-008
TEST(StreamFramerTest, YieldsTheRootsTagsAndEachOfItsChildrenInOrder) {
    expect_trace(
        "<?xml version='1.0'?>\n<s:s a='1'> <a/>\r\n<b x=\"y\">t</b>\t<c><a/></c></s:s> \n",
        {"open <s:s a='1'> name=4", "element <a/> name=2", "element <b x=\"y\">t</b> name=2",
         "element <c><a/></c> name=2", "close </s:s>"});
}

// Rows: -
TEST(StreamFramerTest, KnowsARootWithoutContent) {
    expect_trace("<body rid='1'/>", {"empty <body rid='1'/> name=5"});
    expect_trace("<body></body>", {"open <body> name=5", "close </body>"});
}

// Rows: -
TEST(StreamFramerTest, HandsOverAnIncompleteTail) {
    expect_trace("<s><a/><b><c>te", {"open <s> name=2", "element <a/> name=2", "rest <b><c>te"});
    expect_trace("<s", {"rest <s"});
    expect_trace("<s>  ", {"open <s> name=2"});
}

// Rows: S-012
TEST(StreamFramerTest, IsNotFooledByMarkupInQuotesOrCdata) {
    expect_trace("<s><a b='/>' c=\"'>\">]]></a><b d='\"'/>"
                 "<c><![CDATA[</c> ]] ]> ]]]><d/><![CDATA[]]></c></s>",
                 {"open <s> name=2", "element <a b='/>' c=\"'>\">]]></a> name=2",
                  "element <b d='\"'/> name=2",
                  "element <c><![CDATA[</c> ]] ]> ]]]><d/><![CDATA[]]></c> name=2", "close </s>"});
}

// Rows: B-018
TEST(StreamFramerTest, PassesTextOfAllScriptsThrough) {
    expect_trace(
        "<s><message><body>안녕하세요 😀 &amp; &#128512;</body></message><이름 값='예'/></s>",
        {"open <s> name=2",
         "element <message><body>안녕하세요 😀 &amp; &#128512;</body></message> name=8",
         "element <이름 값='예'/> name=7", "close </s>"});
}

// Rows: B-018
TEST(StreamFramerTest, SkipsOneByteOrderMark) {
    expect_trace("\xEF\xBB\xBF<s/>", {"empty <s/> name=2"});
    expect_trace("\xEF\xBB\xBF<?xml version='1.0'?><s/>", {"empty <s/> name=2"});
    expect_fault("\xEF\xBB\xBF\xEF\xBB\xBF<s/>", "not-well-formed");
    expect_fault("\xEF\xBBx<s/>", "not-well-formed");
}

// Rows: B-006, U-012
TEST(StreamFramerTest, RefusesOtherEncodings) {
    expect_fault("\xFF\xFE<", "unsupported-encoding");
    expect_fault(std::string_view("\0<\0s", 4), "unsupported-encoding");
    expect_fault("<?xml version='1.0' encoding='ISO-8859-1'?><s/>", "unsupported-encoding");
}

// Rows: B-005, U-012, S-010
TEST(StreamFramerTest, RefusesCommentsInstructionsAndDoctypes) {
    for (std::string_view bad : {
             "<!-- c --><s/>",
             "<!DOCTYPE s><s/>",
             "<?php ?><s/>",
             "<?xml-stylesheet href='x'?><s/>",
             " <?xml version='1.0'?><s/>",
             "<?xml version='1.0'?><?xml version='1.0'?><s/>",
             "<s><!-- c --></s>",
             "<s><?pi?></s>",
             "<s><a><!--",
             "<s><a><?pi?></a></s>",
             "<s><a><!DOCTYPE a>",
         }) {
        expect_fault(bad, "restricted-xml");
    }
}

// Rows: B-003
TEST(StreamFramerTest, RefusesWhatSurroundsTheRoot) {
    for (std::string_view bad : {"x<s/>", "<s/>x", "<s/><s/>", "<s></s><s>", "</s>", "<s></s></s>",
                                 "<s/><!-- -->", "< s/>", "<>", "<='x'>", "<![CDATA[x]]><s/>"}) {
        expect_fault(bad, "not-well-formed");
    }
}

// Rows: B-007, U-016
TEST(StreamFramerTest, RefusesTextBetweenElements) {
    for (std::string_view bad : {"<s>x</s>", "<s><a/>x<b/></s>", "<s>&#32;</s>",
                                 "<s><![CDATA[ ]]></s>", "<s>\xC2\xA0</s>"}) {
        expect_fault(bad, "bad-format");
    }
}

// Rows: B-003, U-012
TEST(StreamFramerTest, RefusesBrokenTags) {
    for (std::string_view bad : {"<s><a / ></s>", "<s><a <b/></s>", "<s><a=''/></s>", "<s><!x></s>",
                                 "<s><a><![CDATB[x]]></a></s>", "<s>< a/></s>"}) {
        expect_fault(bad, "not-well-formed");
    }
}

// Rows: U-084, S-011
TEST(StreamFramerTest, HoldsItsLimitsHoweverTheInputIsCut) {
    StreamFramer::Limits limits{
        .max_tag_bytes = 12, .max_depth = 3, .max_attributes = 2, .max_element_bytes = 30};
    expect_trace("<s><a234567890/>", {"open <s> name=2", "element <a234567890/> name=11"},
                 {.max_tag_bytes = 13});
    expect_fault("<s><a234567890/>", "policy-violation", limits);
    expect_fault("<s><a b='123456'/>", "policy-violation", limits);
    expect_fault("<s><a234567890123 <", "policy-violation", limits); // before the broken tag
    expect_fault("<s12345678901>", "policy-violation", limits);
    expect_fault("<s></s           >", "policy-violation", limits);

    expect_trace("<s><a><b><c/></b></a>", {"open <s> name=2", "element <a><b><c/></b></a> name=2"},
                 limits);
    expect_fault("<s><a><b><c><d/></c></b></a>", "policy-violation", limits);

    expect_trace("<s><a b='' c=''/>", {"open <s> name=2", "element <a b='' c=''/> name=2"},
                 {.max_attributes = 2});
    expect_fault("<s><a b='' c='' d=''/>", "policy-violation", {.max_attributes = 2});

    expect_trace("<s><a>12345678901234567890123</a>",
                 {"open <s> name=2", "element <a>12345678901234567890123</a> name=2"}, limits);
    expect_fault("<s><a>123456789012345678901234</a>", "policy-violation", limits);
    expect_fault("<s><a>12345678901234567890123456789<!-- -->", "policy-violation", limits);
    expect_fault("<s><a><![CDATA[12345678901234567890]]></a>", "policy-violation", limits);
}

// Rows: -
TEST(StreamFramerTest, TheElementLimitIsNotForTheRootOrForWhatIsBetween) {
    StreamFramer::Limits limits{.max_element_bytes = 4};
    expect_trace("<stream a='1'>                <a/>           </stream>",
                 {"open <stream a='1'> name=7", "element <a/> name=2", "close </stream>"}, limits);
}

// Rows: U-083
TEST(StreamFramerTest, TakesAStanzaOfAHundredKilobytes) {
    std::string stanza = "<message><body>" + std::string(100'000, 'x') + "</body></message>";
    std::string document = "<s>" + stanza + "</s>";
    for (size_t length : {size_t{1}, size_t{7}, size_t{1448}, document.size()}) {
        StreamFramer framer;
        auto pieces = tests::detail::cut_every(document, length);
        EXPECT_THAT(tests::framing_trace(framer, pieces),
                    ElementsAre("open <s> name=2", "element " + stanza + " name=8", "close </s>"));
    }
}

// Rows: X-015, U-011
TEST(StreamFramerTest, TakesANewDocumentAfterReset) {
    StreamFramer framer;
    std::string_view old_stream = "<?xml version='1.0'?><s><a><b>";
    (void)tests::framing_trace(framer, std::span(&old_stream, 1));
    framer.reset();
    std::string_view new_stream = "<?xml version='1.0'?><s><a/></s>";
    EXPECT_THAT(tests::framing_trace(framer, std::span(&new_stream, 1)),
                ElementsAre("open <s> name=2", "element <a/> name=2", "close </s>"));
    EXPECT_TRUE(framer.finished());
}

// Rows: -
TEST(StreamFramerTest, StaysRefusedAfterAFault) {
    StreamFramer framer;
    EXPECT_FALSE(framer.next("<!--"));
    EXPECT_FALSE(framer.next("<s/>"));
    EXPECT_FALSE(framer.finished());
}

// Rows: -
TEST(StreamFramerTest, IsSmallEnoughToBeInEveryStream) {
    EXPECT_LE(sizeof(StreamFramer), 48u);
}

} // namespace
