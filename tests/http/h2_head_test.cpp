#include "http/h2_head.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {
namespace {

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr std::pair<std::string_view, std::string_view> kMethod{":method", "POST"};
constexpr std::pair<std::string_view, std::string_view> kScheme{":scheme", "https"};
constexpr std::pair<std::string_view, std::string_view> kAuthority{":authority", "h"};
constexpr std::pair<std::string_view, std::string_view> kPath{":path", "/bosh"};

// The usual pseudo-header fields, and what comes behind them.
Fields usual(std::initializer_list<Fields::value_type> further = {}) {
    Fields fields{kMethod, kScheme, kAuthority, kPath};
    fields.insert(fields.end(), further);
    return fields;
}

class H2HeadTest : public testing::Test {
protected:
    H2Head& fill(const Fields& fields) {
        head_ = H2Head(limits_);
        for (const auto& [name, value] : fields) head_.add(name, value);
        return head_;
    }
    HttpFault judge(const Fields& fields) { return fill(fields).judge(); }

    Limits limits_;
    H2Head head_{limits_};
};

// Rows: H-001, H-006, H-096
TEST_F(H2HeadTest, IsAHeadLikeAnyOther) {
    ASSERT_EQ(judge({kMethod,
                     kScheme,
                     {":authority", "chat.example:5281"},
                     {":path", "/a/../bosh?x=1"},
                     {"content-length", "12"},
                     {"accept", "text/xml"}}),
              HttpFault::None);
    RequestHead head = head_.head();
    EXPECT_EQ(head.method, Method::Post);
    EXPECT_EQ(head.path, "/bosh");
    EXPECT_EQ(head.query, "x=1");
    EXPECT_EQ(head.authority, "chat.example:5281");
    EXPECT_EQ(head.protocol, "");
    EXPECT_EQ(head.minor_version, 1);
    EXPECT_EQ(head.fields.find("Host"), "chat.example:5281");
    EXPECT_EQ(head.fields.find("Accept"), "text/xml");
    EXPECT_FALSE(head.fields.has(":method"));
    EXPECT_EQ(head_.framing().kind, BodyFraming::Kind::Length);
    EXPECT_EQ(head_.framing().length_bytes, 12U);
}

struct Case {
    std::string_view what;
    Fields fields;
    HttpFault fault = HttpFault::BadLine;
};

const std::vector<Case> kPseudoHeaders = {
    {"none at all", {}, HttpFault::BadRequestLine},
    {"no method", {kScheme, kAuthority, kPath}, HttpFault::BadRequestLine},
    {"no scheme", {kMethod, kAuthority, kPath}, HttpFault::BadTarget},
    {"no path", {kMethod, kScheme, kAuthority}, HttpFault::BadTarget},
    {"neither authority nor host", {kMethod, kScheme, kPath}, HttpFault::BadHost},
    {"an empty method", {{":method", ""}, kScheme, kAuthority, kPath}},
    {"an empty authority", {kMethod, kScheme, {":authority", ""}, kPath}},
    {"an empty path", {kMethod, kScheme, kAuthority, {":path", ""}}},
    {"a method of two words",
     {{":method", "GET /"}, kScheme, kAuthority, kPath},
     HttpFault::BadRequestLine},
    {"two methods", {kMethod, kMethod, kScheme, kAuthority, kPath}},
    {"two paths", usual({{":path", "/other"}})},
    {"two authorities", usual({{":authority", "other"}})},
    {"two schemes", usual({{":scheme", "http"}})},
    {"one behind a field", {kMethod, kScheme, kAuthority, {"accept", "*/*"}, kPath}},
    {"a status", usual({{":status", "200"}})},
    {"one that nobody knows", usual({{":colour", "red"}})},
    {"one in upper case", {{":Method", "POST"}, kScheme, kAuthority, kPath}},
    {"a colon alone", usual({{":", "x"}})},
    {"another scheme", {kMethod, {":scheme", "ftp"}, kAuthority, kPath}, HttpFault::BadTarget},
    {"a target with an authority",
     {kMethod, kScheme, kAuthority, {":path", "https://h/bosh"}},
     HttpFault::BadTarget},
    {"a path without a slash",
     {kMethod, kScheme, kAuthority, {":path", "bosh"}},
     HttpFault::BadTarget},
    {"an asterisk for POST", {kMethod, kScheme, kAuthority, {":path", "*"}}, HttpFault::BadTarget},
    {"an escape that is none",
     {kMethod, kScheme, kAuthority, {":path", "/%zz"}},
     HttpFault::BadTarget},
    {"a user in the authority",
     {kMethod, kScheme, {":authority", "me@h"}, kPath},
     HttpFault::BadHost},
    {"a port that is none", {kMethod, kScheme, {":authority", "h:x"}, kPath}, HttpFault::BadHost},
};

const std::vector<Case> kFields = {
    {"an empty name", usual({{"", "x"}})},
    {"a name in upper case", usual({{"Accept", "*/*"}})},
    {"a name with a space", usual({{"a b", "x"}})},
    {"a name with a colon", usual({{"a:b", "x"}})},
    {"a line break", usual({{"a", "b\r\nc: d"}})},
    {"a null", usual({{"a", std::string_view("b\0c", 3)}})},
    {"a space before the value", usual({{"a", " b"}})},
    {"a tab behind it", usual({{"a", "b\t"}})},
    {"connection", usual({{"connection", "close"}})},
    {"keep-alive", usual({{"keep-alive", "timeout=5"}})},
    {"proxy-connection", usual({{"proxy-connection", "close"}})},
    {"transfer-encoding", usual({{"transfer-encoding", "chunked"}})},
    {"upgrade", usual({{"upgrade", "websocket"}})},
    {"te", usual({{"te", "gzip"}})},
    {"te with more", usual({{"te", "trailers, gzip"}})},
    {"another host", usual({{"host", "other"}}), HttpFault::BadHost},
    {"a host with another port", usual({{"host", "h:443"}}), HttpFault::BadHost},
    {"two hosts", usual({{"host", "h"}, {"host", "h"}}), HttpFault::BadHost},
    {"two lengths", usual({{"content-length", "1"}, {"content-length", "1"}}),
     HttpFault::BadLength},
    {"a length with a sign", usual({{"content-length", "+1"}}), HttpFault::BadLength},
    {"a length that is none", usual({{"content-length", ""}}), HttpFault::BadLength},
};

const Fields::value_type kConnect{":method", "CONNECT"};
const Fields::value_type kProtocol{":protocol", "websocket"};
const std::vector<Case> kConnects = {
    {"CONNECT with a path", {kConnect, kAuthority, kPath}, HttpFault::BadTarget},
    {"CONNECT with a scheme", {kConnect, kAuthority, kScheme}, HttpFault::BadTarget},
    {"CONNECT without a port", {kConnect, kAuthority}, HttpFault::BadTarget},
    {"CONNECT to nowhere", {kConnect}, HttpFault::BadTarget},
    {"a protocol of another method",
     {kMethod, kProtocol, kScheme, kAuthority, kPath},
     HttpFault::BadTarget},
    {"a protocol without a scheme", {kConnect, kProtocol, kAuthority, kPath}, HttpFault::BadTarget},
    {"a protocol without a path", {kConnect, kProtocol, kScheme, kAuthority}, HttpFault::BadTarget},
    {"a protocol without an authority",
     {kConnect, kProtocol, kScheme, kPath, {"host", "h"}},
     HttpFault::BadTarget},
    {"a protocol for an asterisk",
     {kConnect, kProtocol, kScheme, kAuthority, {":path", "*"}},
     HttpFault::BadTarget},
    {"an empty protocol", {kConnect, {":protocol", ""}, kScheme, kAuthority, kPath}},
    {"two protocols", {kConnect, kProtocol, kProtocol, kScheme, kAuthority, kPath}},
};

// Rows: H-024, H-029, H-096
TEST_F(H2HeadTest, RefusesWhatIsNoRequest) {
    for (const Case& each : kPseudoHeaders) EXPECT_EQ(judge(each.fields), each.fault) << each.what;
}

// Rows: H-006, H-024, H-029, H-096
TEST_F(H2HeadTest, RefusesFieldsThatAreNone) {
    for (const Case& each : kFields) EXPECT_EQ(judge(each.fields), each.fault) << each.what;
}

// Rows: H-097
TEST_F(H2HeadTest, RefusesConnectInTheWrongForm) {
    for (const Case& each : kConnects) EXPECT_EQ(judge(each.fields), each.fault) << each.what;
}

// Rows: H-097
TEST_F(H2HeadTest, KnowsBothFormsOfConnect) {
    ASSERT_EQ(judge({kConnect, {":authority", "h:443"}}), HttpFault::None);
    EXPECT_EQ(head_.head().method, Method::Connect);
    EXPECT_EQ(head_.head().protocol, "");
    ASSERT_EQ(judge({kConnect, kProtocol, kScheme, kAuthority, {":path", "/ws?x"}}),
              HttpFault::None);
    EXPECT_EQ(head_.head().method, Method::Connect);
    EXPECT_EQ(head_.head().protocol, "websocket");
    EXPECT_EQ(head_.head().path, "/ws");
    EXPECT_EQ(head_.head().authority, "h");
}

// Rows: H-096
TEST_F(H2HeadTest, TakesWhatIsLegal) {
    EXPECT_EQ(judge({kPath, kAuthority, kScheme, kMethod}), HttpFault::None) << "in any order";
    EXPECT_EQ(judge({kMethod, {":scheme", "HTTP"}, kAuthority, kPath}), HttpFault::None);
    EXPECT_EQ(judge({{":method", "OPTIONS"}, kScheme, kAuthority, {":path", "*"}}),
              HttpFault::None);
    EXPECT_EQ(judge(usual({{"te", "trailers"}})), HttpFault::None);
    EXPECT_EQ(judge(usual({{"empty", ""}})), HttpFault::None);
    EXPECT_EQ(judge(usual({{"a", "\tb"}})), HttpFault::BadLine);
    EXPECT_EQ(judge(usual({{"a", "b\tc \xC3\xA9"}})), HttpFault::None);
    EXPECT_EQ(judge({{":method", "BREW"}, kScheme, kAuthority, kPath}), HttpFault::None);
    EXPECT_EQ(head_.head().method, Method::Other);
}

// Rows: H-006, H-096
TEST_F(H2HeadTest, TakesAHostInPlaceOfAnAuthorityOrBesideIt) {
    ASSERT_EQ(judge({kMethod, kScheme, kPath, {"host", "chat.example"}}), HttpFault::None);
    EXPECT_EQ(head_.head().authority, "chat.example");
    ASSERT_EQ(judge(usual({{"host", "h"}})), HttpFault::None);
    EXPECT_EQ(head_.head().fields.count("host"), 1U);
}

// RFC 9113 §8.2.3 lets clients cut them; none of ours reads them.
// Rows: H-096
TEST_F(H2HeadTest, TakesACookieInCrumbs) {
    ASSERT_EQ(judge(usual({{"cookie", "a=1"}, {"cookie", "b=2"}, {"cookie", "c=3"}})),
              HttpFault::None);
    EXPECT_EQ(head_.head().fields.count("cookie"), 3U);
}

// Rows: H-043, H-096
TEST_F(H2HeadTest, CountsAFieldAsThePeerWasTold) {
    limits_.max_head_bytes = 300;
    Fields fields = usual();
    size_t bytes = 0;
    for (const auto& [name, value] : fields) bytes += name.size() + value.size() + 32;
    std::string rest(300 - bytes - 32 - 1, 'x');
    fields.emplace_back("a", rest);
    EXPECT_EQ(judge(fields), HttpFault::None);
    rest += 'x';
    fields.back().second = rest;
    EXPECT_EQ(judge(fields), HttpFault::HeadTooLarge);
}

// Rows: H-043, H-096
TEST_F(H2HeadTest, HasLimitsForFieldsAndPaths) {
    limits_.max_fields = 3;
    limits_.max_request_line_bytes = 20;
    Fields fields = usual({{"a", "1"}, {"b", "2"}, {"c", "3"}});
    EXPECT_EQ(judge(fields), HttpFault::None);
    fields.emplace_back("d", "4");
    EXPECT_EQ(judge(fields), HttpFault::HeadTooLarge);
    std::string path = "/" + std::string(19, 'p');
    EXPECT_EQ(judge({kMethod, kScheme, kAuthority, {":path", path}}), HttpFault::None);
    path += 'p';
    EXPECT_EQ(judge({kMethod, kScheme, kAuthority, {":path", path}}), HttpFault::TargetTooLong);
}

// Rows: H-096
TEST_F(H2HeadTest, KeepsToTheFirstFault) {
    EXPECT_EQ(judge({{":method", ""}, {":path", "bosh"}, {"Upper", "x"}}), HttpFault::BadLine);
    EXPECT_EQ(judge(usual({{"host", "other"}, {"content-length", "x"}})), HttpFault::BadHost);
    EXPECT_EQ(head_.head().fields.find("content-length"), "x");
}

} // namespace
} // namespace http
