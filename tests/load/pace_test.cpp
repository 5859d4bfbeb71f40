// The open loop: when messages are due, and what a server that stalls looks like in the figures.
// Rows: -
#include "bench/load/pace.h"
#include "bench/load/tally.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace load {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{1h};

TEST(Pace, MessagesAreDueOneAfterTheOther) {
    Pace pace(100, kStart);
    EXPECT_EQ(pace.next(), kStart);
    EXPECT_EQ(pace.take_due(kStart), kStart);
    EXPECT_EQ(pace.take_due(kStart + 9'999'999ns), std::nullopt);
    EXPECT_EQ(pace.next(), kStart + 10ms);
    EXPECT_EQ(pace.take_due(kStart + 10ms), kStart + 10ms);
}

TEST(Pace, WhoComesLateHasAllThatWereDueMeanwhileEachWithItsTime) {
    Pace pace(1000, kStart);
    Instant late = kStart + 1s;
    for (int number = 0; number <= 1000; ++number) {
        EXPECT_EQ(pace.take_due(late), kStart + number * 1ms);
    }
    EXPECT_EQ(pace.take_due(late), std::nullopt);
}

// Three a second are no whole number of nanoseconds apart.
TEST(Pace, DoesNotDrift) {
    Pace pace(3, kStart);
    Instant last{};
    for (int number = 0; number <= 3 * 3600; ++number) last = *pace.take_due(kStart + 2h);
    EXPECT_EQ(last, kStart + 1h);
}

// 100 messages a second for ten seconds, answered within a millisecond, but for one second in which
// the server does nothing: a tenth of all people waited, half a second on average.
TEST(Pace, AStallIsFeltByAllThatWereDueWithinIt) {
    constexpr Instant kStallBegins = kStart + 5s;
    constexpr Instant kStallEnds = kStart + 6s;
    Pace pace(100, kStart);
    Tally tally;
    tally.open_window(kStart);
    // The sender, too, is only asked again when the stall is over.
    for (Instant now = kStart; now < kStart + 10s; now += 1ms) {
        if (kStallBegins <= now && now < kStallEnds) continue;
        while (auto due = pace.take_due(now)) {
            tally.on_due(*due);
            tally.on_arrived(*due, now + 1ms);
        }
    }
    tally.close_window(kStart + 10s);
    EXPECT_EQ(tally.due(), 1000U);
    EXPECT_LT(tally.latency().percentile(0.89), 2ms);
    EXPECT_GE(tally.latency().percentile(0.95), 480ms);
    EXPECT_LE(tally.latency().percentile(0.95), 520ms);
    EXPECT_EQ(tally.latency().max(), 1001ms);
}

TEST(Tally, CountsWhatArrivesWithinTheWindow) {
    Tally tally;
    auto message = [&](Instant due, Instant arrived) {
        tally.on_due(due);
        tally.on_arrived(due, arrived);
    };
    message(kStart, kStart + 1ms);
    tally.open_window(kStart + 1s);
    message(kStart, kStart + 1s); // was due before
    message(kStart, kStart + 2s);
    message(kStart + 1s, kStart + 2s); // inside
    tally.on_due(kStart + 9s);         // never comes
    tally.on_due(kStart + 9s);         // comes late
    tally.close_window(kStart + 10s);
    tally.on_arrived(kStart + 9s, kStart + 15s);
    message(kStart + 10s, kStart + 11s); // was due afterwards

    EXPECT_EQ(tally.arrived(), 3U);
    EXPECT_EQ(tally.due(), 3U);
    EXPECT_EQ(tally.missing(), 1U);
    EXPECT_EQ(tally.under_way(), 1U);
    EXPECT_EQ(tally.latency().count(), 2U);
    EXPECT_EQ(tally.latency().max(), 6s);
    EXPECT_DOUBLE_EQ(tally.window_seconds(), 9);
}

TEST(Tally, FaultsAreCountedByKind) {
    Tally tally;
    for (std::string_view kind : {"timeout", "http 429", "timeout"}) tally.on_fault(kind);
    EXPECT_EQ(tally.faults(), (Tally::Faults{{"http 429", 1}, {"timeout", 2}}));
}

} // namespace
} // namespace load
