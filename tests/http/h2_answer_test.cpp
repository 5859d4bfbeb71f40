#include "http/h2_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace http {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::StartsWith;

Response page(uint16_t status = 200) {
    Response response{.status = status, .content_type = "text/xml"};
    response.body.push(base::Slice::literal("<a/>"));
    response.body.push(base::Slice::literal("<b/>"));
    return response;
}

// "name: value" of each field.
std::vector<std::string> lines_of(const H2Answer& answer) {
    std::vector<std::string> lines;
    for (const H2Answer::Field& field : answer.fields()) {
        lines.push_back(std::string(field.name).append(": ").append(field.value));
    }
    return lines;
}
std::vector<std::string> lines_of(Response&& response, const ResponseContext& context = {}) {
    return lines_of(H2Answer(std::move(response), context));
}

// Rows: H-008, H-010, H-096
TEST(H2AnswerTest, HasTheStatusFirstAndNamesInLowerCase) {
    Response response = page();
    response.fields = "Vary: Origin\r\nX-Two:  words here \r\n";
    H2Answer answer(std::move(response),
                    {.date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
                     .fields = "Access-Control-Allow-Origin: https://A.example:1\r\n"});
    EXPECT_THAT(lines_of(answer), ElementsAre(":status: 200", "date: Sun, 06 Nov 1994 08:49:37 GMT",
                                              "content-type: text/xml", "content-length: 8",
                                              "x-content-type-options: nosniff",
                                              "access-control-allow-origin: https://A.example:1",
                                              "vary: Origin", "x-two: words here"));
    base::SliceChain body = answer.take_body();
    EXPECT_EQ(body.to_string(), "<a/><b/>");
    EXPECT_EQ(body.slice_count(), 2U) << "nothing is copied";
}

// Rows: H-035, H-096
TEST(H2AnswerTest, LeavesOutWhatIsOfOneConnectionOfHttp1) {
    Response response = page(426);
    response.fields = "Upgrade: websocket\r\nCONNECTION: Upgrade\r\nKeep-Alive: timeout=5\r\n"
                      "Transfer-Encoding: chunked\r\nSec-WebSocket-Version: 13\r\n";
    response.close = true;
    EXPECT_THAT(lines_of(std::move(response), {.close = true, .announce_keep_alive = true}),
                ElementsAre(":status: 426", "content-type: text/xml", "content-length: 8",
                            "x-content-type-options: nosniff", "sec-websocket-version: 13"));
}

// Rows: H-036, H-096
TEST(H2AnswerTest, HasNoBodyWhereTheStatusForbidsOne) {
    for (uint16_t status : {uint16_t{204}, uint16_t{304}}) {
        H2Answer answer(page(status), {});
        EXPECT_THAT(lines_of(answer), Not(Contains(StartsWith("content-")))) << status;
        EXPECT_TRUE(answer.take_body().empty()) << status;
    }
}

// Rows: H-003, H-096
TEST(H2AnswerTest, SaysTheLengthOfWhatHeadDoesNotGet) {
    H2Answer answer(page(), {.head_request = true});
    EXPECT_THAT(lines_of(answer), Contains("content-length: 8"));
    EXPECT_TRUE(answer.take_body().empty());
}

// Rows: H-097
TEST(H2AnswerTest, SaysNothingOfContentWhereATunnelBegins) {
    H2Answer answer(page(), {.tunnel = true});
    EXPECT_THAT(lines_of(answer), ElementsAre(":status: 200", "x-content-type-options: nosniff"));
    EXPECT_TRUE(answer.take_body().empty());
}

// Rows: B-012, H-035
TEST(H2AnswerTest, WritesNoContentTypeWithAControlCharacter) {
    for (const char* type : {"", "text/xml\r\nx-evil: yes", "text/xml\n", "a\x7f"}) {
        Response response = page();
        response.content_type = type;
        EXPECT_THAT(lines_of(std::move(response)), ElementsAre(":status: 200", "content-length: 8",
                                                               "x-content-type-options: nosniff"))
            << type;
    }
}

// Rows: H-035, H-096
TEST(H2AnswerTest, ReadsLinesOfFieldsAsTheyAreMeant) {
    Response response{.status = 200};
    response.fields = "No colon here\r\nEmpty:\r\nA: b: c\r\nLast: without an end";
    EXPECT_THAT(lines_of(std::move(response)),
                ElementsAre(":status: 200", "content-length: 0", "x-content-type-options: nosniff",
                            "empty: ", "a: b: c", "last: without an end"));
}

} // namespace
} // namespace http
