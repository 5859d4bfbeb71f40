// Rows: -
#include "net/loop.h"
#include "tests/net/loop_fixture.h"

#include <gtest/gtest.h>

#include <ctime>

using tests::LoopTest;
using namespace std::chrono_literals;

namespace {

struct Deadline final : base::TimerNode {
    void on_deadline(base::TimePoint now) override {
        fired_at = now;
        ++fired;
    }
    base::TimePoint fired_at{};
    int fired = 0;
};

base::TimePoint system_monotonic_now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return base::TimePoint(base::Duration(time.tv_sec * 1000 + time.tv_nsec / 1'000'000));
}

// Rows: B-143
TEST_F(LoopTest, ItsTimeIsTheSystemsMonotonicClock) {
    for (int turn = 0; turn < 3; ++turn) {
        base::TimePoint before = system_monotonic_now();
        run_for(100ms);
        EXPECT_GE(loop.now() + 5ms, before); // libuv may read the coarse clock
        EXPECT_LE(loop.now(), system_monotonic_now());
    }
}

// Rows: B-143
TEST_F(LoopTest, FiresADeadlineNeverEarlyAndSoonAfter) {
    Deadline deadline;
    base::TimePoint due = loop.now() + 250ms;
    loop.wheel().set(deadline, due);
    ASSERT_TRUE(run_until([&] { return deadline.fired == 1; }));
    EXPECT_GE(deadline.fired_at, due);
}

TEST_F(LoopTest, WakesForADeadlineThatWasMovedNearer) {
    Deadline deadline;
    loop.wheel().set(deadline, loop.now() + 60s);
    run_for(100ms); // armed for the far one
    loop.wheel().set(deadline, loop.now() + 100ms);
    ASSERT_TRUE(run_until([&] { return deadline.fired == 1; }, 5s));
}

TEST_F(LoopTest, SleepsWhenNothingIsDue) {
    auto listener = listen(); // something to wait for
    run_for(100ms);
    turns = 0;
    run_for(1s);
    EXPECT_LE(turns, 4U); // the alarm of run_for itself, and a turn to arm it
}

TEST_F(LoopTest, DestroysTheRetiredAfterTheTurn) {
    struct Retired {
        explicit Retired(bool& gone) : gone_(gone) {}
        ~Retired() { gone_ = true; }
        bool& gone_;
    };
    bool gone = false;
    auto listener = listen();
    auto peer = connect_raw(*listener);
    records[0]->inside_bytes = [&] {
        loop.retired().retire(std::make_unique<Retired>(gone));
        EXPECT_FALSE(gone);
    };
    peer.send("x");
    EXPECT_TRUE(run_until([&] { return gone; }));
}

TEST_F(LoopTest, RunReturnsAfterStop) {
    struct Stopper final : base::TimerNode {
        explicit Stopper(net::Loop& stopped) : loop(stopped) {}
        void on_deadline(base::TimePoint) override { loop.stop(); }
        net::Loop& loop;
    } stopper(loop);
    auto listener = listen();
    loop.wheel().set(stopper, loop.now() + 100ms);
    loop.run();
    EXPECT_EQ(loop.wheel().next_wake(), base::kNever);
    loop.stop(); // too late for run(): the loop must close down all the same
}

TEST(LoopDeathTest, NamesAHandleThatWasLeftOpen) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(
        {
            net::UvHandle<uv_tcp_t> forgotten;
            net::Loop loop;
            static_cast<void>(forgotten.init(
                nullptr, [&](uv_tcp_t* tcp) { return uv_tcp_init(loop.uv(), tcp); }));
        },
        "a tcp handle is still open");
}

} // namespace
