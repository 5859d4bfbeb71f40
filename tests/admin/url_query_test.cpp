// Rows: -
#include "admin/url_query.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace {

TEST(UrlQueryTest, ReadsBackWhatItWrites) {
    std::string text = "a b&c=d%+\xc3\xa4/";
    auto read = admin::url_parameters("x=" + admin::url_encoded(text) + "&&y&z=%zz%4");
    ASSERT_EQ(read.size(), 3U);
    using Pair = std::pair<std::string, std::string>;
    EXPECT_EQ(read[0], Pair("x", text));
    EXPECT_EQ(read[1], Pair("y", ""));
    EXPECT_EQ(read[2], Pair("z", "%zz%4"));
}

} // namespace
