// What crosses threads; to be run with ThreadSanitizer as well.
// Rows: -
#include "hooks/intake.h"
#include "net/loop.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>

namespace {

using base::SessionEvent;
using hooks::Intake;
using hooks::Kind;
using hooks::KindSet;

struct IntakeTest : testing::Test, Intake::Listener {
    void on_events(std::deque<hooks::Event> events, const Intake::Dropped& counted) override {
        for (hooks::Event& event : events) received.push_back(std::move(event));
        for (size_t kind = 0; kind < counted.size(); ++kind) dropped[kind] += counted[kind];
    }
    void say(SessionEvent event, const std::string& sid, const std::string& cause = {}) {
        if (!intake.wants(event)) return;
        intake.on_session({.event = event,
                           .transport = base::Transport::Websocket,
                           .sid = sid,
                           .domain = "chat.example",
                           .client = "192.0.2.1",
                           .cause = cause});
    }

    net::Loop loop;
    net::Mailbox mailbox{loop};
    Intake intake{mailbox, *this};
    std::vector<hooks::Event> received;
    Intake::Dropped dropped{};
};

TEST_F(IntakeTest, TakesWhatIsWantedAndNoAddressUnlessThatIs) {
    say(SessionEvent::Opened, "a");
    EXPECT_EQ(mailbox.size(), 0U);
    KindSet wanted;
    wanted.add(Kind::Ended);
    intake.want(wanted, false);
    say(SessionEvent::Opened, "a");
    say(SessionEvent::Ended, "a", "client-left");
    intake.want(KindSet::all(), true);
    say(SessionEvent::Authenticated, "b");
    EXPECT_EQ(mailbox.size(), 1U); // one letter for all
    loop.turn();
    ASSERT_EQ(received.size(), 2U);
    EXPECT_EQ(received[0].kind, Kind::Ended);
    EXPECT_EQ(received[0].session, "a");
    EXPECT_EQ(received[0].domain, "chat.example");
    EXPECT_EQ(received[0].cause, "client-left");
    EXPECT_EQ(received[0].client, "");
    EXPECT_EQ(received[1].kind, Kind::Authenticated);
    EXPECT_EQ(received[1].client, "192.0.2.1");
}

TEST_F(IntakeTest, IsBounded) {
    intake.want(KindSet::all(), false);
    say(SessionEvent::Opened, "first");
    for (size_t i = 0; i < Intake::kMost + 1; ++i) say(SessionEvent::Ended, std::to_string(i));
    loop.turn();
    EXPECT_EQ(received.size(), Intake::kMost);
    EXPECT_EQ(received.front().session, "1");
    EXPECT_EQ(received.back().session, std::to_string(Intake::kMost));
    EXPECT_EQ(dropped, (Intake::Dropped{1, 0, 1, 0}));
    say(SessionEvent::Ended, "later");
    loop.turn();
    EXPECT_EQ(received.back().session, "later");
    EXPECT_EQ(dropped, (Intake::Dropped{1, 0, 1, 0}));
}

TEST_F(IntakeTest, KeepsTheOrderOfEachWorker) {
    constexpr int kEach = 20'000;
    intake.want(KindSet::all(), true);
    std::vector<std::thread> workers;
    std::atomic<int> left = 3;
    for (int worker = 0; worker < 3; ++worker) {
        workers.emplace_back([this, worker, &left] {
            for (int i = 0; i < kEach; ++i) {
                say(SessionEvent::Opened, std::to_string(worker), std::to_string(i));
            }
            --left;
            mailbox.put([] {});
        });
    }
    while (left > 0) {
        loop.turn();
        intake.want(KindSet::all(), left % 2 == 0); // as a reload may
    }
    for (std::thread& worker : workers) worker.join();
    mailbox.put([] {});
    loop.turn();
    std::map<std::string, int> latest;
    for (const hooks::Event& event : received) {
        int number = std::stoi(event.cause);
        auto [at, first] = latest.emplace(event.session, -1);
        EXPECT_GT(number, at->second) << event.session;
        at->second = number;
    }
    EXPECT_EQ(latest.size(), 3U);
    EXPECT_EQ(received.size() + dropped[0], size_t{3} * kEach);
}

} // namespace
