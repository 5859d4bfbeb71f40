// Rows: -
#include "hooks/limit_watch.h"

#include <gmock/gmock.h>

#include <string>

namespace {

using base::Counter;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

struct LimitWatchTest : testing::Test {
    std::vector<std::string> look() {
        std::vector<std::string> found;
        for (const hooks::LimitHits& hits : watch.look(total, 60s, now)) {
            found.push_back(std::string(hits.scope) + " " + std::string(hits.limit) + " " +
                            std::to_string(hits.count));
        }
        return found;
    }

    base::TimePoint now{base::Duration(5'000)};
    base::Metrics metrics;
    hooks::LimitWatch::Total total = [this](Counter counter) { return metrics[counter]; };
    hooks::LimitWatch watch{total};
};

TEST_F(LimitWatchTest, TellsTheFirstHitAtOnceAndTheOthersAsANumber) {
    EXPECT_THAT(look(), IsEmpty());
    metrics.add(Counter::AddressRequestsRefused);
    EXPECT_THAT(look(), ElementsAre("address requests 1"));
    metrics.add(Counter::AddressRequestsRefused, 5);
    now += 59s;
    EXPECT_THAT(look(), IsEmpty());
    metrics.add(Counter::AddressRequestsRefused, 2);
    now += 1s;
    EXPECT_THAT(look(), ElementsAre("address requests 7"));
    now += 60s;
    EXPECT_THAT(look(), IsEmpty());
}

TEST_F(LimitWatchTest, EachLimitIsByItself) {
    metrics.add(Counter::SessionsRefused);
    EXPECT_THAT(look(), ElementsAre("all sessions 1"));
    metrics.add(Counter::MemoryRefused, 3);
    metrics.add(Counter::SessionsRefused);
    EXPECT_THAT(look(), ElementsAre("all memory 3"));
}

TEST_F(LimitWatchTest, WhatWasBeforeDoesNotCount) {
    metrics.add(Counter::AddressBytesRefused, 9);
    watch = hooks::LimitWatch(total);
    EXPECT_THAT(look(), IsEmpty());
}

} // namespace
