// The queue by a clock of the test's own.
// Rows: -
#include "hooks/queue.h"
#include "hooks/verdict.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace {

using hooks::Queue;
using testing::ElementsAre;
using namespace std::chrono_literals;
using Outcome = hooks::Queue::Outcome;

struct QueueTest : testing::Test {
    // "a1": the first event of session a.
    void add(const std::string& name) {
        hooks::Event event{.kind = hooks::Kind::Opened, .id = name};
        event.session = name.substr(0, 1);
        queue.add(std::make_shared<const hooks::Event>(std::move(event)), now);
    }
    // What may go now, and is on its way from then on.
    std::vector<std::string> taken() {
        std::vector<std::string> ids;
        while (auto delivery = queue.next(now)) {
            ids.push_back(delivery->event->id);
            tickets[delivery->event->id] = delivery->ticket;
        }
        return ids;
    }
    void tell(const std::string& id, Outcome outcome,
              std::optional<base::Duration> retry_after = std::nullopt) {
        queue.tell(tickets.at(id), outcome, now, retry_after);
    }
    // One event after the other, each tried once.
    void fail(int times) {
        for (int i = 0; i < times; ++i) {
            auto delivery = queue.next(now);
            ASSERT_TRUE(delivery);
            queue.tell(delivery->ticket, Outcome::Failed, now);
        }
    }

    base::TimePoint now{base::Duration(1'000'000)};
    hooks::QueueRules rules{.most = 5,
                            .at_once = 3,
                            .max_age = 60s,
                            .max_attempts = 4,
                            .first_pause = 1s,
                            .longest_pause = 8s};
    Queue queue{rules, [] { return 1.0; }}; // nothing is cut off a pause
    std::map<std::string, Queue::Ticket> tickets;
};

TEST_F(QueueTest, EventsOfOneSessionLeaveOneAfterTheOther) {
    for (const char* name : {"a1", "a2", "b1", "a3"}) add(name);
    EXPECT_THAT(taken(), ElementsAre("a1", "b1"));
    tell("b1", Outcome::Delivered);
    EXPECT_THAT(taken(), ElementsAre());
    tell("a1", Outcome::Delivered);
    EXPECT_THAT(taken(), ElementsAre("a2"));
    tell("a2", Outcome::Refused);
    EXPECT_THAT(taken(), ElementsAre("a3"));
    tell("a3", Outcome::Delivered);
    EXPECT_EQ(queue.size(), 0U);
    EXPECT_EQ(queue.counts().delivered, 3U);
    EXPECT_EQ(queue.counts().refused, 1U);
}

TEST_F(QueueTest, NoMoreLeaveThanAllowed) {
    for (const char* name : {"a1", "b1", "c1", "d1"}) add(name);
    EXPECT_THAT(taken(), ElementsAre("a1", "b1", "c1"));
    EXPECT_EQ(queue.next_deadline(), base::kNever);
    tell("b1", Outcome::Delivered);
    EXPECT_EQ(queue.next_deadline(), now);
    EXPECT_THAT(taken(), ElementsAre("d1"));
}

TEST_F(QueueTest, WhatFailedIsTriedAgainBeforeTheNextOfItsSession) {
    add("a1");
    add("a2");
    static_cast<void>(taken());
    tell("a1", Outcome::Failed);
    EXPECT_THAT(taken(), ElementsAre());
    EXPECT_EQ(queue.next_deadline(), now + 1s);
    now += 1s;
    EXPECT_THAT(taken(), ElementsAre("a1"));
    tell("a1", Outcome::Failed);
    EXPECT_EQ(queue.next_deadline(), now + 2s);
    now += 2s;
    EXPECT_THAT(taken(), ElementsAre("a1"));
    tell("a1", Outcome::Delivered);
    EXPECT_THAT(taken(), ElementsAre("a2"));
    EXPECT_EQ(queue.counts().failures, 2U);
}

TEST_F(QueueTest, OneSessionsPauseHoldsNobodyElseUp) {
    add("a1");
    static_cast<void>(taken());
    tell("a1", Outcome::Failed);
    add("b1");
    EXPECT_THAT(taken(), ElementsAre("b1"));
}

TEST_F(QueueTest, ManyFailuresInARowMeanThatTheReceiverIsDown) {
    for (const char* name : {"a1", "b1", "c1", "d1"}) add(name);
    fail(2);
    EXPECT_FALSE(queue.is_down());
    fail(1);
    EXPECT_TRUE(queue.is_down());
    // One at a time tries whether it is back, after pauses that grow.
    EXPECT_THAT(taken(), ElementsAre());
    EXPECT_EQ(queue.next_deadline(), now + 1s);
    now += 1s;
    EXPECT_THAT(taken(), ElementsAre("d1"));
    tell("d1", Outcome::Failed);
    EXPECT_EQ(queue.next_deadline(), now + 2s);
    now += 2s;
    EXPECT_THAT(taken(), ElementsAre("a1"));
    // It is: all the others may go at once.
    tell("a1", Outcome::Delivered);
    EXPECT_FALSE(queue.is_down());
    EXPECT_THAT(taken(), ElementsAre("b1", "c1", "d1"));
}

