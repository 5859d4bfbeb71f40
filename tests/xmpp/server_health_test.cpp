#include "xmpp/server_health.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace xmpp {
namespace {

using namespace std::chrono_literals;

class ServerHealthTest : public testing::Test {
protected:
    std::string_view pick() { return servers[health.pick(servers, now)]; }
    // The servers in the order in which one connection would try them, each failing again.
    std::vector<std::string_view> tried() {
        std::vector<std::string_view> left(servers.begin(), servers.end());
        std::vector<std::string_view> order;
        while (!left.empty()) {
            auto index = static_cast<std::ptrdiff_t>(health.pick(left, now));
            order.push_back(left[static_cast<size_t>(index)]);
            health.on_given_up(order.back());
            left.erase(left.begin() + index);
        }
        return order;
    }
    void fail(std::string_view server, int times = 1) {
        while (times-- > 0) health.on_failure(server, now);
    }

    uint32_t thrown = 0; // what each throw gives, within its bound
    base::TimePoint now{1000s};
    std::array<std::string_view, 3> servers = {"a", "b", "c"};
    ServerHealth health{{.max_servers = 3},
                        [this](uint32_t bound) { return std::min(thrown, bound - 1); }};
};

// Rows: U-031
TEST_F(ServerHealthTest, PassesOverAServerThatFailedUntilItIsDue) {
    EXPECT_EQ(pick(), "a");
    fail("a");
    EXPECT_EQ(pick(), "b");
    now += 999ms;
    EXPECT_EQ(pick(), "b");
    now += 1ms;
    EXPECT_EQ(pick(), "a");
}

// Rows: U-031
TEST_F(ServerHealthTest, SendsOneConnectionAtATimeToSeeWhetherAServerIsBack) {
    fail("a");
    now += 1s;
    EXPECT_EQ(pick(), "a");
    EXPECT_EQ(pick(), "b");
    EXPECT_EQ(pick(), "b");
    health.on_success("a");
    EXPECT_EQ(pick(), "a");
    EXPECT_EQ(pick(), "a");
    EXPECT_FALSE(health.is_failing("a"));
}

// Rows: U-031
TEST_F(ServerHealthTest, LetsAnotherProbeAfterOneThatLearntNothing) {
    fail("a");
    now += 1s;
    EXPECT_EQ(pick(), "a");
    health.on_given_up("a");
    EXPECT_EQ(pick(), "a");
}

// Rows: U-031
TEST_F(ServerHealthTest, DoublesThePauseUpToTheLongest) {
    for (base::Duration pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        fail("a");
        now += pause - 1ms;
        EXPECT_EQ(pick(), "b");
        now += 1ms;
        EXPECT_EQ(pick(), "a");
    }
}

// Rows: U-031
TEST_F(ServerHealthTest, CutsThePauseByChanceSoThatNotAllKnockAtOnce) {
    thrown = 1'000'000;
    fail("a");
    now += 749ms;
    EXPECT_EQ(pick(), "b");
    now += 1ms;
    EXPECT_EQ(pick(), "a");
}

// Rows: U-031
TEST_F(ServerHealthTest, TakesTheFailuresOfOneOutageForOne) {
    fail("a", 100);
    now += 1s;
    EXPECT_EQ(pick(), "a");
}

// Rows: U-031
TEST_F(ServerHealthTest, TriesFailingServersAllTheSameWhoIsDueFirstBeforeTheOthers) {
    fail("b");
    now += 100ms;
    fail("c");
    now += 100ms;
    fail("a");
    EXPECT_EQ(tried(), (std::vector<std::string_view>{"b", "c", "a"}));
}

// Rows: S-040
TEST_F(ServerHealthTest, ForgetsTheOneDueFirstWhenThereAreTooMany) {
    fail("a");
    now += 1ms;
    fail("b");
    fail("c");
    fail("d");
    EXPECT_EQ(health.failing(), 3U);
    EXPECT_FALSE(health.is_failing("a"));
    EXPECT_TRUE(health.is_failing("d"));
}

} // namespace
} // namespace xmpp
