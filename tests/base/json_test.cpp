// Rows: -
#include "base/json.h"

#include <gtest/gtest.h>

#include <string>

using base::Json;

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

} // namespace
