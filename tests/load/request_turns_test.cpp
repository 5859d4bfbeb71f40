// Rows: -
#include "bench/load/request_turns.h"

#include <gtest/gtest.h>

#include <string>

namespace load {
namespace {

class RequestTurnsTest : public testing::Test {
protected:
    // "rid/connection", or "-".
    std::string ask(bool something) {
        auto turn = turns_.next(something);
        if (!turn) return "-";
        return std::to_string(turn->rid) + '/' + std::to_string(turn->connection);
    }
    std::string poll() { return ask(false); }
    std::string say() { return ask(true); }
    void create() {
        EXPECT_EQ(poll(), "7/0");
        turns_.on_answer(0);
        turns_.on_created();
    }

    RequestTurns turns_{7};
};

TEST_F(RequestTurnsTest, UntilTheSessionIsThereItIsAskedForAlone) {
    EXPECT_EQ(poll(), "7/0");
    EXPECT_EQ(poll(), "-");
    EXPECT_EQ(say(), "-");
    turns_.on_answer(0);
    EXPECT_EQ(say(), "8/0"); // still not there
    EXPECT_EQ(say(), "-");
}

TEST_F(RequestTurnsTest, OneEmptyRequestIsHeldAndNoFurtherOne) {
    create();
    EXPECT_EQ(poll(), "8/0");
    EXPECT_EQ(poll(), "-");
    EXPECT_EQ(turns_.open_requests(), 1U);
}

TEST_F(RequestTurnsTest, WhatThereIsToSayGoesByTheOtherConnectionAtOnce) {
    create();
    EXPECT_EQ(poll(), "8/0");
    EXPECT_EQ(say(), "9/1");
    EXPECT_EQ(say(), "-"); // one more than is held
    EXPECT_EQ(poll(), "-");
    turns_.on_answer(0);    // the manager lets go of the older one
    EXPECT_EQ(poll(), "-"); // it holds the other
    EXPECT_EQ(say(), "10/0");
    turns_.on_answer(1);
    turns_.on_answer(0);
    EXPECT_EQ(poll(), "11/0");
}

TEST_F(RequestTurnsTest, RidsGrowByOneWhicheverConnectionIsFree) {
    create();
    for (uint64_t rid = 8; rid < 1008; rid += 2) {
        EXPECT_EQ(poll(), std::to_string(rid) + "/0");
        EXPECT_EQ(say(), std::to_string(rid + 1) + "/1");
        turns_.on_answer(1);
        turns_.on_answer(0);
    }
}

} // namespace
} // namespace load
