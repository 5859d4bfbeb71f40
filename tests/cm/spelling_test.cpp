// Rows: -
#include "cm/spelling.h"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace {

TEST(SpellingTest, DurationsHaveAUnit) {
    EXPECT_EQ(cm::parse_duration("500ms"), 500ms);
    EXPECT_EQ(cm::parse_duration("60s"), 60s);
    EXPECT_EQ(cm::parse_duration("5m"), 5min);
    EXPECT_EQ(cm::parse_duration("2h"), 2h);
    EXPECT_EQ(cm::parse_duration("0s"), 0s);
    EXPECT_EQ(cm::parse_duration("007s"), 7s);
    for (const char* bad : {"", "60", "s", "-1s", "+1s", "1.5s", "1 s", " 1s", "1s ", "1S", "1sec",
                            "1d", "1m30s", "0x1s", "9223372036854775807h"})
        EXPECT_FALSE(cm::parse_duration(bad)) << bad;
}

TEST(SpellingTest, SizesMayHaveAUnit) {
    EXPECT_EQ(cm::parse_size("0"), 0U);
    EXPECT_EQ(cm::parse_size("1000"), 1000U);
    EXPECT_EQ(cm::parse_size("12B"), 12U);
    EXPECT_EQ(cm::parse_size("256KiB"), 262144U);
    EXPECT_EQ(cm::parse_size("4MiB"), 4194304U);
    EXPECT_EQ(cm::parse_size("3GiB"), 3221225472U);
    for (const char* bad : {"", "KiB", "1KB", "1kib", "1K", "1 KiB", "-1", "1.5MiB", "1TiB",
                            "99999999999GiB", "18446744073709551616"})
        EXPECT_FALSE(cm::parse_size(bad)) << bad;
}

TEST(SpellingTest, CountsAreDigits) {
    EXPECT_EQ(cm::parse_count("0"), 0U);
    EXPECT_EQ(cm::parse_count("18446744073709551615"), UINT64_MAX);
    for (const char* bad : {"", "-1", "+1", "1e3", "0x10", "1 ", "one", "18446744073709551616"})
        EXPECT_FALSE(cm::parse_count(bad)) << bad;
}

TEST(SpellingTest, WhatIsWrittenReadsTheSame) {
    EXPECT_EQ(cm::spell_duration(90s), "90s");
    EXPECT_EQ(cm::spell_duration(0s), "0s");
    EXPECT_EQ(cm::spell_duration(1500ms), "1500ms");
    EXPECT_EQ(cm::spell_size(0), "0B");
    EXPECT_EQ(cm::spell_size(1000), "1000B");
    EXPECT_EQ(cm::spell_size(1536), "1536B");
    EXPECT_EQ(cm::spell_size(262144), "256KiB");
    EXPECT_EQ(cm::spell_size(1UL << 30), "1GiB");
    for (base::Duration one : {base::Duration(0), base::Duration(1), base::Duration(999'000)})
        EXPECT_EQ(cm::parse_duration(cm::spell_duration(one)), one);
    for (size_t one : {0UL, 1UL, 1023UL, 1024UL, 5UL << 20, (1UL << 30) + 1})
        EXPECT_EQ(cm::parse_size(cm::spell_size(one)), one);
}

} // namespace
