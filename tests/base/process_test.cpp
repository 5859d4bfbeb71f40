// What the process takes of the system, and what it would leave behind.
// Rows: -
#include "base/core_dumps.h"
#include "base/process_memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace base {
namespace {

size_t told_bytes = 0;
int times_asked = 0;

size_t tell() {
    ++times_asked;
    return told_bytes;
}

TEST(ProcessMemory, GrowsWithWhatIsWritten) {
    constexpr size_t kBytes = 64UL * 1024 * 1024;
    size_t before = resident_bytes();
    ASSERT_GT(before, 0U);
    auto block = std::make_unique<char[]>(kBytes);
    std::memset(block.get(), 1, kBytes);
    EXPECT_GE(resident_bytes(), before + kBytes / 2);
}

// Rows: S-040
TEST(MemoryCeiling, IsReachedAtItsSizeAndLeftAgain) {
    constexpr TimePoint kStart{std::chrono::hours(1)};
    MemoryCeiling ceiling(1000, &tell);
    told_bytes = 999;
    EXPECT_FALSE(ceiling.reached(kStart));
    told_bytes = 1000;
    EXPECT_FALSE(ceiling.reached(kStart + 900ms)); // not asked again yet
    EXPECT_TRUE(ceiling.reached(kStart + 1s));
    told_bytes = 0; // the system does not tell
    EXPECT_FALSE(ceiling.reached(kStart + 2s));
}

TEST(MemoryCeiling, WithoutOneNobodyIsAsked) {
    times_asked = 0;
    EXPECT_FALSE(MemoryCeiling(0, &tell).reached(TimePoint{1h}));
    EXPECT_EQ(times_asked, 0);
}

// Rows: S-047
TEST(CoreDumps, AreOffForTheProcessThatAsks) {
    pid_t child = ::fork(); // it cannot be undone
    ASSERT_GE(child, 0);
    if (child == 0) {
        bool disabled = disable_core_dumps();
        rlimit limit{};
        ::getrlimit(RLIMIT_CORE, &limit);
        bool off = limit.rlim_cur == 0 && limit.rlim_max == 0 && ::prctl(PR_GET_DUMPABLE) == 0;
        ::_exit(disabled && off && resident_bytes() > 0 ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

} // namespace
} // namespace base
