#include "http/http_date.h"

#include <gtest/gtest.h>

namespace http {
namespace {

// Rows: H-010
TEST(HttpDate, IsWrittenAsTheSpecificationHasIt) {
    EXPECT_EQ(format_http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(format_http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

// Rows: H-010
TEST(HttpDate, IsReadAsItIsWritten) {
    for (std::time_t time : {std::time_t{0}, std::time_t{784111777}, std::time_t{4102444799}}) {
        EXPECT_EQ(parse_http_date(format_http_date(time)), time);
    }
}

// Rows: H-010
TEST(HttpDate, IsNothingElse) {
    for (std::string_view bad :
         {"", "now", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
          "Mon, 06 Nov 1994 08:49:37 GMT", "Sun,  6 Nov 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 08:49:37 GMT "}) {
        EXPECT_FALSE(parse_http_date(bad)) << bad;
    }
}

} // namespace
} // namespace http
