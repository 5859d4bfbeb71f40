// Rows: -
#include "base/timer_wheel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <random>
#include <vector>

using base::kNever;
using base::TimePoint;
using base::TimerWheel;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint kStart{std::chrono::hours(5)};

struct Node final : base::TimerNode {
    void on_deadline(TimePoint now) override {
        fired_at.push_back(now);
        if (then) then();
    }
    [[nodiscard]] bool fired() const { return !fired_at.empty(); }
    std::vector<TimePoint> fired_at;
    std::function<void()> then;
};

struct TimerWheelTest : testing::Test {
    // As a loop would: never late.
    void advance_to(TimePoint time) {
        while (wheel.now() < time) wheel.advance(std::min(wheel.now() + 10ms, time));
    }
    TimerWheel wheel{kStart};
    Node node;
};

TEST_F(TimerWheelTest, FiresOnceNeverEarlyAndAtMostOneTickLate) {
    std::mt19937 random(1); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each run
    for (int round = 0; round < 200; ++round) {
        TimePoint due = wheel.now() + base::Duration(random() % 200'000);
        node.fired_at.clear();
        wheel.set(node, due);
        advance_to(due + TimerWheel::kTick);
        ASSERT_EQ(node.fired_at.size(), 1U);
        EXPECT_GE(node.fired_at[0], due);
    }
}

TEST_F(TimerWheelTest, ALaterDeadlineReplacesTheEarlierOne) {
    wheel.set(node, kStart + 1s);
    wheel.set(node, kStart + 3s);
    advance_to(kStart + 2900ms);
    EXPECT_FALSE(node.fired());
    advance_to(kStart + 3s);
    EXPECT_EQ(node.fired_at, std::vector{kStart + 3s});
}

TEST_F(TimerWheelTest, AnEarlierDeadlineReplacesTheLaterOne) {
    wheel.set(node, kStart + 60s);
    wheel.set(node, kStart + 1s);
    advance_to(kStart + 1s);
    EXPECT_EQ(node.fired_at, std::vector{kStart + 1s});
    advance_to(kStart + 70s);
    EXPECT_EQ(node.fired_at.size(), 1U);
}

TEST_F(TimerWheelTest, NeverUnsets) {
    wheel.set(node, kStart + 1s);
    wheel.set(node, kNever);
    wheel.set(node, kNever); // also when there is none
    advance_to(kStart + 5s);
    EXPECT_FALSE(node.fired());
}

TEST_F(TimerWheelTest, ADeadlineInThePastFiresAtTheNextTick) {
    advance_to(kStart + 10s);
    wheel.set(node, kStart);
    EXPECT_FALSE(node.fired()); // not inside set()
    advance_to(kStart + 10s + TimerWheel::kTick);
    EXPECT_TRUE(node.fired());
}

TEST_F(TimerWheelTest, DeadlinesBeyondOneTurnOfTheWheelHold) {
    wheel.set(node, kStart + 1h);
    advance_to(kStart + 1h - 1ms);
    EXPECT_FALSE(node.fired());
    advance_to(kStart + 1h);
    EXPECT_TRUE(node.fired());
}

TEST_F(TimerWheelTest, ACallbackMaySetItsOwnDeadlineAgain) {
    node.then = [this] { wheel.set(node, wheel.now() + 1s); };
    wheel.set(node, kStart + 1s);
    advance_to(kStart + 3s);
    EXPECT_EQ(node.fired_at, (std::vector{kStart + 1s, kStart + 2s, kStart + 3s}));
}

TEST_F(TimerWheelTest, ACallbackMaySetADeadlineThatHasPassedWithoutLooping) {
    node.then = [this] { wheel.set(node, kStart); };
    wheel.set(node, kStart + 1s);
    wheel.advance(kStart + 1s);
    EXPECT_EQ(node.fired_at.size(), 1U); // the next tick's turn
}

TEST_F(TimerWheelTest, ACallbackMayDestroyItselfAndOthersOfTheSameTick) {
    auto nodes = std::make_unique<std::array<Node, 4>>();
    for (Node& each : *nodes) wheel.set(each, kStart + 1s);
    (*nodes)[0].then = [&] { nodes.reset(); };
    wheel.set(node, kStart + 1s);
    advance_to(kStart + 2s);
    EXPECT_EQ(nodes, nullptr);
    EXPECT_TRUE(node.fired()); // who is left is served
}

TEST_F(TimerWheelTest, ACallbackMayMoveAnotherNodeOfTheSameTick) {
    Node later;
    Node unset;
    for (Node* each : {&node, &later, &unset}) wheel.set(*each, kStart + 1s);
    node.then = [&] {
        wheel.set(later, kStart + 2s);
        wheel.set(unset, kNever);
    };
    advance_to(kStart + 1500ms);
    EXPECT_FALSE(later.fired());
    advance_to(kStart + 3s);
    EXPECT_EQ(later.fired_at, std::vector{kStart + 2s});
    EXPECT_FALSE(unset.fired());
}

TEST_F(TimerWheelTest, AfterAStallEveryPassedDeadlineFiresOnceAndNoOther) {
    std::array<Node, 5> passed;
    const base::Duration kDue[] = {1s, 50s, 102400ms, 110s, 3599s};
    for (size_t i = 0; i < passed.size(); ++i) wheel.set(passed[i], kStart + kDue[i]);
    wheel.set(node, kStart + 3601s);
    wheel.advance(kStart + 1h); // many turns of the wheel at once
    for (Node& each : passed) EXPECT_EQ(each.fired_at, std::vector{kStart + 1h});
    EXPECT_FALSE(node.fired());
    advance_to(kStart + 3601s);
    EXPECT_TRUE(node.fired());
}

TEST_F(TimerWheelTest, ANodeFiledAfterALongSleepIsNotLate) {
    // A loop with nothing due does not advance its wheel; the next deadline is set meanwhile.
    wheel.set(node, kStart + 1h + 1s);
    wheel.advance(kStart + 1h);
    EXPECT_FALSE(node.fired());
    advance_to(kStart + 1h + 1s);
    EXPECT_EQ(node.fired_at, std::vector{kStart + 1h + 1s});
}

TEST_F(TimerWheelTest, ADestroyedNodeLeavesTheWheel) {
    {
        Node gone;
        wheel.set(gone, kStart + 1s);
    }
    EXPECT_EQ(wheel.next_wake(), kNever);
    advance_to(kStart + 2s);
}

TEST_F(TimerWheelTest, AWheelThatDiesFirstLetsGoOfItsNodes) {
    auto other = std::make_unique<TimerWheel>(kStart);
    other->set(node, kStart + 1s);
    other.reset();
    wheel.set(node, kStart + 1s);
    advance_to(kStart + 1s);
    EXPECT_TRUE(node.fired());
}

TEST_F(TimerWheelTest, NextWakeIsTheNearestDeadline) {
    EXPECT_EQ(wheel.next_wake(), kNever);
    Node far;
    wheel.set(far, kStart + 30s);
    EXPECT_EQ(wheel.next_wake(), kStart + 30s);
    wheel.set(node, kStart + 1s);
    EXPECT_EQ(wheel.next_wake(), kStart + 1s);
    wheel.set(node, kNever);
    EXPECT_EQ(wheel.next_wake(), kStart + 30s);
    wheel.set(far, kNever);
    EXPECT_EQ(wheel.next_wake(), kNever);
}

TEST_F(TimerWheelTest, WakingOnlyWhenToldFiresEverythingInTime) {
    // What a loop relies on, against a plain list: random sets, moves and unsets.
    std::mt19937 random(7); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each run
    std::array<Node, 20> nodes;
    std::array<TimePoint, 20> due;
    due.fill(kNever);
    for (int round = 0; round < 2000; ++round) {
        size_t chosen = random() % nodes.size();
        due[chosen] = random() % 4 == 0 ? kNever : wheel.now() + base::Duration(random() % 150'000);
        wheel.set(nodes[chosen], due[chosen]);
        if (wheel.next_wake() == kNever) continue;
        TimePoint wake = std::max(wheel.next_wake(), wheel.now());
        wheel.advance(wake);
        for (size_t i = 0; i < nodes.size(); ++i) {
            bool expected = due[i] <= wake - TimerWheel::kTick;
            if (nodes[i].fired()) {
                ASSERT_LE(due[i], wake);
                due[i] = kNever;
                nodes[i].fired_at.clear();
            } else {
                ASSERT_FALSE(expected) << "node " << i << " was missed in round " << round;
            }
        }
    }
}

TEST_F(TimerWheelTest, AHerdIsFiredInParts) {
    std::vector<Node> herd(10);
    for (Node& each : herd) wheel.set(each, kStart + 1s);
    auto fired = [&] { return std::ranges::count_if(herd, &Node::fired); };
    wheel.advance(kStart + 1s, 4);
    EXPECT_EQ(fired(), 4);
    EXPECT_EQ(wheel.next_wake(), kStart + 1s) << "there is more to do";
    // Those that are left can still be moved, unset and destroyed.
    wheel.set(herd[9], kStart + 5s);
    wheel.set(herd[8], kNever);
    wheel.set(herd[7], kStart + 1s);
    wheel.advance(kStart + 1s, 1);
    EXPECT_EQ(fired(), 5);
    wheel.advance(kStart + 1100ms);
    EXPECT_EQ(fired(), 8);
    EXPECT_FALSE(herd[8].fired());
    EXPECT_EQ(wheel.next_wake(), kStart + 5s);
    wheel.advance(kStart + 5s);
    EXPECT_EQ(herd[9].fired_at, std::vector{kStart + 5s});
}

TEST_F(TimerWheelTest, SoonFiresInItsMillisecond) {
    wheel.set_soon(node, kStart + 7ms);
    EXPECT_EQ(wheel.next_wake(), kStart + 7ms);
    wheel.advance(kStart + 6ms);
    EXPECT_FALSE(node.fired());
    wheel.advance(kStart + 7ms);
    EXPECT_EQ(node.fired_at, std::vector{kStart + 7ms});
    EXPECT_EQ(wheel.next_wake(), kNever);
}

TEST_F(TimerWheelTest, SoonWaitsInTheOrderOfDeadlines) {
    std::array<Node, 3> nodes;
    std::vector<size_t> order;
    for (size_t i = 0; i < nodes.size(); ++i) nodes[i].then = [&order, i] { order.push_back(i); };
    wheel.set_soon(nodes[0], kStart + 5ms);
    wheel.set_soon(nodes[1], kStart + 9ms);
    wheel.set_soon(nodes[2], kStart + 7ms); // a shorter delay than the others'
    EXPECT_EQ(wheel.next_wake(), kStart + 5ms);
    wheel.advance(kStart + 6ms);
    EXPECT_EQ(wheel.next_wake(), kStart + 7ms);
    wheel.advance(kStart + 20ms);
    EXPECT_EQ(order, (std::vector<size_t>{0, 2, 1}));
}

TEST_F(TimerWheelTest, ALaterDeadlineTakesANodeOutOfTheQueueAtOnce) {
    wheel.set_soon(node, kStart + 5ms);
    wheel.set(node, kStart + 60s);
    EXPECT_EQ(wheel.next_wake(), kStart + 60s) << "nothing to wake up for before";
    wheel.set_soon(node, kStart + 8ms);
    EXPECT_EQ(wheel.next_wake(), kStart + 8ms);
    wheel.set(node, kNever);
    EXPECT_EQ(wheel.next_wake(), kNever);
    advance_to(kStart + 61s);
    EXPECT_FALSE(node.fired());
}

TEST_F(TimerWheelTest, SoonAfterALongSleepIsNeitherEarlyNorLate) {
    constexpr auto kSleep = 60 * 24h; // more milliseconds than a node counts
    wheel.advance(kStart + kSleep - 2ms);
    wheel.set_soon(node, kStart + kSleep + 5ms);
    EXPECT_EQ(wheel.next_wake(), kStart + kSleep + 5ms);
    wheel.advance(kStart + kSleep + 4ms);
    EXPECT_FALSE(node.fired());
    wheel.advance(kStart + kSleep + 5ms);
    EXPECT_TRUE(node.fired());

    node.fired_at.clear();
    Node early;
    TimePoint awake = wheel.now() + 1h; // the wheel has not been told yet
    wheel.set_soon(node, awake + 5ms);
    wheel.set_soon(early, awake + 4ms);
    wheel.advance(awake);
    EXPECT_FALSE(node.fired() || early.fired());
    wheel.advance(awake + 4ms);
    EXPECT_TRUE(early.fired());
    EXPECT_FALSE(node.fired());
    wheel.advance(awake + 5ms);
    EXPECT_TRUE(node.fired());
}

TEST_F(TimerWheelTest, ACallbackMaySetAPassedDeadlineSoonWithoutLooping) {
    node.then = [this] { wheel.set_soon(node, kStart); };
    wheel.set_soon(node, kStart + 1ms);
    wheel.advance(kStart + 1ms);
    EXPECT_EQ(node.fired_at.size(), 1U); // the next turn
    wheel.advance(kStart + 2ms);
    EXPECT_EQ(node.fired_at.size(), 2U);
}

TEST_F(TimerWheelTest, ACallbackMayDestroyItselfAndOthersOfTheQueue) {
    auto nodes = std::make_unique<std::array<Node, 4>>();
    for (Node& each : *nodes) wheel.set_soon(each, kStart + 3ms);
    (*nodes)[0].then = [&] { nodes.reset(); };
    wheel.set_soon(node, kStart + 3ms);
    wheel.advance(kStart + 3ms);
    EXPECT_EQ(nodes, nullptr);
    EXPECT_TRUE(node.fired());
}

TEST_F(TimerWheelTest, AWheelThatDiesFirstLetsGoOfItsQueue) {
    auto other = std::make_unique<TimerWheel>(kStart);
    other->set_soon(node, kStart + 1ms);
    other.reset();
    wheel.set_soon(node, kStart + 1ms);
    wheel.advance(kStart + 1ms);
    EXPECT_TRUE(node.fired());
}

TEST_F(TimerWheelTest, SoonAndTheWheelTakeNothingFromEachOther) {
    // Against a plain list: random moves between the two.
    std::mt19937 random(11); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each run
    std::array<Node, 20> nodes;
    std::array<TimePoint, 20> due;
    std::array<base::Duration, 20> patience{};
    due.fill(kNever);
    for (int round = 0; round < 5000; ++round) {
        size_t chosen = random() % nodes.size();
        bool soon = random() % 2 == 0;
        due[chosen] = wheel.now() + base::Duration(random() % (soon ? 50 : 5'000));
        patience[chosen] = soon ? base::Duration::zero() : TimerWheel::kTick;
        if (soon) {
            wheel.set_soon(nodes[chosen], due[chosen]);
        } else {
            wheel.set(nodes[chosen], due[chosen]);
        }
        wheel.advance(std::max(wheel.next_wake(), wheel.now()));
        for (size_t i = 0; i < nodes.size(); ++i) {
            if (nodes[i].fired()) {
                ASSERT_LE(due[i], wheel.now());
                due[i] = kNever;
                nodes[i].fired_at.clear();
            } else if (due[i] != kNever) {
                ASSERT_LT(wheel.now(), due[i] + patience[i] + 1ms) << "in round " << round;
            }
        }
    }
}

TEST(TimerWheelDeathTest, TimeNeverRunsBackwards) {
    TimerWheel wheel(kStart);
    EXPECT_DEATH(wheel.advance(kStart - 1ms), "assertion failed");
}

} // namespace