TEST_F(QueueTest, PausesAreBoundedAndCutByChance) {
    double chance = 0;
    rules.max_attempts = 100;
    rules.max_age = 1h;
    Queue other(rules, [&] { return chance; });
    hooks::Event event;
    event.session = "a";
    other.add(std::make_shared<const hooks::Event>(event), now);
    std::vector<int64_t> pauses;
    for (int i = 0; i < 8; ++i) {
        auto delivery = other.next(now);
        ASSERT_TRUE(delivery);
        EXPECT_EQ(delivery->attempt, static_cast<uint32_t>(i + 1));
        chance = i % 2;
        other.tell(delivery->ticket, Outcome::Failed, now);
        pauses.push_back((other.next_deadline() - now).count());
        now = other.next_deadline();
    }
    EXPECT_THAT(pauses, ElementsAre(500, 2000, 2000, 8000, 4000, 8000, 4000, 8000));
}

TEST_F(QueueTest, TheReceiverSaysWhenToComeAgainWithinBounds) {
    add("a1");
    add("b1");
    static_cast<void>(taken());
    tell("a1", Outcome::Failed, 5s);
    tell("b1", Outcome::Delivered);
    add("c1");
    EXPECT_THAT(taken(), ElementsAre());
    EXPECT_EQ(queue.next_deadline(), now + 5s);
    now += 5s;
    EXPECT_THAT(taken(), ElementsAre("c1", "a1"));
    tell("a1", Outcome::Failed, 1h);
    EXPECT_EQ(queue.next_deadline(), now + 8s);
}

TEST_F(QueueTest, GivesUpAfterSoManyAttempts) {
    add("a1");
    add("a2");
    for (int i = 0; i < 4; ++i) {
        now = std::max(now, queue.next_deadline());
        EXPECT_THAT(taken(), ElementsAre("a1"));
        tell("a1", Outcome::Failed);
    }
    EXPECT_EQ(queue.counts().expired, 1U);
    now = std::max(now, queue.next_deadline());
    EXPECT_THAT(taken(), ElementsAre("a2"));
}

TEST_F(QueueTest, GivesUpWhatIsTooOld) {
    add("a1");
    add("b1");
    now += 30s;
    add("a2");
    now += 31s;
    EXPECT_THAT(taken(), ElementsAre("a2"));
    EXPECT_EQ(queue.counts().expired, 2U);
    EXPECT_EQ(queue.size(), 1U);
}

TEST_F(QueueTest, TheOldestThatIsNotOnItsWayGoesIfThereIsNoRoom) {
    for (const char* name : {"a1", "b1"}) add(name);
    EXPECT_THAT(taken(), ElementsAre("a1", "b1"));
    for (const char* name : {"a2", "c1", "a3", "d1", "a4"}) add(name);
    EXPECT_EQ(queue.size(), 5U);
    EXPECT_EQ(queue.counts().dropped, 2U); // a2 and c1
    tell("a1", Outcome::Delivered);
    tell("b1", Outcome::Delivered);
    EXPECT_THAT(taken(), ElementsAre("d1", "a3"));
    tell("a3", Outcome::Delivered);
    EXPECT_THAT(taken(), ElementsAre("a4"));
}

TEST_F(QueueTest, ASessionWhoseEventsWereAllDroppedMayComeAgain) {
    for (const char* name : {"a1", "b1", "c1", "d1", "e1", "f1"}) add(name);
    EXPECT_EQ(queue.counts().dropped, 1U); // a1
    add("a2");                             // and b1
    EXPECT_THAT(taken(), ElementsAre("c1", "d1", "e1"));
    for (const char* name : {"c1", "d1", "e1"}) tell(name, Outcome::Delivered);
    EXPECT_THAT(taken(), ElementsAre("f1", "a2"));
}

TEST_F(QueueTest, InTheEndEachIsTriedAtOnce) {
    for (const char* name : {"a1", "b1", "c1", "d1"}) add(name);
    fail(3);
    EXPECT_TRUE(queue.is_down());
    EXPECT_THAT(taken(), ElementsAre());
    queue.hurry(now);
    EXPECT_THAT(taken(), ElementsAre("d1", "a1", "b1"));
}

TEST_F(QueueTest, NewRulesHoldFromThenOn) {
    for (const char* name : {"a1", "b1", "c1", "d1"}) add(name);
    rules.at_once = 1;
    rules.most = 2;
    queue.use(rules);
    EXPECT_THAT(taken(), ElementsAre("a1"));
    add("e1");
    EXPECT_EQ(queue.size(), 2U);
    EXPECT_EQ(queue.counts().dropped, 3U);
}

TEST(VerdictTest, OnlyWhatMeansLaterIsTriedAgain) {
    for (uint16_t status : std::initializer_list<uint16_t>{200, 201, 204, 299})
        EXPECT_EQ(hooks::outcome_of(status), Outcome::Delivered) << status;
    for (uint16_t status : std::initializer_list<uint16_t>{0, 408, 425, 429, 500, 502, 503, 599})
        EXPECT_EQ(hooks::outcome_of(status), Outcome::Failed) << status;
    for (uint16_t status :
         std::initializer_list<uint16_t>{301, 302, 307, 308, 400, 401, 403, 404, 410, 413, 422})
        EXPECT_EQ(hooks::outcome_of(status), Outcome::Refused) << status;
}

} // namespace
