#include "http/fault.h"
#include "http/response_writer.h"
#include "tests/support/test_env.h"

#include <gmock/gmock.h>

namespace http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ResponseWriterTest : public testing::Test {
protected:
    std::string write(Response response, ResponseContext context = {}) {
        return write_response(env_.pool, std::move(response), context).to_string();
    }
    Response with_body(std::string_view body) {
        Response response{.content_type = "text/plain"};
        response.body.push(base::Slice::copy(env_.pool, body));
        return response;
    }
    tests::TestEnv env_;
};

// Rows: B-013, H-008, H-010, D-54, H-098
TEST_F(ResponseWriterTest, StatesTheLengthAndNeverChunks) {
    EXPECT_EQ(write(with_body("hello"), {.date = "Date: x\r\n"}),
              "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
              "X-Content-Type-Options: nosniff\r\n\r\nhello");
    EXPECT_THAT(write({}), HasSubstr("Content-Length: 0\r\n"));
}

// Rows: H-010, S-046
TEST_F(ResponseWriterTest, ForbidsSniffingAndNamesNoServer) {
    for (auto status : std::to_array<uint16_t>({200, 204, 304, 400, 404, 500})) {
        std::string answer = write(plain_response(status));
        EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
        EXPECT_THAT(answer, Not(HasSubstr("Server:")));
    }
}

// Rows: H-036
TEST_F(ResponseWriterTest, GivesNoBodyAndNoLengthWhereNoneMayBe) {
    for (auto status : std::to_array<uint16_t>({204, 304})) {
        Response response = with_body("ignored");
        response.status = status;
        std::string answer = write(std::move(response));
        EXPECT_THAT(answer, Not(HasSubstr("Content-Length"))) << status;
        EXPECT_THAT(answer, EndsWith("\r\n\r\n")) << status;
    }
}

// Rows: H-003
TEST_F(ResponseWriterTest, TellsHeadTheLengthThatGetWouldHave) {
    std::string answer = write(with_body("hello"), {.head_request = true});
    EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
    EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

// Rows: H-040
TEST_F(ResponseWriterTest, AnnouncesWhatBecomesOfTheConnection) {
    EXPECT_THAT(write({}), Not(HasSubstr("Connection:")));
    EXPECT_THAT(write({}, {.close = true}), HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(write({}, {.announce_keep_alive = true}), HasSubstr("Connection: keep-alive\r\n"));
    EXPECT_THAT(write({}, {.close = true, .announce_keep_alive = true}),
                Not(HasSubstr("keep-alive")));
}

// Rows: H-035
TEST_F(ResponseWriterTest, LeavesOutAContentTypeThatWouldSplitTheHead) {
    Response response = with_body("x");
    response.content_type = "text/html\r\nSet-Cookie: a=b";
    EXPECT_THAT(write(std::move(response)), Not(HasSubstr("Set-Cookie")));
}

// Rows: -
TEST_F(ResponseWriterTest, SharesALargeBodyInsteadOfCopyingIt) {
    Response response = with_body(std::string(base::kPackedBytes + 1, 'x'));
    const char* bytes = response.body.begin()->data();
    base::SliceChain chain = write_response(env_.pool, std::move(response), {});
    ASSERT_EQ(chain.slice_count(), 2U);
    EXPECT_EQ(std::next(chain.begin())->data(), bytes);
}

// Rows: -
TEST_F(ResponseWriterTest, IsOneBlockIfTheBodyIsSmall) {
    std::string body(base::kPackedBytes, 'x');
    base::SliceChain chain = write_response(env_.pool, with_body(body), {});
    EXPECT_EQ(chain.slice_count(), 1U);
    EXPECT_THAT(chain.to_string(), EndsWith("\r\n\r\n" + body));
}

// Rows: -
TEST_F(ResponseWriterTest, KnowsBeforehandHowLongTheHeadIs) {
    Response response = with_body("x");
    response.status = 421;
    response.content_type = "text/xml; charset=utf-8";
    response.fields = "Allow: GET\r\n";
    response.constant_fields = "Cache-Control: no-store\r\n";
    std::string bytes =
        write(std::move(response),
              {.announce_keep_alive = true, .date = "Date: x\r\n", .fields = "Vary: Origin\r\n"});
    EXPECT_THAT(bytes, HasSubstr("Allow: GET\r\nCache-Control: no-store\r\n\r\n"));
    base::SlicePool pool(1'000'000);
    Response again = with_body("x");
    base::SliceChain chain = write_response(pool, std::move(again), {});
    EXPECT_LT(pool.used_bytes(), chain.size_bytes() + 128)
        << "a block that grew would be twice that";
}

// Rows: -
TEST_F(ResponseWriterTest, PutsCorsFieldsBeforeThoseOfTheMaker) {
    Response response;
    response.fields = "Allow: GET\r\n";
    EXPECT_THAT(write(std::move(response), {.fields = "Vary: Origin\r\n"}),
                EndsWith("Vary: Origin\r\nAllow: GET\r\n\r\n"));
}

std::time_t wall_seconds = 784'111'777; // the RFC's own example

std::time_t fake_wall_clock(std::time_t*) {
    return wall_seconds;
}

// Rows: H-010
TEST(DateField, IsWrittenAnewOnceASecond) {
    DateField date(&fake_wall_clock);
    base::TimePoint now{1h};
    EXPECT_EQ(date.line(now), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    ++wall_seconds;
    EXPECT_THAT(date.line(now + 999ms), HasSubstr(":37 GMT"));
    EXPECT_THAT(date.line(now + 1s), HasSubstr(":38 GMT"));
}

// Rows: -
TEST(ReasonOf, KnowsEveryStatusThatTheParserGives) {
    for (auto fault : {HttpFault::BadLine, HttpFault::Timeout, HttpFault::BodyTooLarge,
                       HttpFault::TargetTooLong, HttpFault::BadExpectation, HttpFault::HeadTooLarge,
                       HttpFault::UnknownCoding, HttpFault::BadVersion}) {
        EXPECT_NE(reason_of(status_of(fault)), "Unknown") << to_string(fault);
    }
    EXPECT_THAT(std::string(reason_of(404)), StartsWith("Not"));
}

} // namespace
} // namespace http
