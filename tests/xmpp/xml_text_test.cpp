#include "xmpp/xml_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using namespace std::string_view_literals;
using xmpp::find_illegal_character;

// Rows: B-018
TEST(XmlTextTest, AcceptsEveryCharacterOfXml) {
    for (std::string_view good : {
             ""sv,
             "plain text, long enough for whole words"sv,
             "\t\n\r"sv,
             "\x7F"sv,
             "\xC2\x80"sv,
             "\xDF\xBF"sv, // U+0080, U+07FF
             "\xE0\xA0\x80"sv,
             "\xED\x9F\xBF"sv, // U+0800, U+D7FF
             "\xEE\x80\x80"sv,
             "\xEF\xBF\xBD"sv, // U+E000, U+FFFD
             "\xF0\x90\x80\x80"sv,
             "\xF4\x8F\xBF\xBF"sv, // U+10000, U+10FFFF
             "\xF0\x9F\xBF\xBE"sv, // U+1FFFE: a character all the same
             "안녕하세요 😀"sv,
         }) {
        EXPECT_EQ(find_illegal_character(good), std::nullopt) << good;
    }
}

// Rows: B-018, U-012, S-012
TEST(XmlTextTest, FindsWhatIsNoCharacterAtEveryOffset) {
    for (std::string_view bad : {
             "\0"sv,
             "\x01"sv,
             "\x1F"sv, // controls
             "\x80"sv,
             "\xBF"sv,
             "\xFE"sv,
             "\xFF"sv, // never a start
             "\xC0\x80"sv,
             "\xC0\xBC"sv,
             "\xC1\xBC"sv, // overlong
             "\xE0\x80\xBC"sv,
             "\xE0\x9F\xBF"sv,
             "\xF0\x80\x80\xBC"sv,
             "\xF0\x8F\xBF\xBF"sv,
             "\xED\xA0\x80"sv,
             "\xED\xBF\xBF"sv, // surrogates
             "\xEF\xBF\xBE"sv,
             "\xEF\xBF\xBF"sv, // U+FFFE, U+FFFF
             "\xF4\x90\x80\x80"sv,
             "\xF5\x80\x80\x80"sv, // beyond U+10FFFF
             "\xC2"sv,
             "\xE1\x80"sv,
             "\xF1\x80\x80"sv, // cut short
             "\xC2 "sv,
             "\xE1\x80 "sv,
             "\xF1\x80\x80 "sv,
         }) {
        for (size_t before = 0; before < 20; ++before) {
            std::string text = std::string(before, 'a') + std::string(bad) + "bcdefghijk";
            EXPECT_EQ(find_illegal_character(text), before) << before;
        }
    }
}

// Rows: S-031
TEST(XmlTextTest, EscapesForContentAndAttributes) {
    std::string out = "x";
    xmpp::append_escaped(out, "<a b='\"'>&\t\r\n한");
    EXPECT_EQ(out, "x&lt;a b=&apos;&quot;&apos;&gt;&amp;&#9;&#13;&#10;한");
}

} // namespace
