#include "http/request_parser.h"
#include "tests/support/for_each_split.h"

#include <gtest/gtest.h>

namespace http {
namespace {

using tests::for_each_split;
using tests::Pieces;
using Step = RequestParser::Step;

// What a parser says about a stream, as text: "POST /path [body] ;" for each message, and at the
// end "!fault" or "..." for a message that has not ended.
class Trace {
public:
    explicit Trace(const Limits& limits, uint64_t max_body_bytes = 64)
        : limits_(limits), parser_(limits_), max_body_bytes_(max_body_bytes) {}

    void feed(ByteView in) {
        while (!faulted_) {
            Step step = parser_.feed(in);
            in.remove_prefix(step.taken);
            started_ |= step.taken > 0;
            switch (step.kind) {
            case Step::Kind::NeedMore: ASSERT_TRUE(in.empty()); return;
            case Step::Kind::Head: on_head(); break;
            case Step::Kind::Body: body_ += step.body; break;
            case Step::Kind::Complete:
                text_ += "[" + std::exchange(body_, {}) + "];";
                parser_.restart();
                started_ = false;
                break;
            case Step::Kind::Fault:
                text_ += "!" + std::string(to_string(step.fault));
                status_ = status_of(step.fault);
                faulted_ = true;
                break;
            }
        }
    }
    [[nodiscard]] std::string text() const {
        return faulted_ ? text_ : text_ + body_ + (started_ ? "..." : "");
    }
    [[nodiscard]] int status() const { return status_; }

private:
    void on_head() {
        RequestHead head = parser_.head();
        text_ += std::string(head.path) + (head.keep_alive ? "+" : "-");
        (void)parser_.limit_body(max_body_bytes_);
    }

