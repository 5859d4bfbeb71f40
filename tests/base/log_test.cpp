// Rows: -
#include "base/log.h"
#include "base/retire.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

using base::Log;

namespace {

std::string read(const std::filesystem::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

// JOURNAL_STREAM as systemd sets it, for whatever standard error is now, or another file.
class JournalStream {
public:
    explicit JournalStream(ino_t inode_off = 0) {
        struct stat status{};
        ::fstat(STDERR_FILENO, &status);
        std::string value =
            std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino + inode_off);
        ::setenv("JOURNAL_STREAM", value.c_str(), 1);
    }
    JournalStream(const JournalStream&) = delete;
    JournalStream& operator=(const JournalStream&) = delete;
    ~JournalStream() { ::unsetenv("JOURNAL_STREAM"); }
};

// What a line of each level looks like on standard error.
void written(base::LogFormat format) {
    Log log = Log::to_stderr(base::Level::Debug, format);
    log.error("e.e", {{"n", 1}});
    log.warn("w.w");
    log.info("i.i");
    log.debug("d.d");
}

template <class Action>
std::string captured(Action&& action) {
    testing::internal::CaptureStderr();
    action();
    return testing::internal::GetCapturedStderr();
}

constexpr const char* kTime = R"([0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z)";

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

TEST(LogTest, LinesBeginWithTimeAndLevel) {
    using base::LogFormat;
    std::string time = kTime;
    EXPECT_TRUE(
        std::regex_search(captured([] { written(LogFormat::Text); }),
                          std::regex("^" + time + " error e.e n=1\n" + time + " warning w.w\n")));
    EXPECT_TRUE(std::regex_search(captured([] { written(LogFormat::Logfmt); }),
                                  std::regex("^time=" + time + " level=error event=e.e n=1\n")));
    EXPECT_TRUE(std::regex_search(
        captured([] { written(LogFormat::Json); }),
        std::regex("^\\{\"time\":\"" + time + R"(","level":"error","event":"e.e","n":1\}\n)")));
}

TEST(LogTest, InTheJournalLinesBeginWithTheirPriority) {
    using base::LogFormat;
    auto journal = [](LogFormat format) {
        return captured([format] {
            JournalStream stream;
            written(format);
        });
    };
    EXPECT_EQ(journal(LogFormat::Text), "<3>e.e n=1\n<4>w.w\n<6>i.i\n<7>d.d\n");
    EXPECT_EQ(journal(LogFormat::Logfmt),
              "<3>level=error event=e.e n=1\n<4>level=warning event=w.w\n"
              "<6>level=info event=i.i\n<7>level=debug event=d.d\n");
    EXPECT_TRUE(journal(LogFormat::Json)
                    .starts_with(R"(<3>{"level":"error","event":"e.e","n":1})"
                                 "\n<4>{"));
}

TEST(LogTest, StandardErrorThatWasSentElsewhereIsNotTheJournal) {
    std::string text = captured([] {
        JournalStream stream(1);
        written(base::LogFormat::Text);
    });
    EXPECT_TRUE(std::regex_search(text, std::regex("^" + std::string(kTime) + " error e.e")));
}

TEST(LogTest, AFileThatWasMovedAwayIsBegunAnew) {
    namespace fs = std::filesystem;
    std::string folder = (fs::temp_directory_path() / "boshcm-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    fs::path path = fs::path(folder) / "access.log";
    fs::path old = fs::path(folder) / "access.log.1";
    std::ofstream(path) << "before\n";
    {
        auto log = Log::to_file(path, base::Level::Info, base::LogFormat::Logfmt);
        ASSERT_TRUE(log);
        log->info("one.written");
        log->debug("not.written");
    }
    EXPECT_TRUE(std::regex_match(read(path), std::regex("before\ntime=" + std::string(kTime) +
                                                        " level=info event=one.written\n")));
    {
        auto log = Log::to_file(path, base::Level::Info, base::LogFormat::Text);
        ASSERT_TRUE(log);
        fs::rename(path, old);
        ASSERT_TRUE(log->reopen());
        log->info("two.written");
        fs::remove_all(folder);
        auto again = log->reopen();
        ASSERT_FALSE(again);
        EXPECT_EQ(again.error(), path.string() + ": No such file or directory");
        fs::create_directory(folder);
        ASSERT_TRUE(log->reopen());
        log->info("three.written");
    }
    EXPECT_TRUE(read(path).ends_with(" info three.written\n"));
    EXPECT_EQ(fs::status(path).permissions() & fs::perms::others_all, fs::perms::none);
    fs::remove_all(folder);
}

TEST(LogTest, SaysWhyAFileCannotBeOpened) {
    auto log = Log::to_file("/nowhere/access.log", base::Level::Info, base::LogFormat::Text);
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error(), "/nowhere/access.log: No such file or directory");
}

TEST(LogTest, ShowsOnlyTheFirstEightCharactersOfASid) {
    EXPECT_EQ(base::sid_prefix("0123456789abcdef"), "01234567");
    EXPECT_EQ(base::sid_prefix("0123"), "0123");
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
