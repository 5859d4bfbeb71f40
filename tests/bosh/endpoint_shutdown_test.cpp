// All sessions of an endpoint end, some at a time; between two times life goes on.

#include "tests/bosh/endpoint_fixture.h"

#include <algorithm>
#include <iterator>

namespace bosh {
namespace {

using testing::HasSubstr;

constexpr size_t kAll = 1000;

class EndpointShutdownTest : public EndpointTest {
protected:
    struct Person {
        std::string sid;
        uint32_t held;
    };
    void let_in(size_t count) {
        while (people_.size() < count) {
            std::string sid = open_session();
            people_.push_back({.sid = sid, .held = post(body(sid, 101, ""))});
        }
    }
    bool told(const Person& person) {
        return answer(person.held).find("condition='system-shutdown'") != std::string::npos;
    }
    size_t count_told() {
        return static_cast<size_t>(
            std::ranges::count_if(people_, [this](const Person& each) { return told(each); }));
    }
    // Who has not been told yet, in no order.
    std::vector<Person> waiting() {
        std::vector<Person> left;
        std::ranges::copy_if(people_, std::back_inserter(left),
                             [this](const Person& each) { return !told(each); });
        return left;
    }
    size_t times_stopped(const std::string& sid) {
        auto record = endpoint_.find(sid)->details().record;
        return static_cast<size_t>(std::ranges::count_if(
            record, [](const auto& noted) { return noted.event == "daemon.stopped"; }));
    }

    std::vector<Person> people_;
};

// Rows: B-059, B-230, H-050
TEST_F(EndpointShutdownTest, EndsEverySessionAndRefusesNewOnes) {
    let_in(1);
    EXPECT_FALSE(endpoint_.shut_down(kAll));
    EXPECT_EQ(count_told(), 1U);
    EXPECT_TRUE(server().closed);
    EXPECT_TRUE(endpoint_.empty());
    EXPECT_THAT(answer(create()), HasSubstr("condition='system-shutdown'"));
}

// Rows: B-230
TEST_F(EndpointShutdownTest, EndsNoMoreAtATimeThanItIsTold) {
    let_in(10);
    for (size_t ended = 4; ended <= 8; ended += 4) {
        EXPECT_TRUE(endpoint_.shut_down(4));
        EXPECT_EQ(count_told(), ended);
        EXPECT_EQ(endpoint_.session_count(), 10 - ended);
    }
    EXPECT_FALSE(endpoint_.shut_down(4));
    EXPECT_EQ(count_told(), 10U);
    EXPECT_FALSE(endpoint_.shut_down(4));
    EXPECT_EQ(env_.metrics[base::Counter::BoshSessionsEnded], 10U);
}

// Rows: B-059, B-230
TEST_F(EndpointShutdownTest, ServesWhoWaitsForItsTurnAndLetsNobodyIn) {
    let_in(3);
    EXPECT_TRUE(endpoint_.shut_down(2));
    ASSERT_EQ(waiting().size(), 1U);
    Person last = waiting().front();
    uint32_t next = post(body(last.sid, 102, "<presence/>"));
    EXPECT_EQ(env_.metrics[base::Counter::StanzasToServer], 1U);
    EXPECT_THAT(answer(create()), HasSubstr("condition='system-shutdown'"));
    EXPECT_FALSE(endpoint_.shut_down(2));
    EXPECT_TRUE(told(last));
    EXPECT_EQ(answer(next), "<body xmlns='http://jabber.org/protocol/httpbind'/>");
    EXPECT_TRUE(endpoint_.empty());
}

// Rows: B-220, B-230
TEST_F(EndpointShutdownTest, LeavesOutWhoLeavesMeanwhile) {
    let_in(6);
    EXPECT_TRUE(endpoint_.shut_down(2));
    std::vector<Person> left = waiting();
    ASSERT_EQ(left.size(), 4U);
    for (size_t i = 0; i < 3; ++i) {
        post("<body xmlns='http://jabber.org/protocol/httpbind' sid='" + left[i].sid +
             "' rid='102' type='terminate'/>");
    }
    EXPECT_EQ(endpoint_.session_count(), 1U);
    while (endpoint_.shut_down(2)) {
    }
    EXPECT_TRUE(endpoint_.empty());
    EXPECT_EQ(count_told(), 3U);
    EXPECT_TRUE(told(left[3]));
    EXPECT_EQ(env_.metrics[base::Counter::BoshSessionsEnded], 6U);
}

// Those that ask nothing at the moment stay until they do.
// Rows: B-227, B-230
TEST_F(EndpointShutdownTest, TellsEachOnce) {
    std::vector<std::string> sids;
    for (int i = 0; i < 3; ++i) sids.push_back(open_session());
    EXPECT_TRUE(endpoint_.shut_down(2));
    EXPECT_FALSE(endpoint_.shut_down(2));
    EXPECT_FALSE(endpoint_.shut_down(2));
    EXPECT_EQ(endpoint_.session_count(), 3U);
    for (const std::string& sid : sids) {
        EXPECT_EQ(times_stopped(sid), 1U);
        EXPECT_THAT(answer(post(body(sid, 101, ""))), HasSubstr("condition='system-shutdown'"));
    }
    EXPECT_TRUE(endpoint_.empty());
}

} // namespace
} // namespace bosh
