#include "bosh/tombstones.h"
#include "tests/support/test_env.h"

#include <gtest/gtest.h>

#include <string>

namespace bosh {
namespace {

class TombstonesTest : public testing::Test {
protected:
    void add(std::string sid, std::string_view xml = "<body/>", std::string_view key = {}) {
        std::vector<CachedAnswer> answers;
        answers.push_back({.rid = 7, .xml = base::SliceChain(base::Slice::copy(env_.pool, xml))});
        if (!key.empty()) answers.back().key = std::make_unique<const std::string>(key);
        tombstones_.add(std::move(sid), "text/xml", std::move(answers), {});
    }
    bool knows(std::string_view sid, Rid rid = 7, std::string_view key = {}) {
        return tombstones_.repeat(sid, rid, key).has_value();
    }

    tests::TestEnv env_;
    base::Env services_ = env_.env();
    Tombstones tombstones_{services_};
};

// Rows: B-225, B-226
TEST_F(TombstonesTest, RepeatAnAnswerOfTheirSessionOnly) {
    add("a", "<body>a</body>");
    add("b", "<body>b</body>");
    auto again = tombstones_.repeat("a", 7, "");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->xml.to_string(), "<body>a</body>");
    EXPECT_EQ(again->content_type, "text/xml");
    EXPECT_FALSE(knows("a", 6));
    EXPECT_FALSE(knows("a", 8));
    EXPECT_FALSE(knows("c"));
}

// Rows: B-226
TEST_F(TombstonesTest, AreKeptForThirtySecondsEach) {
    add("a");
    env_.advance(20s);
    add("b");
    env_.advance(9s);
    EXPECT_TRUE(knows("a"));
    env_.advance(1s);
    EXPECT_FALSE(knows("a"));
    EXPECT_EQ(tombstones_.size(), 1U);
    env_.advance(19s);
    EXPECT_TRUE(knows("b"));
    env_.advance(1s);
    EXPECT_EQ(tombstones_.size(), 0U);
    EXPECT_EQ(env_.pool.used_bytes(), 0U);
}

// Rows: B-245
TEST_F(TombstonesTest, WantTheKeyOfTheOriginal) {
    const std::string key(40, 'a');
    add("a", "<body/>", key);
    EXPECT_FALSE(knows("a", 7, ""));
    EXPECT_FALSE(knows("a", 7, std::string(40, 'b')));
    EXPECT_TRUE(knows("a", 7, key));
}

// Rows: B-111
TEST_F(TombstonesTest, RepeatAnAnswerTenTimes) {
    add("a");
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(knows("a"));
    for (int i = 0; i < 300; ++i) EXPECT_FALSE(knows("a"));
}

// Rows: S-040
TEST_F(TombstonesTest, AreBoundedInNumber) {
    add("first");
    for (size_t i = 1; i < Tombstones::kMost; ++i) add(std::to_string(i));
    EXPECT_TRUE(knows("first"));
    add("last");
    EXPECT_EQ(tombstones_.size(), Tombstones::kMost);
    EXPECT_FALSE(knows("first"));
    EXPECT_TRUE(knows("1"));
    EXPECT_TRUE(knows("last"));
}

// Rows: S-040
TEST_F(TombstonesTest, AreBoundedInBytes) {
    const std::string quarter(Tombstones::kMostBytes / 4, 'x');
    for (const char* sid : {"a", "b", "c", "d"}) add(sid, quarter);
    EXPECT_EQ(tombstones_.size(), 4U);
    add("e", "<body/>");
    EXPECT_FALSE(knows("a"));
    EXPECT_EQ(tombstones_.size(), 4U);
    add("f", quarter + quarter);
    EXPECT_FALSE(knows("c"));
    EXPECT_TRUE(knows("d"));
    EXPECT_TRUE(knows("e"));
}

// Rows: S-040
TEST_F(TombstonesTest, DoNotGiveWayToOneThatIsTooLarge) {
    add("a");
    add("b", std::string(Tombstones::kMostBytes + 1, 'x'));
    EXPECT_TRUE(knows("a"));
    EXPECT_FALSE(knows("b"));
}

} // namespace
} // namespace bosh
