// Rows: -
#include "net/mailbox.h"
#include "tests/net/loop_fixture.h"

#include <gtest/gtest.h>

#include <thread>

namespace {

using MailboxTest = tests::LoopTest;

TEST_F(MailboxTest, RunsWhatOtherThreadsPutInEachInItsOrder) {
    constexpr int kEach = 10'000;
    net::Mailbox mailbox(loop);
    std::vector<int> latest(3, -1);
    int ran = 0;
    bool in_order = true;
    std::thread::id here = std::this_thread::get_id();
    std::vector<std::thread> senders;
    for (size_t who = 0; who < latest.size(); ++who) {
        senders.emplace_back([&, who] {
            for (int i = 0; i < kEach; ++i) {
                mailbox.put([&, who, i] {
                    in_order =
                        in_order && latest[who] == i - 1 && std::this_thread::get_id() == here;
                    latest[who] = i;
                    ++ran;
                });
            }
        });
    }
    EXPECT_TRUE(run_until([&] { return ran == 3 * kEach; }));
    for (std::thread& sender : senders) sender.join();
    EXPECT_TRUE(in_order);
    EXPECT_EQ(mailbox.size(), 0U);
}

TEST_F(MailboxTest, WhatALetterPutsInRunsInALaterTurn) {
    net::Mailbox mailbox(loop);
    int depth = 0;
    std::function<void()> again = [&] {
        if (++depth < 3) mailbox.put([&] { again(); });
    };
    mailbox.put([&] { again(); });
    EXPECT_EQ(mailbox.size(), 1U);
    EXPECT_EQ(depth, 0);
    EXPECT_TRUE(run_until([&] { return depth == 3; }));
}

TEST_F(MailboxTest, WhatIsLeftInItIsDestroyedUnread) {
    auto owned = std::make_unique<std::shared_ptr<int>>(std::make_shared<int>(1));
    std::weak_ptr<int> watched = *owned;
    {
        net::Mailbox mailbox(loop);
        mailbox.put([owned = std::move(owned)] { FAIL(); });
        EXPECT_FALSE(watched.expired());
    }
    EXPECT_TRUE(watched.expired());
    run_for(std::chrono::milliseconds(50));
}

} // namespace
