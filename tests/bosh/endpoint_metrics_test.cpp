// What is counted of sessions and their requests.
// Rows: -

#include "tests/bosh/endpoint_fixture.h"
#include "tests/support/recording_watcher.h"

#include <algorithm>

namespace bosh {
namespace {

using base::Counter;
using base::Measure;

class EndpointMetricsTest : public EndpointTest {
protected:
    EndpointMetricsTest() {
        client_.peer = *net::Address::parse("192.0.2.1", 1);
        endpoint_.set_client_limits(limits_);
    }
    [[nodiscard]] uint64_t count(Counter counter) const { return env_.metrics[counter]; }
    [[nodiscard]] uint64_t ended_for(std::string_view cause) const {
        const base::SessionEnds& ends = env_.metrics[base::Transport::Bosh];
        auto found = std::ranges::find(ends.causes(), cause);
        return ends.count(static_cast<size_t>(found - ends.causes().begin()));
    }
    [[nodiscard]] uint64_t holds() const {
        const base::Histogram& counted = env_.metrics[Measure::BoshHold];
        uint64_t sum = 0;
        for (size_t i = 0; i <= counted.bounds().size(); ++i) sum += counted.count(i);
        return sum;
    }
    void log_in() {
        server().listener.on_stanza({.bytes = base::Slice::copy(env_.pool, "<success/>"),
                                     .kind = xmpp::Stanza::Kind::Other,
                                     .authenticates = true});
        server().listener.on_batch_end();
    }
    void terminate(const std::string& sid, Rid rid) {
        post("<body xmlns='http://jabber.org/protocol/httpbind' sid='" + sid + "' rid='" +
             std::to_string(rid) + "' type='terminate'/>");
        env_.turn();
    }

    http::ClientLimitSettings limit_settings_{.memory_ceiling_bytes = 0};
    http::LimitLedger ledger_{0};
    http::ClientLimits limits_{services_, limit_settings_, ledger_};
};

TEST_F(EndpointMetricsTest, ARequestIsHeldFromItsArrivalToItsAnswer) {
    std::string sid = open_session();
    uint64_t before = env_.metrics[Measure::BoshHold].sum();
    post(body(sid, 101, ""));
    env_.advance(2s);
    stanza("<message/>");
    EXPECT_EQ(env_.metrics[Measure::BoshHold].sum() - before, 2'000U);
    EXPECT_EQ(holds(), 2U) << "the creation is one, too";
}

TEST_F(EndpointMetricsTest, WhatIsAnsweredAgainWasNotHeld) {
    std::string sid = open_session();
    post(body(sid, 101, ""));
    stanza("<message/>");
    uint64_t before = holds();
    post(body(sid, 101, ""));
    EXPECT_EQ(count(Counter::BoshReplays), 1U);
    EXPECT_EQ(holds(), before);
}

TEST_F(EndpointMetricsTest, ARequestIsParkedWhileOneBelowItIsMissing) {
    std::string sid = open_session();
    post(body(sid, 101, ""));
    EXPECT_EQ(count(Counter::BoshParked), 0U);
    post(body(sid, 103, "<presence/>"));
    EXPECT_EQ(count(Counter::BoshParked), 1U);
    post(body(sid, 102, "<presence/>"));
    EXPECT_EQ(count(Counter::BoshParked), 1U);
}

TEST_F(EndpointMetricsTest, SessionsLogInAndLeave) {
    std::string first = open_session();
    log_in();
    std::string second = open_session();
    EXPECT_EQ(count(Counter::BoshLogins), 1U);
    terminate(second, 101);
    EXPECT_EQ(count(Counter::BoshSessionsEnded), 1U);
    EXPECT_EQ(count(Counter::BoshSessionsLeft), 0U) << "it had not logged in";
    terminate(first, 101);
    EXPECT_EQ(count(Counter::BoshSessionsLeft), 1U);
    EXPECT_EQ(ended_for("terminated"), 2U);
}

TEST_F(EndpointMetricsTest, AWatcherHearsOfEachLife) {
    tests::RecordingWatcher watcher;
    endpoint_.set_watcher(watcher);
    std::string sid = open_session();
    log_in();
    terminate(sid, 101);
    std::string name = sid.substr(0, 8);
    EXPECT_THAT(watcher.told,
                testing::ElementsAre("opened bosh " + name + " example.org 192.0.2.1",
                                     "authenticated bosh " + name + " example.org 192.0.2.1",
                                     "ended bosh " + name + " example.org 192.0.2.1 terminated"));
    watcher.only = base::SessionEvent::Ended;
    watcher.told.clear();
    open_session();
    log_in();
    EXPECT_THAT(watcher.told, testing::IsEmpty());
}

TEST_F(EndpointMetricsTest, EndsCountForWhatTheyWere) {
    open_session();
    env_.advance(10min);
    std::string sid = open_session();
    post(body(sid, 200, ""));
    env_.turn();
    EXPECT_EQ(ended_for("inactivity"), 1U);
    EXPECT_EQ(ended_for("rid-out-of-window"), 1U);
    EXPECT_EQ(ended_for("other"), 0U);
}

TEST_F(EndpointMetricsTest, ElementsCountByKindWithTheirBytesAlone) {
    std::string sid = open_session();
    post(body(sid, 101,
              "<message xmlns='jabber:client'/> <presence/><iq xmlns='urn:x'/>"
              "<x:message xmlns:x='jabber:client'/>"));
    EXPECT_EQ(count(Counter::MessagesFromClients), 2U);
    EXPECT_EQ(count(Counter::PresencesFromClients), 1U);
    EXPECT_EQ(count(Counter::IqsFromClients), 0U) << "it is none of XMPP's";
    EXPECT_EQ(count(Counter::OthersFromClients), 1U);
    EXPECT_EQ(count(Counter::PresenceBytesFromClients), std::string_view("<presence/>").size());
}

} // namespace
} // namespace bosh
