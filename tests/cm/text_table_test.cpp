// Rows: -
#include "cm/text_table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace {

TEST(TextTableTest, ColumnsStandUnderEachOther) {
    cm::TextTable table({"SID", ">AGE", "JID"});
    table.add({"ws-1", "5s", "j\xc3\xa4n@x"});
    table.add({"AAAAbcde", "1h02m", ""});
    std::ostringstream out;
    table.print(out);
    EXPECT_EQ(out.str(), "SID         AGE  JID\n"
                         "ws-1         5s  j\xc3\xa4n@x\n"
                         "AAAAbcde  1h02m\n");
}

TEST(TextTableTest, WithoutHeadsThereIsNoRowOfThem) {
    cm::TextTable table({"", ""});
    table.add({"a", "b"});
    std::ostringstream out;
    table.print(out);
    EXPECT_EQ(out.str(), "a  b\n");
}

TEST(TextTableTest, WhatOthersWroteDoesNotSteerTheTerminal) {
    EXPECT_EQ(cm::printable("a\x1b[31m\n\x7f"), "a\\x1b[31m\\x0a\\x7f");
    EXPECT_EQ(cm::printable("\xc2\x9b"
                            "2J \xc3\xa4 \xc2\xa0"),
              "\\x9b"
              "2J \xc3\xa4 \xc2\xa0");
}

} // namespace
