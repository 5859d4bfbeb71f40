#include "xmpp/domain.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using namespace std::string_view_literals;
using xmpp::Domain;
using xmpp::DomainFault;
using xmpp::Jid;

std::string normalised(std::string_view text) {
    auto domain = Domain::parse(text);
    return domain ? domain->name : std::string(to_string(domain.error()));
}

// Rows: B-043
TEST(DomainTest, IsNormalisedForComparison) {
    EXPECT_EQ(normalised("Example.ORG"), "example.org");
    EXPECT_EQ(normalised("example.org."), "example.org");
    EXPECT_EQ(normalised("localhost"), "localhost");
    EXPECT_EQ(normalised("chat_dev.local"), "chat_dev.local");
    EXPECT_EQ(normalised("a1.2b"), "a1.2b");
}

// Rows: B-043
TEST(DomainTest, IsTheSameInULabelsAndALabels) {
    EXPECT_EQ(normalised("bücher.example"), "bücher.example");
    EXPECT_EQ(normalised("BÜCHER.example"), "bücher.example");
    EXPECT_EQ(normalised("bu\xCC\x88"
                         "cher.example"),
              "bücher.example"); // u and a combining mark
    EXPECT_EQ(normalised("XN--bcher-KVA.example"), "bücher.example");
    EXPECT_EQ(normalised("한국.example"), "한국.example");
    EXPECT_EQ(normalised("xn--3e0b707e.example"), "한국.example");
    EXPECT_EQ(normalised("한국。example"), "한국.example"); // ideographic full stop
    EXPECT_EQ(normalised("straße.example"), "straße.example");
    EXPECT_EQ(Domain::parse("한국.example")->ascii_name(), "xn--3e0b707e.example");
    EXPECT_EQ(Domain::parse("Example.org")->ascii_name(), "example.org");
}

// Rows: B-044
TEST(DomainTest, MustBeBare) {
    for (std::string_view bad : {"user@example.org", "example.org/x", "example.org:5222", "@", "/",
                                 "[2001:db8::1]:5222", "2001:db8::1"}) {
        EXPECT_EQ(Domain::parse(bad).error(), DomainFault::NotBare) << bad;
    }
    EXPECT_EQ(Domain::parse("").error(), DomainFault::Empty);
}

// Rows: B-044, S-031
TEST(DomainTest, MustBeAHostName) {
    for (std::string_view bad : {
             "a..b"sv, "."sv, ".a"sv, "-a.b"sv, "a-.b"sv, "a b"sv, "a'b"sv, "a<b"sv, "a\0b"sv,
             "a\nb"sv, "a&b"sv, "\xFF.org"sv, "\xC1\xA1.org"sv, "[::g]"sv, "a.b.."sv,
             "xn--\xC3\xBC.org"sv,
             "a\xEF\xBC\xA0"
             "b"sv, // fullwidth @
         }) {
        EXPECT_FALSE(Domain::parse(bad)) << bad;
    }
    EXPECT_EQ(Domain::parse(std::string(63, 'a') + ".org")->name.size(), 67u);
    EXPECT_EQ(Domain::parse(std::string(64, 'a') + ".org").error(), DomainFault::BadName);
    std::string label(49, 'a');
    std::string name = label + "." + label + "." + label + "." + label + "." + label;
    EXPECT_EQ(Domain::parse(name + ".info").error(), DomainFault::TooLong);
    EXPECT_TRUE(Domain::parse(name + ".org"));
    EXPECT_EQ(Domain::parse(std::string(1024, 'a')).error(), DomainFault::TooLong);
}

// Rows: U-021
TEST(DomainTest, KnowsIpLiterals) {
    auto v4 = Domain::parse("192.0.2.1");
    ASSERT_TRUE(v4);
    EXPECT_TRUE(v4->is_ip_literal);
    EXPECT_EQ(v4->name, "192.0.2.1");
    auto v6 = Domain::parse("[2001:DB8:0::1]");
    ASSERT_TRUE(v6);
    EXPECT_TRUE(v6->is_ip_literal);
    EXPECT_EQ(v6->name, "[2001:db8::1]");
    EXPECT_EQ(v6->ascii_name(), "2001:db8::1");
    EXPECT_FALSE(Domain::parse("example.org")->is_ip_literal);
    EXPECT_FALSE(Domain::parse("[192.0.2.1]"));
}

// Rows: B-053
TEST(JidTest, IsTakenApart) {
    auto full = Jid::parse("romeo@Example.org/a@b/c d");
    ASSERT_TRUE(full);
    EXPECT_EQ(full->local, "romeo");
    EXPECT_EQ(full->domain, "example.org");
    EXPECT_EQ(full->resource, "a@b/c d");
    EXPECT_EQ(full->bare(), "romeo@example.org");
    EXPECT_EQ(Jid::parse("example.org")->bare(), "example.org");
    EXPECT_EQ(Jid::parse("줄리엣@example.org")->local, "줄리엣");
}

// Rows: B-053, S-031
TEST(JidTest, IsRefusedWhenMalformed) {
    for (std::string_view bad :
         {""sv, "@example.org"sv, "a@"sv, "a@b/"sv, "/r"sv, "a@b@c"sv, "a b@c"sv, "a'b@c"sv,
          R"(a"b@c)"sv, "a<b@c"sv, "a&b@c"sv, "a:b@c"sv, "a\0b@c"sv, "a@b/\n"sv, "\xFF@c"sv,
          "a@b/\xC3"sv, "a@b:1"sv}) {
        EXPECT_FALSE(Jid::parse(bad)) << bad;
    }
    EXPECT_TRUE(Jid::parse(std::string(1023, 'a') + "@b"));
    EXPECT_FALSE(Jid::parse(std::string(1024, 'a') + "@b"));
    EXPECT_TRUE(Jid::parse("b/" + std::string(1023, 'a')));
    EXPECT_FALSE(Jid::parse("b/" + std::string(1024, 'a')));
}

// Rows: B-045
TEST(LanguageTagTest, IsCheckedByShape) {
    for (std::string_view good :
         {"en", "ko-KR", "zh-Hant-TW", "x-private", "de-1996", "i-klingon", "es-419"}) {
        EXPECT_TRUE(xmpp::is_language_tag(good)) << good;
    }
    for (std::string_view bad :
         {"", "-", "en-", "-en", "en--us", "1en", "en_US", "languagee", "en-toolonger1", "en'",
          "en us", "한국", "a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a"}) {
        EXPECT_FALSE(xmpp::is_language_tag(bad)) << bad;
    }
}

} // namespace
