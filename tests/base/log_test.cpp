// Rows: -
#include "base/log.h"
#include "base/metrics.h"
#include "base/retire.h"

#include <gtest/gtest.h>

#include <set>

using base::Log;

namespace {

std::string logged(std::string_view value) {
    return Log::format("e", {{"k", value}});
}

TEST(LogTest, ALineIsTheEventAndItsFields) {
    EXPECT_EQ(Log::format("session.created", {{"sid", "Ab3dE6gH"}, {"wait", 60}, {"rid", -1}}),
              "session.created sid=Ab3dE6gH wait=60 rid=-1");
    EXPECT_EQ(Log::format("daemon.started", {}), "daemon.started");
}

TEST(LogTest, AValueThatCouldBeMistakenForSyntaxIsQuoted) {
    EXPECT_EQ(logged("two words"), "e k=\"two words\"");
    EXPECT_EQ(logged("a=b"), "e k=\"a=b\"");
    EXPECT_EQ(logged("say \"hi\" \\"), R"(e k="say \"hi\" \\")");
    EXPECT_EQ(logged(""), "e k=\"\"");
}

TEST(LogTest, NoValueFromAPeerCanStartALineOrMoveTheCursor) {
    for (int byte = 0; byte < 256; ++byte) {
        std::string line = logged(std::string("a") + static_cast<char>(byte) + "b");
        for (char c : line) {
            auto shown = static_cast<unsigned char>(c);
            EXPECT_TRUE(shown >= 0x20 && shown != 0x7f) << "byte " << byte;
        }
    }
    EXPECT_EQ(logged("a\nsession.created"), "e k=\"a\\x0asession.created\"");
    EXPECT_EQ(logged("\x1b[2J"), "e k=\"\\x1b[2J\"");
}

TEST(LogTest, ALongValueIsCut) {
    std::string line = logged(std::string(100'000, 'x'));
    EXPECT_LT(line.size(), 250U);
    EXPECT_TRUE(line.ends_with("x\"..."));
}

TEST(LogTest, BytesBeyondAsciiAreEscaped) {
    // C1 controls move the cursor of some terminals, and half a character breaks a log reader.
    EXPECT_EQ(logged("\xc2\x9b"
                     "2J"),
              "e k=\"\\xc2\\x9b"
              "2J\"");
    EXPECT_EQ(logged("\xff"), "e k=\"\\xff\"");
}

TEST(LogTest, WritesOnlyFromItsLevelUp) {
    Log log = Log::to_stderr(base::Level::Warn);
    EXPECT_FALSE(log.enabled(base::Level::Info));
    EXPECT_TRUE(log.enabled(base::Level::Warn));
    testing::internal::CaptureStderr();
    {
        Log inner = Log::to_stderr(base::Level::Warn);
        inner.info("not.shown");
        inner.warn("is.shown", {{"n", 1}});
        inner.error("also.shown", {{"format", "{}"}});
    }
    std::string text = testing::internal::GetCapturedStderr();
    EXPECT_EQ(text.find("not.shown"), std::string::npos);
    EXPECT_NE(text.find("is.shown n=1\n"), std::string::npos) << text;
    EXPECT_NE(text.find("also.shown format={}\n"), std::string::npos) << text;
}

TEST(LogTest, ShowsOnlyTheFirstEightCharactersOfASid) {
    EXPECT_EQ(base::sid_prefix("0123456789abcdef"), "01234567");
    EXPECT_EQ(base::sid_prefix("0123"), "0123");
}

TEST(MetricsTest, EveryCounterHasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (size_t i = 0; i < static_cast<size_t>(base::Counter::Count); ++i) {
        std::string_view name = base::name(static_cast<base::Counter>(i));
        EXPECT_TRUE(name.ends_with("_total")) << i;
        EXPECT_TRUE(names.insert(name).second) << name;
    }
}

TEST(RetireListTest, EmptiesAlsoWhatIsRetiredMeanwhile) {
    base::RetireList list;
    struct Chained {
        Chained(base::RetireList& into, int& counted, int levels)
            : list(into), count(counted), left(levels) {}
        ~Chained() {
            ++count;
            if (left > 0) list.retire(std::make_unique<Chained>(list, count, left - 1));
        }
        base::RetireList& list;
        int& count;
        int left;
    };
    int destroyed = 0;
    list.retire(std::make_unique<Chained>(list, destroyed, 2));
    list.retire(std::unique_ptr<int>());
    EXPECT_EQ(destroyed, 0);
    list.empty();
    EXPECT_EQ(destroyed, 3);
    EXPECT_FALSE(list.has_objects());
}

} // namespace
