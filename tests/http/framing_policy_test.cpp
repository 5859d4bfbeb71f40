#include "http/framing_policy.h"

#include <gtest/gtest.h>

namespace http {
namespace {

HttpFault fault_of_target(Method method, std::string_view target) {
    Target out;
    return parse_target(method, target, out);
}

std::string path_of(std::string_view target) {
    Target out;
    HttpFault fault = parse_target(Method::Get, target, out);
    return fault == HttpFault::None ? out.path : std::string(to_string(fault));
}

// Rows: H-001
TEST(Target, ResolvesEscapesAndDotSegmentsExactlyOnce) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"/", "/"},
        {"/http-bind", "/http-bind"},
        {"/http-bind/", "/http-bind/"},
        {"/%68ttp%2Dbind", "/http-bind"},
        {"/a/./b", "/a/b"},
        {"/a/../b", "/b"},
        {"/a/..", "/"},
        {"/a/b/..", "/a/"},
        {"/..", "/"},
        {"/../../b", "/b"},
        {"/.", "/"},
        {"/a/%2e%2E/b", "/b"},
        {"/a%2F..%2Fb", "/b"},
        {"/%252e%252e/b", "/%2e%2e/b"}, // not decoded twice
        {"/...", "/..."},
        {"/.a", "/.a"},
        {"/a//b", "/a//b"},
        {"//a", "//a"},
        {"/a//../b", "/a/b"},
        {"/a?b/../c", "/a"},
        {"/%C3%A9", "/\xC3\xA9"},
        {"http://h/a/../b", "/b"},
        {"http://h", "/"},
        {"HTTPS://h:80?q", "/"},
    };
    for (auto [target, path] : cases) EXPECT_EQ(path_of(target), path) << target;
}

// Rows: H-001
TEST(Target, KeepsTheQueryAsReceived) {
    Target out;
    ASSERT_EQ(parse_target(Method::Get, "/a?b=%20&c=?/../", out), HttpFault::None);
    EXPECT_EQ(out.query, "b=%20&c=?/../");
    ASSERT_EQ(parse_target(Method::Get, "/a", out), HttpFault::None);
    EXPECT_EQ(out.query, "");
}

// Rows: H-025
TEST(Target, RefusesWhatIsNoUri) {
    for (std::string_view target :
         {"/%",      "/%4",       "/%zz",           "/%00",        "/%0d%0a",
          "/%7F",    "/a#b",      "/a\"b",          "/<a>",        "/a\\b",
          "/a^b",    "/a`b",      "/{a}",           "/a|b",        "/\xC3\xA9",
          "/a\x01",  "a",         "http-bind",      "ftp://h/",    "http:/h",
          "http://", "http:///a", "http://user@h/", "http://h:x/", "http://h:70000/",
          "*"}) {
        EXPECT_EQ(fault_of_target(Method::Get, target), HttpFault::BadTarget) << target;
    }
}

// Rows: H-004, H-005, H-006
TEST(Target, TakesEachFormOnlyWhereItBelongs) {
    EXPECT_EQ(fault_of_target(Method::Options, "*"), HttpFault::None);
    EXPECT_EQ(fault_of_target(Method::Connect, "h:443"), HttpFault::None);
    EXPECT_EQ(fault_of_target(Method::Connect, "h"), HttpFault::BadTarget);
    EXPECT_EQ(fault_of_target(Method::Connect, "/a"), HttpFault::BadTarget);
    EXPECT_EQ(fault_of_target(Method::Get, "h:443"), HttpFault::BadTarget);
    Target out;
    ASSERT_EQ(parse_target(Method::Post, "http://[::1]:5280/http-bind", out), HttpFault::None);
    EXPECT_EQ(out.authority, "[::1]:5280");
    EXPECT_EQ(out.path, "/http-bind");
}

