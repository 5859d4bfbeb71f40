// Rows: -
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "admin/json.h"
#include "admin/url_query.h"

using admin::Json;

namespace {

TEST(JsonTest, ReadsBackWhatItWrites) {
    std::string text = R"({"b":true,"a":[1,-2,0.5,null,"\"ä\n"],"o":{}})";
    auto read = Json::parse(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->text(), text);
    EXPECT_EQ((*read)["b"].boolean(), true);
    EXPECT_EQ((*read)["a"].array()[1].integer(), -2);
    EXPECT_EQ(*(*read)["a"].array()[4].string(), "\"ä\n");
    EXPECT_TRUE((*read)["none"].is_null());
    EXPECT_EQ((*read)["b"].integer(), std::nullopt);
}

TEST(JsonTest, WhatIsNoJsonIsNothing) {
    for (std::string_view text : {"", "{", "{\"a\":1,}", "{} {}", "nope", "\"\xff\""}) {
        EXPECT_FALSE(Json::parse(text)) << text;
    }
}

TEST(JsonTest, BytesThatAreNoUtf8DoNoHarm) {
    EXPECT_EQ(Json("a\xffz").text(), "\"a\xef\xbf\xbdz\"");
}

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
