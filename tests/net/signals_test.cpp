// Rows: -
#include "net/descriptor_limit.h"
#include "net/signals.h"
#include "tests/net/loop_fixture.h"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/resource.h>

using net::Signal;
using tests::LoopTest;

namespace {

struct Seen final : net::SignalListener {
    void on_signal(Signal signal) override { signals.push_back(signal); }
    std::vector<Signal> signals;
};

TEST_F(LoopTest, SignalsArriveAsEventsOfTheLoop) {
    Seen seen;
    net::Signals signals(loop, seen);
    ::raise(SIGHUP);
    EXPECT_TRUE(seen.signals.empty());
    EXPECT_TRUE(run_until([&] { return seen.signals.size() == 1; }));
    ::raise(SIGTERM);
    EXPECT_TRUE(run_until([&] { return seen.signals.size() == 2; }));
    ::raise(SIGINT);
    EXPECT_TRUE(run_until([&] { return seen.signals.size() == 3; }));
    EXPECT_EQ(seen.signals, (std::vector{Signal::Reload, Signal::Terminate, Signal::Terminate}));
}

TEST_F(LoopTest, WhoIsEndingIsNotKilled) {
    Seen seen;
    {
        net::Signals signals(loop, seen);
    }
    for (int number : {SIGTERM, SIGINT, SIGHUP}) {
        EXPECT_EQ(::raise(number), 0);
        EXPECT_EQ(std::signal(number, SIG_DFL), SIG_IGN); // and this process can be ended again
    }
    EXPECT_TRUE(seen.signals.empty());
}

TEST_F(LoopTest, ABrokenPipeIsNoSignal) {
    Seen seen;
    net::Signals signals(loop, seen);
    EXPECT_EQ(::raise(SIGPIPE), 0);
    run_for(std::chrono::milliseconds(100));
    EXPECT_TRUE(seen.signals.empty());
}

TEST(DescriptorLimitTest, IsRaisedToTheHardLimit) {
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    rlimit low{.rlim_cur = 256, .rlim_max = limit.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    EXPECT_EQ(net::raise_descriptor_limit(), limit.rlim_max);
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_EQ(limit.rlim_cur, limit.rlim_max);
}

} // namespace
