// Rows: -
#include "http/message.h"

#include <gtest/gtest.h>

namespace http {
namespace {

TEST(FieldList, FindsNamesWithoutCaseAndTheFirstOfSeveral) {
    FieldList fields;
    fields.add("Host", "a");
    fields.add("HOST", "b");
    fields.add("Empty", "");
    EXPECT_EQ(fields.find("host"), "a");
    EXPECT_EQ(fields.count("hOst"), 2U);
    EXPECT_TRUE(fields.has("Empty"));
    EXPECT_FALSE(fields.has("Hos"));
    EXPECT_EQ(fields.find("none").data(), nullptr);
    fields.clear();
    EXPECT_EQ(fields.size(), 0U);
    EXPECT_FALSE(fields.has("Host"));
}

TEST(FieldList, SeesListElementsAcrossLines) {
    FieldList fields;
    fields.add("Connection", "TE, , Upgrade");
    fields.add("connection", "\tClose ");
    EXPECT_TRUE(fields.list_contains("Connection", "close"));
    EXPECT_TRUE(fields.list_contains("Connection", "te"));
    EXPECT_FALSE(fields.list_contains("Connection", "keep-alive"));
    EXPECT_FALSE(fields.list_contains("Connection", ""));
}

} // namespace
} // namespace http
