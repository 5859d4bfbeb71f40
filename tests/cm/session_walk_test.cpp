// Rows: -
#include "cm/session_walk.h"
#include "tests/bosh/endpoint_fixture.h"
#include "tests/ws/endpoint_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace {

class Visits final : public cm::SessionWalk {
public:
    std::set<const void*> seen; // what facts() calls them is short, and two may have it
    size_t count = 0;

private:
    void visit(const bosh::LiveSession& session) override { note(&session); }
    void visit(const ws::LiveSession& session) override { note(&session); }
    void over(cm::Worker&) override {}
    void note(const void* session) {
        seen.insert(session);
        ++count;
    }
};

class Websockets : ws::EndpointWorld {
public:
    Websockets() { start(); }
    void add() { clients_.push_back(upgrade()); }
    [[nodiscard]] const ws::Endpoint& endpoint() const { return endpoint_; }

private:
    std::vector<tests::MemoryPeer> clients_;
};

struct SessionWalkTest : bosh::EndpointTest {
    // How many were visited in each turn.
    std::vector<size_t> walk() {
        std::vector<size_t> turns;
        bool more = true;
        while (more) {
            size_t before = visits.count;
            more = visits.go_on(endpoint_, websockets.endpoint());
            turns.push_back(visits.count - before);
        }
        return turns;
    }

    Websockets websockets;
    Visits visits;
};

TEST_F(SessionWalkTest, IsOverAtOnceWhereThereIsNothing) {
    EXPECT_EQ(walk(), std::vector<size_t>{0});
}

// So that nobody waits for it longer than for a busy turn.
TEST_F(SessionWalkTest, VisitsEachOnceAndSoManyInATurn) {
    constexpr size_t kOfEach = 1'000;
    constexpr size_t kInATurn = cm::SessionWalk::kInATurn;
    for (size_t i = 0; i < kOfEach; ++i) {
        create();
        websockets.add();
    }
    ASSERT_EQ(endpoint_.session_count(), kOfEach);
    size_t largest = 0;
    for (size_t portion = 0; portion < bosh::Endpoint::portions(); ++portion) {
        size_t there = 0;
        endpoint_.for_each_of(portion, [&](const bosh::LiveSession&) { ++there; });
        largest = std::max(largest, there);
    }
    EXPECT_LT(largest, kOfEach / 20) << "they are spread";
    largest = std::max<size_t>(largest, base::SlotMap<int>::kSlotsOfPage);
    std::vector<size_t> turns = walk();
    EXPECT_GE(turns.size(), 2 * kOfEach / (kInATurn + largest));
    for (size_t visited : turns) EXPECT_LT(visited, kInATurn + largest);
    EXPECT_EQ(visits.count, 2 * kOfEach);
    EXPECT_EQ(visits.seen.size(), 2 * kOfEach);
}

} // namespace