// Rows: H-006, B-019
TEST(CheckHost, WantsOneValidHostInHttp11) {
    auto check = [](std::initializer_list<std::string_view> hosts, uint8_t minor = 1) {
        FieldList fields;
        for (std::string_view host : hosts) fields.add("Host", host);
        return check_host(fields, minor);
    };
    for (std::string_view good :
         {"example.org", "example.org:5280", "192.0.2.1:80", "[::1]", "[2001:db8::1]:443", "a_b",
          "xn--bcher-kva.example", "h:", "h%41"}) {
        EXPECT_EQ(check({good}), HttpFault::None) << good;
        EXPECT_EQ(check({good}, 0), HttpFault::None) << good;
    }
    for (std::string_view bad :
         {"", "a b", "a/b", "a:b", "a:80:80", "user@a", "[::1", "::1", "[]", "a:99999", ":80",
          "a%4", "a%zz", "a\\b", "a?b", "a#b", "\xC3\xA9"}) {
        EXPECT_EQ(check({bad}), HttpFault::BadHost) << bad;
        EXPECT_EQ(check({bad}, 0), HttpFault::BadHost) << bad;
    }
    EXPECT_EQ(check({}), HttpFault::BadHost);
    EXPECT_EQ(check({}, 0), HttpFault::None);
    EXPECT_EQ(check({"a", "a"}), HttpFault::BadHost);
}

// Rows: H-008, H-025
TEST(RequestLine, IsMethodTargetVersionWithOneSpaceEach) {
    RequestLine line;
    ASSERT_EQ(parse_request_line("POST /a HTTP/1.1", line), HttpFault::None);
    EXPECT_EQ(line.method, Method::Post);
    EXPECT_EQ(line.target, "/a");
    EXPECT_EQ(line.minor_version, 1);
    for (std::string_view bad :
         {"", " ", "GET", "GET /", "GET  / HTTP/1.1", "GET /  HTTP/1.1", " GET / HTTP/1.1",
          "GET / HTTP/1.1 ", "GET / a HTTP/1.1", "GET\t/ HTTP/1.1", "G@T / HTTP/1.1",
          "GET / http/1.1", "GET / HTTP/1", "GET / HTTP/1.10", "GET / HTTP/11", "GET / HTTPS/1.1",
          "GET / HTTP/x.1"}) {
        EXPECT_EQ(parse_request_line(bad, line), HttpFault::BadRequestLine) << bad;
    }
    for (std::string_view version : {"0.9", "2.0", "3.1"}) {
        EXPECT_EQ(parse_request_line("GET / HTTP/" + std::string(version), line),
                  HttpFault::BadVersion);
    }
    ASSERT_EQ(parse_request_line("GET / HTTP/1.7", line), HttpFault::None);
    EXPECT_EQ(line.minor_version, 7);
    ASSERT_EQ(parse_request_line("get / HTTP/1.0", line), HttpFault::None);
    EXPECT_EQ(line.method, Method::Other) << "methods have case";
}

struct FramingCase {
    std::initializer_list<std::pair<std::string_view, std::string_view>> fields;
    uint8_t minor;
    HttpFault fault;
    BodyFraming::Kind kind = BodyFraming::Kind::None;
    uint64_t length = 0;
};

