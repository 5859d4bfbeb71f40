// Rows: -
#include "admin/session_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

using admin::SessionPick;
using admin::SessionQuery;
using base::SessionFacts;
using testing::ElementsAre;

namespace {

SessionFacts session(std::string sid, int64_t age, std::string domain, size_t bytes = 0) {
    return {.sid = std::move(sid),
            .domain = std::move(domain),
            .age = base::Duration(age),
            .waiting_bytes = bytes};
}

std::vector<std::string> sids(SessionPick& pick) {
    std::vector<std::string> all;
    for (SessionFacts& each : pick.take_page()) all.push_back(std::move(each.sid));
    return all;
}

std::vector<SessionFacts> people() {
    std::vector<SessionFacts> all = {
        session("a", 3, "one.example", 5), session("b", 1, "two.example"),
        session("c", 2, "one.example", 9), session("d", 3, "two.example")};
    all[1].jid = "Bob@two.example/x";
    all[1].transport = base::Transport::Websocket;
    all[3].address = "2001:db8::7";
    all[3].state = SessionFacts::State::Open;
    return all;
}

std::vector<std::string> picked(std::string_view query) {
    SessionPick pick(*admin::read_query(query));
    for (SessionFacts& each : people()) pick.add(std::move(each));
    EXPECT_EQ(pick.total(), 4U);
    return sids(pick);
}

TEST(SessionQueryTest, SearchesInWhatPeopleSee) {
    EXPECT_THAT(picked("search=ONE.ex&sort=age"), ElementsAre("c", "a"));
    EXPECT_THAT(picked("search=bob%40"), ElementsAre("b"));
    EXPECT_THAT(picked("search=db8%3a%3A"), ElementsAre("d"));
    EXPECT_THAT(picked("search=nobody"), ElementsAre());
    EXPECT_THAT(picked("transport=websocket"), ElementsAre("b"));
    EXPECT_THAT(picked("state=open&transport=bosh"), ElementsAre("d"));
}

TEST(SessionQueryTest, SortsByWhatIsAskedAndThenBySid) {
    EXPECT_THAT(picked(""), ElementsAre("b", "c", "a", "d"));
    EXPECT_THAT(picked("sort=age&order=desc"), ElementsAre("a", "d", "c", "b"));
    EXPECT_THAT(picked("sort=queue&order=desc"), ElementsAre("c", "a", "b", "d"));
    EXPECT_THAT(picked("sort=domain"), ElementsAre("a", "c", "b", "d"));
}

// However it is cut into pages, and whoever tells first.
TEST(SessionQueryTest, PagesOfAllWorkersTogetherAreTheWhole) {
    std::vector<std::string> whole;
    for (size_t offset = 0; offset < 1'000; offset += 7) {
        SessionQuery query{.offset = offset, .limit = 7};
        SessionPick all(query);
        for (size_t worker = 0; worker < 3; ++worker) {
            SessionPick of_worker(query);
            for (size_t i = 0; i < 100; ++i) {
                size_t number = (i * 37 + worker) % 100;
                of_worker.add(session(std::to_string(worker) + "-" + std::to_string(number),
                                      static_cast<int64_t>(number / 10), "x"));
            }
            all.add(std::move(of_worker));
        }
        EXPECT_EQ(all.total(), 300U);
        EXPECT_EQ(all.matched(), 300U);
        for (std::string& sid : sids(all)) whole.push_back(std::move(sid));
    }
    EXPECT_EQ(whole.size(), 300U);
    std::ranges::sort(whole);
    EXPECT_EQ(std::ranges::unique(whole).size(), 0U);
}

} // namespace
