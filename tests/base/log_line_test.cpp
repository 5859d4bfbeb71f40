// Lines of the log in each format, whatever a peer has put into them.
// Rows: -
#include "base/log_line.h"

#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

using base::log_line;
using base::LogFormat;

namespace {

std::string logged(std::string_view value, LogFormat format = LogFormat::Text) {
    return log_line(format, "e", {{"k", value}});
}

// Values that would like to be something else, with what they are as characters.
struct Hostile {
    std::string value;
    std::u8string characters;
};
const std::vector<Hostile>& hostile() {
    static const std::vector<Hostile> kValues = {
        {"", u8""},
        {"two words", u8"two words"},
        {"a=b", u8"a=b"},
        {R"("},"level":"error","x":{")", u8R"("},"level":"error","x":{")"},
        {R"(\)", u8R"(\)"},
        {R"(\u0022)", u8R"(\u0022)"},
        {"a\nevent=session.created", u8"a\nevent=session.created"},
        {"\x1b[2J\r\t\x7f", u8"\x1b[2J\r\t\x7f"},
        {std::string("nul\0end", 7), std::u8string(u8"nul\0end", 7)},
        {"caf\xc3\xa9 \xed\x95\x9c \xf0\x9f\x98\x80", u8"café 한 😀"},
        {"\xc2\x9b"
         "2J",
         u8"\u009b2J"},
        {"\xe2\x80\xa8\xe2\x80\xa9", u8"\u2028\u2029"},
        // No UTF-8: alone, overlong, a surrogate, beyond the last, and cut.
        {"\xff", u8"\ufffd"},
        {"\x80", u8"\ufffd"},
        {"\xc0\xaf", u8"\ufffd\ufffd"},
        {"\xe0\x80\xaf", u8"\ufffd\ufffd\ufffd"},
        {"\xed\xa0\x80", u8"\ufffd\ufffd\ufffd"},
        {"\xf4\x90\x80\x80", u8"\ufffd\ufffd\ufffd\ufffd"},
        {"\xf0\x9f\x98", u8"\ufffd\ufffd\ufffd"},
        {"\xc3(", u8"\ufffd("},
    };
    return kValues;
}

std::string as_string(const std::u8string& text) {
    return {text.begin(), text.end()};
}

// The value of logfmt's last field: a word, or a string with JSON's escapes.
std::string logfmt_value(std::string_view line) {
    std::string_view value = line.substr(line.find(" k=") + 3);
    if (!value.starts_with('"')) return std::string(value);
    return nlohmann::json::parse(value).get<std::string>();
}

TEST(LogLineTest, IsTheEventAndItsFields) {
    std::initializer_list<base::LogField> fields = {{"sid", "Ab3dE6gH"}, {"wait", 60}, {"rid", -1}};
    EXPECT_EQ(log_line(LogFormat::Text, "session.created", fields),
              "session.created sid=Ab3dE6gH wait=60 rid=-1");
    EXPECT_EQ(log_line(LogFormat::Logfmt, "session.created", fields),
              "event=session.created sid=Ab3dE6gH wait=60 rid=-1");
    EXPECT_EQ(log_line(LogFormat::Json, "session.created", fields),
              R"("event":"session.created","sid":"Ab3dE6gH","wait":60,"rid":-1)");
    EXPECT_EQ(log_line(LogFormat::Text, "daemon.started", {}), "daemon.started");
    EXPECT_EQ(log_line(LogFormat::Json, "daemon.started", {}), R"("event":"daemon.started")");
}

TEST(LogLineTest, IsOneLineOfAsciiInEachFormat) {
    for (LogFormat format : {LogFormat::Text, LogFormat::Logfmt, LogFormat::Json}) {
        for (int byte = 0; byte < 256; ++byte) {
            for (char c : logged(std::string("a") + static_cast<char>(byte) + "b", format)) {
                EXPECT_TRUE(c >= 0x20 && c < 0x7f) << "byte " << byte;
            }
        }
        for (const Hostile& each : hostile()) {
            for (char c : logged(each.value, format)) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
        }
    }
}

TEST(LogLineTest, IsReadAsJsonAsItWasMeant) {
    for (const Hostile& each : hostile()) {
        auto read = nlohmann::json::parse("{" + logged(each.value, LogFormat::Json) + "}");
        EXPECT_EQ(read.size(), 2U) << each.value;
        EXPECT_EQ(read.at("k").get<std::string>(), as_string(each.characters));
    }
}

TEST(LogLineTest, IsReadAsLogfmtAsItWasMeant) {
    for (const Hostile& each : hostile()) {
        std::string line = logged(each.value, LogFormat::Logfmt);
        EXPECT_EQ(logfmt_value(line), as_string(each.characters)) << line;
    }
    EXPECT_EQ(logged("word", LogFormat::Logfmt), "event=e k=word");
    EXPECT_EQ(logged("", LogFormat::Logfmt), "event=e k=\"\"");
}

TEST(LogLineTest, AsTextQuotesWhatCouldBeMistakenForSyntax) {
    EXPECT_EQ(logged("two words"), "e k=\"two words\"");
    EXPECT_EQ(logged("a=b"), "e k=\"a=b\"");
    EXPECT_EQ(logged("say \"hi\" \\"), R"(e k="say \"hi\" \\")");
    EXPECT_EQ(logged(""), "e k=\"\"");
}

TEST(LogLineTest, AsTextKeepsBytes) {
    EXPECT_EQ(logged("a\nsession.created"), "e k=\"a\\x0asession.created\"");
    EXPECT_EQ(logged("\x1b[2J"), "e k=\"\\x1b[2J\"");
    // C1 controls move the cursor of some terminals, and half a character breaks a log reader.
    EXPECT_EQ(logged("\xc2\x9b"
                     "2J"),
              "e k=\"\\xc2\\x9b"
              "2J\"");
    EXPECT_EQ(logged("\xff"), "e k=\"\\xff\"");
}

TEST(LogLineTest, ALongValueIsCut) {
    std::string text = logged(std::string(100'000, 'x'));
    EXPECT_LT(text.size(), 250U);
    EXPECT_TRUE(text.ends_with("x\"..."));
    for (LogFormat format : {LogFormat::Logfmt, LogFormat::Json}) {
        std::string line = logged(std::string(100'000, 'x'), format);
        EXPECT_LT(line.size(), 250U);
        EXPECT_TRUE(line.ends_with("x...\""));
        // Of four bytes each; what is halved by the cut is no character any more.
        std::string wide;
        for (int i = 0; i < 100; ++i) wide += "\xf0\x9f\x98\x80";
        EXPECT_LT(logged("." + wide, format).size(), 1000U);
        EXPECT_TRUE(logged("." + wide, format).ends_with("\\ufffd...\""));
    }
}

} // namespace