// Rows: H-026, H-027, H-028, H-029, H-032
TEST(JudgeFraming, TakesOnePlainLengthOrOneChunkedAndNothingElse) {
    using Kind = BodyFraming::Kind;
    const FramingCase cases[] = {
        {{}, 1, HttpFault::None},
        {{{"Content-Length", "0"}}, 1, HttpFault::None, Kind::Length, 0},
        {{{"content-length", "0010"}}, 0, HttpFault::None, Kind::Length, 10},
        {{{"Content-Length", "18446744073709551615"}},
         1,
         HttpFault::None,
         Kind::Length,
         UINT64_MAX},
        {{{"Content-Length", "18446744073709551616"}}, 1, HttpFault::BadLength},
        {{{"Content-Length", ""}}, 1, HttpFault::BadLength},
        {{{"Content-Length", "+5"}}, 1, HttpFault::BadLength},
        {{{"Content-Length", "-5"}}, 1, HttpFault::BadLength},
        {{{"Content-Length", "0x5"}}, 1, HttpFault::BadLength},
        {{{"Content-Length", "5 5"}}, 1, HttpFault::BadLength},
        {{{"Content-Length", "5,5"}}, 1, HttpFault::BadLength},
        {{{"Content-Length", "5"}, {"Content-Length", "5"}}, 1, HttpFault::BadLength},
        {{{"Content-Length", "5"}, {"Content-Length", "6"}}, 1, HttpFault::BadLength},
        {{{"Transfer-Encoding", "chunked"}}, 1, HttpFault::None, Kind::Chunked},
        {{{"Transfer-Encoding", "CHUNKED"}}, 1, HttpFault::None, Kind::Chunked},
        {{{"Transfer-Encoding", "chunked"}}, 0, HttpFault::BadCoding},
        {{{"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}}, 1, HttpFault::BadCoding},
        {{{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
         1,
         HttpFault::BadCoding},
        {{{"Transfer-Encoding", "chunked, chunked"}}, 1, HttpFault::BadCoding},
        {{{"Transfer-Encoding", "chunked, gzip"}}, 1, HttpFault::BadCoding},
        {{{"Transfer-Encoding", "gzip, chunked"}}, 1, HttpFault::UnknownCoding},
        {{{"Transfer-Encoding", "identity"}}, 1, HttpFault::BadCoding},
        {{{"Transfer-Encoding", ""}}, 1, HttpFault::BadCoding},
        {{{"Transfer-Encoding", "xchunked"}}, 1, HttpFault::BadCoding},
        {{{"Transfer-Encoding", "chunked;q=1"}}, 1, HttpFault::BadCoding},
        {{{"Transfer-Encoding", ",chunked"}}, 1, HttpFault::BadCoding},
        {{{"Transfer-Encoding", "\x0B"
                                "chunked"}},
         1,
         HttpFault::BadCoding},
    };
    for (const FramingCase& row : cases) {
        FieldList fields;
        std::string name = "1." + std::to_string(row.minor);
        for (auto [key, value] : row.fields) {
            fields.add(key, value);
            name += " | " + std::string(key) + ": " + std::string(value);
        }
        BodyFraming framing;
        EXPECT_EQ(judge_framing(fields, row.minor, framing), row.fault) << name;
        if (row.fault != HttpFault::None) continue;
        EXPECT_EQ(framing.kind, row.kind) << name;
        EXPECT_EQ(framing.length_bytes, row.length) << name;
    }
}

// Rows: H-021
TEST(HeadScanner, PassesOverOneEmptyLineOnly) {
    Limits limits;
    HeadScanner one(limits);
    EXPECT_TRUE(one.scan("\r\nGET / HTTP/1.1\r\n\r\n").complete);
    HeadScanner two(limits);
    EXPECT_EQ(two.scan("\r\n\r\n").fault, HttpFault::BadRequestLine);
}

// Rows: H-043
TEST(HeadScanner, KeepsToALimitThatHasBecomeSmaller) {
    Limits limits{.max_request_line_bytes = 100, .max_head_bytes = 200};
    HeadScanner scanner(limits);
    EXPECT_EQ(scanner.scan("GET /1234567890").fault, HttpFault::None);
    limits = {.max_request_line_bytes = 10, .max_head_bytes = 12};
    EXPECT_EQ(scanner.scan("1").fault, HttpFault::TargetTooLong);
    HeadScanner fields(limits);
    EXPECT_EQ(fields.scan("GET /\r\na:").fault, HttpFault::None);
    limits.max_head_bytes = 5;
    EXPECT_EQ(fields.scan("b").fault, HttpFault::HeadTooLarge);
}

// Rows: H-043
TEST(HeadScanner, StopsAtTheFirstByteTooMany) {
    Limits limits{.max_request_line_bytes = 10, .max_head_bytes = 20, .max_fields = 2};
    EXPECT_EQ(HeadScanner(limits).scan("12345678\r\n").fault, HttpFault::None);
    EXPECT_EQ(HeadScanner(limits).scan("123456789\r\n").fault, HttpFault::TargetTooLong);
    EXPECT_EQ(HeadScanner(limits).scan("12345678901").fault, HttpFault::TargetTooLong);
    EXPECT_EQ(HeadScanner(limits).scan("1\r\n2345678901234567\r\n").fault, HttpFault::HeadTooLarge);
    EXPECT_EQ(HeadScanner(limits).scan("1\r\na\r\nb\r\n\r\n").fault, HttpFault::None);
    EXPECT_EQ(HeadScanner(limits).scan("1\r\na\r\nb\r\nc\r\n\r\n").fault, HttpFault::HeadTooLarge);
}

// Rows: H-023
TEST(HasFoldedLine, SeesALineThatBeginsWithABlank) {
    EXPECT_FALSE(has_folded_line(""));
    EXPECT_FALSE(has_folded_line("0\r\nA: b \r\n\r\n"));
    EXPECT_TRUE(has_folded_line("0\r\nA: b\r\n\tc\r\n\r\n"));
    EXPECT_TRUE(has_folded_line(" A: b\r\n"));
}

} // namespace
} // namespace http
