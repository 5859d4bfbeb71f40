#include "base/flight_record.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace base {
namespace {

constexpr TimePoint kRecordStart{std::chrono::hours(1)};

class FlightRecordTest : public ::testing::Test {
protected:
    void note(FlightEvent event, Duration after = 1s, uint64_t argument = 0) {
        now += after;
        record.note(event, now, argument);
    }
    // "name×count" of all entries.
    [[nodiscard]] std::string shape() const {
        std::string text;
        for (size_t index = 0; index < record.size(); ++index) {
            FlightRecord::Entry entry = record.entry(index);
            if (!text.empty()) text += " ";
            text.append(to_string(entry.event)).append("*").append(std::to_string(entry.count));
        }
        return text;
    }

    TimePoint now = kRecordStart;
    FlightRecord record{kRecordStart};
};

// Rows: -
TEST_F(FlightRecordTest, TellsWhatHappenedWhenAndWithWhichNumber) {
    note(FlightEvent::ConnectBegun, 1600ms);
    record.note(FlightEvent::ServerFailed, now + 160ms, ServerFault::Refused);
    ASSERT_EQ(record.size(), 3U);
    EXPECT_EQ(record.entry(0).event, FlightEvent::SessionCreated);
    EXPECT_EQ(record.entry(1).at, kRecordStart + 1600ms);
    EXPECT_EQ(record.entry(2).argument, static_cast<uint32_t>(ServerFault::Refused));
    EXPECT_EQ(to_text(record, now + 1160ms), "-2.8s session.created, -1.2s server.connected-to, "
                                             "-1.0s server.failed fault=refused");
}

// Rows: -
TEST_F(FlightRecordTest, AThousandQuietPollsAreOneEntry) {
    note(FlightEvent::LoggedIn, 2s);
    for (int poll = 0; poll < 1000; ++poll) {
        now += 60s;
        record.note_answered(false, now, 60s);
    }
    EXPECT_EQ(shape(), "session.created*1 client.logged-in*1 request.answered-empty*1000");
    EXPECT_EQ(record.entry(2).at, now - (now - kRecordStart) % 16ms);
    EXPECT_EQ(record.entry(2).argument, 600U);
    EXPECT_EQ(record.longest_held(), 60s);
}

// Rows: -
TEST_F(FlightRecordTest, TwoEventsThatTakeTurnsAreTwoEntries) {
    for (int ping = 0; ping < 500; ++ping) {
        note(FlightEvent::PingSent, 30s);
        note(FlightEvent::PingAnswered, 1s);
    }
    EXPECT_EQ(shape(), "session.created*1 ping.sent*500 ping.answered*500");
    EXPECT_EQ(record.entry(1).at, kRecordStart + 31s * 500 - 1s - (31s * 500 - 1s) % 16ms);
    note(FlightEvent::PingSent, 30s);
    note(FlightEvent::PingTimedOut, 20s);
    EXPECT_EQ(shape(), "session.created*1 ping.sent*500 ping.answered*500 ping.sent*1 "
                       "ping.timed-out*1");
}

// Rows: -
TEST_F(FlightRecordTest, WhatDoesNotTakeTurnsIsNotFolded) {
    note(FlightEvent::PingSent);
    note(FlightEvent::PingSent);
    note(FlightEvent::PingAnswered);
    note(FlightEvent::PingSent);
    note(FlightEvent::PingAnswered);
    EXPECT_EQ(shape(), "session.created*1 ping.sent*2 ping.answered*1 ping.sent*1 ping.answered*1");
}

// Rows: -
TEST_F(FlightRecordTest, KeepsTheLatestAndStillKnowsWhatFellOut) {
    note(FlightEvent::LoggedIn, 1600ms);
    constexpr std::array kOthers = {FlightEvent::SentToServer, FlightEvent::RequestAnswered,
                                    FlightEvent::RequestReplayed};
    for (int round = 0; round < 20; ++round) {
        for (FlightEvent event : kOthers) note(event);
    }
    EXPECT_EQ(record.size(), FlightRecord::kEntries);
    EXPECT_EQ(record.entry(FlightRecord::kEntries - 1).event, FlightEvent::RequestReplayed);
    FlightRecord::Entry found{};
    EXPECT_FALSE(record.find_last(FlightEvent::LoggedIn, found));
    EXPECT_TRUE(record.happened(FlightEvent::LoggedIn));
    EXPECT_TRUE(record.happened(FlightEvent::SessionCreated));
    EXPECT_FALSE(record.happened(FlightEvent::ServerLost));
    EXPECT_EQ(record.logged_in(), kRecordStart + 1600ms);
    EXPECT_EQ(record.begun(), kRecordStart);
    ASSERT_TRUE(record.find_last(FlightEvent::RequestAnswered, found));
    EXPECT_EQ(found.at, record.entry(FlightRecord::kEntries - 2).at);
}

// Rows: -
TEST_F(FlightRecordTest, FindsTheAgeAtWhichRequestsAreCutOff) {
    auto lose = [&](Duration held) { record.note_lost(now += held, held); };
    EXPECT_EQ(record.cuts().alike, 0U);
    lose(3s); // one for a reason of its own comes first
    lose(30s);
    lose(30100ms);
    lose(30s);
    lose(29900ms);
    lose(12s);
    EXPECT_EQ(record.cuts().alike, 3U);
    EXPECT_EQ(record.cuts().others, 1U);
    EXPECT_NEAR(static_cast<double>(record.cuts().after.count()), 30'000, 200);
}

// Rows: -
TEST_F(FlightRecordTest, CountsChangesOfAddressNotAddresses) {
    record.note_address(7, now);
    record.note_address(7, now);
    EXPECT_EQ(record.address_changes(), 0U);
    record.note_address(9, now);
    record.note_address(7, now);
    EXPECT_EQ(record.address_changes(), 2U);
    EXPECT_EQ(shape(), "session.created*1 address.changed*2");
}

// Rows: -
TEST_F(FlightRecordTest, StaysAtTheEndOfItsRanges) {
    note(FlightEvent::RequestParked, 1s, 1'000'000);
    EXPECT_EQ(record.entry(1).argument, 16'383U);
    note(FlightEvent::ServerLost, std::chrono::hours(24) * 400);
    EXPECT_GT(record.entry(2).at, kRecordStart + std::chrono::hours(24) * 198);
    for (int times = 0; times < 20'000; ++times) note(FlightEvent::RequestReplayed, 0s);
    EXPECT_EQ(record.entry(3).count, 16'383U);
    for (int times = 0; times < 300; ++times) record.note_lost(now, 5s);
    EXPECT_EQ(record.cuts().alike, 255U);
}

// Rows: -
TEST(FlightEvents, EachHasANameOfItsOwnAsInTheLog) {
    std::set<std::string_view> names;
    for (int event = 0; event <= static_cast<int>(FlightEvent::Last); ++event) {
        std::string_view name = to_string(static_cast<FlightEvent>(event));
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_NE(name.find('.'), std::string_view::npos) << name;
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz.-"), std::string_view::npos);
    }
    std::set<std::string_view> faults;
    for (int fault = 0; fault <= static_cast<int>(ServerFault::Last); ++fault) {
        std::string_view name = to_string(static_cast<ServerFault>(fault));
        EXPECT_TRUE(faults.insert(name).second) << name;
    }
}

} // namespace
} // namespace base