    Limits limits_;
    RequestParser parser_;
    uint64_t max_body_bytes_;
    std::string text_;
    std::string body_;
    int status_ = 200;
    bool faulted_ = false;
    bool started_ = false;
};

void expect_trace(std::string_view stream, std::string_view expected, const Limits& limits = {}) {
    for_each_split(stream, [&](Pieces pieces) {
        Trace trace(limits);
        for (std::string_view piece : pieces) trace.feed(piece);
        EXPECT_EQ(trace.text(), expected) << stream;
    });
}

// Rows: B-014, B-019, H-021, H-040
TEST(RequestParser, ReadsMessagesOneAfterTheOther) {
    expect_trace("POST /a?q HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
                 "\r\nGET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                 "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
                 "3\r\nabc\r\n00A;x=\"y;z\" ; w\r\n0123456789\r\n0\r\nTrailer: v\r\n\r\n"
                 "GET /d HTTP/1.0\r\n\r\n"
                 "GET /e HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"
                 "POST /f HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"
                 "POST /g HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                 "GET /h HTT",
                 "/a+[hello];/b-[];/c+[abc0123456789];/d-[];/e+[];/f+[];/g+[];...");
}

// Rows: H-031
TEST(RequestParser, KeepsTrailersOutOfTheFields) {
    Limits limits;
    RequestParser parser(limits);
    std::string_view head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    ASSERT_EQ(parser.feed(head).kind, Step::Kind::Head);
    ASSERT_EQ(parser.feed("0\r\nX-Late: v\r\nHost: evil\r\n\r\n").kind, Step::Kind::Complete);
    EXPECT_EQ(parser.head().fields.size(), 2U);
    EXPECT_FALSE(parser.head().fields.has("X-Late"));
}

// Rows: H-006
TEST(RequestParser, PrefersTheAuthorityOfAnAbsoluteTarget) {
    Limits limits;
    RequestParser parser(limits);
    ASSERT_EQ(parser.feed("GET http://a:1/p HTTP/1.1\r\nHost: b\r\n\r\n").kind, Step::Kind::Head);
    EXPECT_EQ(parser.head().authority, "a:1");
    parser.restart();
    ASSERT_EQ(parser.feed("GET /p HTTP/1.1\r\nHost: b\r\n\r\n").kind, Step::Kind::Head);
    EXPECT_EQ(parser.head().authority, "b");
}

// Rows: H-008
TEST(RequestParser, TakesHigherMinorVersionsAsHttp11) {
    expect_trace("GET / HTTP/1.9\r\nHost: h\r\n\r\n", "/+[];");
    expect_trace(
        "POST / HTTP/1.2\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        "/+[a];");
}

// Rows: H-033
TEST(RequestParser, SaysTheSameFaultAgain) {
    Limits limits;
    RequestParser parser(limits);
    ASSERT_EQ(parser.feed("GET / HTTP/1.1\n").fault, HttpFault::BadLine);
    Step again = parser.feed("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(again.fault, HttpFault::BadLine);
    EXPECT_EQ(again.taken, 0U);
}

struct Trick {
    const char* name;
    std::string_view stream;
    int status;
};

#define HEAD "POST / HTTP/1.1\r\nHost: h\r\n"
#define CHUNKED HEAD "Transfer-Encoding: chunked\r\n\r\n"
using namespace std::string_view_literals;

// What has been used to make two programs read one stream differently, and some more.
constexpr Trick kTricks[] = {
    {"length and coding", HEAD "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"coding and length", HEAD "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n", 400},
    {"two lengths", HEAD "Content-Length: 4\r\nContent-Length: 5\r\n\r\n", 400},
    {"one length twice", HEAD "Content-Length: 4\r\nContent-Length: 4\r\n\r\n", 400},
    {"list of lengths", HEAD "Content-Length: 4, 4\r\n\r\n", 400},
    {"signed length", HEAD "Content-Length: +4\r\n\r\n", 400},
    {"negative length", HEAD "Content-Length: -4\r\n\r\n", 400},
    {"hexadecimal length", HEAD "Content-Length: 0x4\r\n\r\n", 400},
    {"length that overflows", HEAD "Content-Length: 18446744073709551617\r\n\r\n", 400},
    {"empty length", HEAD "Content-Length:\r\n\r\n", 400},
    {"chunked twice", HEAD "Transfer-Encoding: chunked, chunked\r\n\r\n", 400},
    {"chunked in two fields",
     HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"chunked not last", HEAD "Transfer-Encoding: chunked, identity\r\n\r\n", 400},
    {"other coding below", HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {"other coding only", HEAD "Transfer-Encoding: gzip\r\n\r\n", 400},
    {"coding with parameter", HEAD "Transfer-Encoding: chunked;x\r\n\r\n", 400},
    {"coding in quotes", HEAD "Transfer-Encoding: \"chunked\"\r\n\r\n", 400},
    {"coding after vertical tab",
     HEAD "Transfer-Encoding: \x0B"
          "chunked\r\n\r\n",
     400},
    {"coding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"space before colon", HEAD "Transfer-Encoding : chunked\r\n\r\n", 400},
    {"tab before colon", HEAD "Content-Length\t: 4\r\n\r\n", 400},
    {"folded value", HEAD "X: a\r\n b\r\n\r\n", 400},
    {"folded coding", HEAD "Transfer-Encoding:\r\n chunked\r\n\r\n", 400},
    {"folded with tab", HEAD "X: a\r\n\tb\r\n\r\n", 400},
    {"blank before first field", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400},
    {"bare line feed", "GET / HTTP/1.1\nHost: h\r\n\r\n", 400},
    {"bare line feed in fields", HEAD "X: a\nY: b\r\n\r\n", 400},
    {"bare line feed at the end", HEAD "\n", 400},
    {"bare return in value", HEAD "X: a\rY: b\r\n\r\n", 400},
    {"bare return in request line", "GET /\r HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"two returns", HEAD "X: a\r\r\n\r\n", 400},
    {"NUL in value", HEAD "X: a\0b\r\n\r\n"sv, 400},
    {"NUL in name", HEAD "X\0: a\r\n\r\n"sv, 400},
    {"control character in value", HEAD "X: a\x01\r\n\r\n", 400},
    {"DEL in value", HEAD "X: \x7F\r\n\r\n", 400},
    {"no colon", HEAD "X\r\n\r\n", 400},
    {"empty name", HEAD ": x\r\n\r\n", 400},
    {"name that is no token", HEAD "X(y): z\r\n\r\n", 400},
    {"name beyond ASCII", HEAD "X\xE9: z\r\n\r\n", 400},
    {"two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"space at the end", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400},
    {"space in target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"second empty line first", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"HTTP/0.9", "GET /\r\n\r\n", 400},
    {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"lower-case version", "GET / http/1.1\r\nHost: h\r\n\r\n", 400},
    {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"two Hosts", "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400},
    {"Host with path", "GET / HTTP/1.1\r\nHost: h/p\r\n\r\n", 400},
    {"no Host beside an absolute target", "GET http://h/ HTTP/1.1\r\n\r\n", 400},
    {"chunk size that overflows", CHUNKED "10000000000000000\r\n", 400},
    {"chunk size with sign", CHUNKED "+1\r\na\r\n0\r\n\r\n", 400},
    {"chunk size with prefix", CHUNKED "0x1\r\na\r\n0\r\n\r\n", 400},
    {"chunk size with blank before", CHUNKED " 1\r\na\r\n0\r\n\r\n", 400},
    {"chunk size with blank behind", CHUNKED "1 \r\na\r\n0\r\n\r\n", 400},
    {"chunk size in decimal comma", CHUNKED "1,\r\na\r\n0\r\n\r\n", 400},
    {"empty chunk size", CHUNKED "\r\na\r\n0\r\n\r\n", 400},
    {"chunk size line with bare LF", CHUNKED "1\na\r\n0\r\n\r\n", 400},
    {"chunk size line with bare CR", CHUNKED "1\ra\r\n0\r\n\r\n", 400},
    {"LF in a quoted extension", CHUNKED "1;a=\"\n\"\r\na\r\n0\r\n\r\n", 400},
    {"open quote in an extension", CHUNKED "1;a=\"\r\n\"\r\n0\r\n\r\n", 400},
    {"no CRLF behind a chunk", CHUNKED "1\r\naX\r\n0\r\n\r\n", 400},
    {"bare LF behind a chunk", CHUNKED "1\r\na\n0\r\n\r\n", 400},
    {"chunk longer than said", CHUNKED "1\r\nab\r\n0\r\n\r\n", 400},
    {"folded trailer", CHUNKED "0\r\nA: b\r\n c\r\n\r\n", 400},
    {"length as trailer", CHUNKED "0\r\nContent-Length: 5\r\n\r\n", 400},
    {"coding as trailer", CHUNKED "0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"control character in trailer", CHUNKED "0\r\nA: \x01\r\n\r\n", 400},
    {"body beyond the limit", HEAD "Content-Length: 65\r\n\r\n", 413},
    {"chunk beyond the limit", CHUNKED "41\r\n", 413},
    {"chunks beyond the limit", CHUNKED "1F\r\n0123456789012345678901234567890\r\n22\r\n", 413},
};

// Rows: H-020, H-022, H-023, H-024, H-025, H-026, H-027, H-028, H-029, H-030, H-031, H-044
TEST(RequestParser, RefusesEveryKnownTrickHoweverItIsCut) {
    for (const Trick& trick : kTricks) {
        SCOPED_TRACE(trick.name);
        for_each_split(trick.stream, [&](Pieces pieces) {
            Trace trace(Limits{});
            for (std::string_view piece : pieces) trace.feed(piece);
            EXPECT_EQ(trace.status(), trick.status) << trace.text();
        });
    }
}

// Rows: H-030
TEST(RequestParser, TakesABodyOfExactlyTheLimit) {
    std::string body(64, 'x');
    expect_trace(HEAD "Content-Length: 64\r\n\r\n" + body, "/+[" + body + "];");
    expect_trace(CHUNKED "40\r\n" + body + "\r\n0\r\n\r\n", "/+[" + body + "];");
}

// Rows: H-031
TEST(RequestParser, RefusesABodyThatIsNearlyAllChunkFraming) {
    std::string crumbs;
    for (int i = 0; i < 4096; ++i) crumbs += "1\r\nx\r\n";
    Limits limits;
    RequestParser parser(limits);
    std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    ASSERT_EQ(parser.feed(head).kind, Step::Kind::Head);
    auto feed_all = [&](std::string_view in) {
        size_t data = 0;
        for (Step step; (step = parser.feed(in)).kind == Step::Kind::Body;) {
            data += step.body.size();
            in.remove_prefix(step.taken);
        }
        return data;
    };
    // What is in chunks of a usual size pays for their framing for ever.
    std::string usual = "400\r\n" + std::string(1024, 'x') + "\r\n";
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(feed_all(usual), 1024U);
    parser.restart();
    ASSERT_EQ(parser.feed(head).kind, Step::Kind::Head);
    EXPECT_EQ(feed_all(crumbs), 4096U);
    EXPECT_EQ(parser.feed("1\r\nx\r\n").fault, HttpFault::BodyTooLarge);
    EXPECT_EQ(status_of(HttpFault::BodyTooLarge), 413);
}

// Rows: H-031
TEST(RequestParser, LimitsExtensionsOfAllChunksTogether) {
    std::string extension = ";x=" + std::string(1024 - 3, 'y');
    std::string stream = CHUNKED;
    for (int i = 0; i < 4; ++i) stream += "1" + extension + "\r\na\r\n";
    Trace within(Limits{});
    within.feed(stream + "0\r\n\r\n");
    EXPECT_EQ(within.text(), "/+[aaaa];");
    Trace beyond(Limits{});
    beyond.feed(stream + "1;z\r\na\r\n0\r\n\r\n");
    EXPECT_EQ(beyond.text(), "/+!bad-chunk");
}

// Rows: H-031
TEST(RequestParser, LimitsASizeLineBeforeItsEndHasCome) {
    for (std::string_view filler : {"0", "f;", "1;xxxxxxxx"}) {
        Trace trace(Limits{});
        trace.feed(CHUNKED);
        std::string line(filler);
        line.resize(5000, filler.back() == '0' ? '0' : 'x');
        for (char byte : line) trace.feed(ByteView(&byte, 1));
        EXPECT_EQ(trace.text(), "/+!bad-chunk") << filler;
    }
    Trace trailers(Limits{});
    trailers.feed(CHUNKED "0\r\n");
    for (int i = 0; i < 5000; ++i) trailers.feed(i % 10 == 9 ? "\r\n" : "A: b");
    EXPECT_EQ(trailers.text(), "/+!bad-chunk");
}

// Rows: H-043
TEST(RequestParser, LimitsTheHeadBeforeItsEndHasCome) {
    Limits limits{.max_request_line_bytes = 20, .max_head_bytes = 60, .max_fields = 3};
    expect_trace("GET /45678 HTTP/1.1\r\nHost: h\r\n\r\n", "!target-too-long", limits);
    expect_trace("GET /4567 HTTP/1.1\r\nHost: h\r\n\r\n", "/4567+[];", limits);
    expect_trace("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(100, 'x'), "!head-too-large",
                 limits);
    expect_trace("GET / HTTP/1.1\r\nHost: h\r\nA: a\r\nB: b\r\n\r\n", "/+[];", limits);
    expect_trace("GET / HTTP/1.1\r\nHost: h\r\nA: a\r\nB: b\r\nC: c\r\n\r\n", "!head-too-large",
                 limits);
}

} // namespace
} // namespace http
