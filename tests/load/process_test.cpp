// Rows: -
#include "bench/load/process.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace load {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

const std::string kNumbers = " S 17 4711 4711 0 -1 4194560 100 200 3 4 55 66 700 30 20 0 1 0 9 1 2";

TEST(ParseStat, FindsTheParentAndTheTimeOfWaitedChildren) {
    auto stat = parse_stat("4711 (prosody)" + kNumbers);
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->parent, 17);
    EXPECT_EQ(stat->waited_ticks, 730U);
}

TEST(ParseStat, ANameMayLookLikeFields) {
    for (const char* name : {"a b", ") S 1 (", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17)", ""}) {
        auto stat = parse_stat("4711 (" + std::string(name) + ')' + kNumbers);
        ASSERT_TRUE(stat) << name;
        EXPECT_EQ(stat->parent, 17) << name;
        EXPECT_EQ(stat->waited_ticks, 730U) << name;
    }
}

TEST(ParseStat, RefusesWhatIsNone) {
    for (const char* text : {"", "4711", "4711 (x)", "4711 (x) S 17 1 2 3",
                             "4711 (x) S a 1 1 0 -1 4 1 2 3 4 5 6 7 3 2"}) {
        EXPECT_FALSE(parse_stat(text)) << text;
    }
}

TEST(ParseProportionalBytes, TakesTheSumAndNotItsParts) {
    EXPECT_EQ(parse_proportional_bytes("5581-7ffe ---p 0 00:00 0  [rollup]\n"
                                       "Rss:    8000 kB\nPss:    1234 kB\nPss_Dirty: 99 kB\n"),
              1234U * 1024);
    EXPECT_EQ(parse_proportional_bytes(""), std::nullopt);
    EXPECT_EQ(parse_proportional_bytes("x\nPss_Dirty: 99 kB\n"), std::nullopt);
    EXPECT_EQ(parse_proportional_bytes("x\nPss: none\n"), std::nullopt);
}

TEST(ParseBytesMoved, AddsWhatWasReadAndWritten) {
    EXPECT_EQ(parse_bytes_moved("rchar: 1000\nwchar: 234\nsyscr: 7\nsyscw: 8\nread_bytes: 4096\n"),
              1234U);
    for (const char* text : {"", "rchar: 1000\n", "rchar: x\nwchar: 234\n"}) {
        EXPECT_EQ(parse_bytes_moved(text), std::nullopt) << text;
    }
}

TEST(OwnBytesMoved, GrowByWhatIsWritten) {
    auto before = own_bytes_moved();
    ASSERT_TRUE(before);
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    std::string text(4096, 'x');
    ASSERT_EQ(::write(ends[1], text.data(), text.size()), 4096);
    ASSERT_EQ(::read(ends[0], text.data(), text.size()), 4096);
    ::close(ends[0]);
    ::close(ends[1]);
    auto after = own_bytes_moved();
    ASSERT_TRUE(after);
    EXPECT_GE(*after - *before, 8192U);
    EXPECT_LT(*after - *before, 16384U);
}

nanoseconds own_time(int whose) {
    rusage usage{};
    ::getrusage(whose, &usage);
    auto of = [](const timeval& time) {
        return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

void burn(nanoseconds time) {
    nanoseconds until = own_time(RUSAGE_SELF) + time;
    while (own_time(RUSAGE_SELF) < until) {
    }
}

TEST(CpuTime, IsThatOfAllThreadsAlsoOfThoseThatHaveEnded) {
    nanoseconds before = cpu_time(::getpid()).value();
    nanoseconds before_by_others = own_time(RUSAGE_SELF);
    std::thread([] { burn(100ms); }).join();
    nanoseconds took = cpu_time(::getpid()).value() - before;
    EXPECT_GE(took, 90ms);
    // What the system told first and last lies around it.
    EXPECT_LE(took, own_time(RUSAGE_SELF) - before_by_others + 10ms);
}

struct Child {
    Child() : id(::fork()) {
        if (id == 0) {
            burn(100ms);
            ::raise(SIGSTOP);
            ::_exit(0);
        }
        ::waitpid(id, nullptr, WUNTRACED); // until it has stopped: it lives
    }
    void end() const {
        ::kill(id, SIGCONT);
        ::waitpid(id, nullptr, 0);
    }
    pid_t id;
};

TEST(CpuTime, IsThatOfChildrenToo) {
    nanoseconds before = cpu_time(::getpid()).value();
    Child child;
    EXPECT_GE(cpu_time(child.id).value(), 90ms);
    EXPECT_GE(cpu_time(::getpid()).value() - before, 90ms);
    child.end();
    EXPECT_EQ(cpu_time(child.id), std::nullopt);
    EXPECT_GE(cpu_time(::getpid()).value() - before, 80ms); // in ticks of 10 ms now
}

TEST(ProportionalBytes, GrowWithWhatIsWrittenAlsoByChildren) {
    constexpr size_t kBytes = 64UL * 1024 * 1024;
    size_t before = proportional_bytes(::getpid()).value();
    auto block = std::make_unique<char[]>(kBytes);
    std::memset(block.get(), 1, kBytes);
    size_t alone = proportional_bytes(::getpid()).value();
    EXPECT_GE(alone, before + kBytes * 3 / 4);
    Child child; // half of each page counts for either
    EXPECT_LE(proportional_bytes(child.id).value(), alone * 3 / 4);
    EXPECT_GE(proportional_bytes(::getpid()).value(), alone * 3 / 4);
    child.end();
    EXPECT_EQ(proportional_bytes(child.id), std::nullopt);
}

} // namespace
} // namespace load
