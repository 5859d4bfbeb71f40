#include "xmpp/connect_pace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace xmpp {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Verdict = ConnectPace::Verdict;

class ConnectPaceTest : public testing::Test {
protected:
    struct Session final : ConnectPace::Waiter {
        void on_turn() override {
            test->called.push_back(number);
            if (then) then();
        }
        ConnectPaceTest* test = nullptr;
        int number = 0;
        ConnectPace::Ticket ticket = 0;
        std::function<void()> then;
    };

    Verdict ask(int number, std::string_view server = "a") {
        Session& session = sessions.emplace_back();
        session.test = this;
        session.number = number;
        return pace.ask(server, session, now, session.ticket);
    }
    // Whose turn came in so much time, looked at every ten milliseconds.
    std::vector<int> after(base::Duration time) {
        called.clear();
        for (; time > 0ms; time -= 10ms) {
            now += 10ms;
            pace.call_up(now);
        }
        return called;
    }

    base::TimePoint now{1000s};
    std::deque<Session> sessions;
    std::vector<int> called;
    ConnectPace pace{{.per_second = 10, .burst = 2, .max_waiting = 4}};
};

// Rows: U-031
TEST_F(ConnectPaceTest, LetsABurstGoAndTheRestQueueFirstComeFirstServed) {
    EXPECT_EQ(ask(1), Verdict::Go);
    EXPECT_EQ(ask(2), Verdict::Go);
    for (int number = 3; number <= 5; ++number) EXPECT_EQ(ask(number), Verdict::Wait);
    EXPECT_EQ(pace.next_turn(), now + 100ms);
    EXPECT_THAT(after(90ms), IsEmpty());
    EXPECT_THAT(after(10ms), ElementsAre(3));
    EXPECT_THAT(after(100ms), ElementsAre(4));
    EXPECT_THAT(after(100ms), ElementsAre(5));
    EXPECT_EQ(pace.next_turn(), base::kNever);
}

// Rows: U-031
TEST_F(ConnectPaceTest, LetsNobodyPassThoseWhoWait) {
    for (int number = 1; number <= 3; ++number) (void)ask(number);
    now += 1s; // tokens for all, but nobody was called up yet
    EXPECT_EQ(ask(4), Verdict::Wait);
    pace.call_up(now);
    EXPECT_THAT(called, ElementsAre(3, 4));
}

// Rows: U-031
TEST_F(ConnectPaceTest, NeverSavesMoreThanABurst) {
    EXPECT_EQ(ask(1), Verdict::Go);
    now += 24h * 365;
    EXPECT_EQ(ask(2), Verdict::Go);
    EXPECT_EQ(ask(3), Verdict::Go);
    EXPECT_EQ(ask(4), Verdict::Wait);
}

// Rows: U-030, U-031
TEST_F(ConnectPaceTest, GivesThePlaceOfOneThatLeftToTheNext) {
    for (int number = 1; number <= 4; ++number) (void)ask(number);
    pace.leave("a", sessions[2].ticket);
    EXPECT_EQ(pace.waiting(), 1U);
    EXPECT_THAT(after(100ms), ElementsAre(4));
}

// Rows: U-031
TEST_F(ConnectPaceTest, PacesEachServerByItself) {
    for (int number = 1; number <= 3; ++number) (void)ask(number, "a");
    EXPECT_EQ(ask(4, "b"), Verdict::Go);
    EXPECT_EQ(ask(5, "b"), Verdict::Go);
    EXPECT_EQ(ask(6, "b"), Verdict::Wait);
    EXPECT_THAT(after(100ms), ElementsAre(3, 6));
}

// Rows: S-040
TEST_F(ConnectPaceTest, RefusesWhoWouldMakeTheLineTooLong) {
    for (int number = 1; number <= 6; ++number) (void)ask(number);
    EXPECT_EQ(ask(7), Verdict::Full);
    EXPECT_EQ(pace.waiting(), 4U);
}

// Rows: S-040
TEST_F(ConnectPaceTest, ForgetsServersAtRest) {
    for (int number = 0; number < 1000; ++number) {
        (void)ask(number, "server" + std::to_string(number));
        now += 10ms;
    }
    EXPECT_LT(pace.servers(), 200U);
    now += 1s;
    pace.call_up(now);
    EXPECT_EQ(pace.servers(), 0U);
}

// Rows: U-031
TEST_F(ConnectPaceTest, MayBeAskedAndLeftByWhoeverIsCalledUp) {
    for (int number = 1; number <= 5; ++number) (void)ask(number);
    sessions[2].then = [this] {
        pace.leave("a", sessions[3].ticket);
        (void)ask(6, "b");
        (void)ask(7, "a");
    };
    EXPECT_THAT(after(300ms), ElementsAre(3, 5, 7));
}

} // namespace
} // namespace xmpp
