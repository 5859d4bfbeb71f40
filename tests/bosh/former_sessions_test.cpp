#include "bosh/former_sessions.h"

#include <gtest/gtest.h>

#include <string>

namespace bosh {
namespace {

constexpr Place kHere{.node = 7, .worker = 1};

std::string sid(Place place) {
    return std::string(make_session_id(place).view());
}

class FormerSessionsTest : public testing::Test {
protected:
    // The cause's name; empty: none.
    std::string why(std::string_view sid) {
        auto found = former.why_missing(sid, now);
        return found ? std::string(to_string(found->cause)) : "";
    }

    base::TimePoint now{std::chrono::hours(1)};
    FormerSessions former{kHere, now};
};

// Rows: -
TEST_F(FormerSessionsTest, AClientThatWasNotToldComesBackTooLate) {
    std::string silent = sid(kHere);
    std::string told = sid(kHere);
    former.add(silent, true, now);
    former.add(told, false, now);
    now += 75s;
    auto found = former.why_missing(silent, now);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->cause, base::Cause::ReturnedTooLate);
    EXPECT_TRUE(found->text.starts_with("the client is back 75 s after its session ended"))
        << found->text;
    EXPECT_EQ(why(silent), ""); // said once
    EXPECT_EQ(why(told), "");
}

// Rows: -
TEST_F(FormerSessionsTest, ASidLikeOursIsOfARunBeforeOrOfAnotherInstance) {
    EXPECT_EQ(why(sid({.node = 7, .worker = 9})), "session-from-before-start");
    now += 6min;
    EXPECT_EQ(why(sid(kHere)), "session-of-other-instance");
    EXPECT_EQ(why(sid(kHere)), ""); // not more often than anybody may make us say it
    now += 10s;
    EXPECT_EQ(why("made-up"), "");
    EXPECT_EQ(why(std::string(27, '<')), "");
    EXPECT_EQ(why(sid({.node = 4096})), "");
    EXPECT_EQ(why(sid(kHere)), "session-of-other-instance");
}

// Rows: -
TEST_F(FormerSessionsTest, SaysNothingOfWhatItMayHaveForgotten) {
    now += 6min;
    for (int session = 0; session < 1000; ++session) {
        former.add(sid(kHere), true, now);
    }
    EXPECT_EQ(why(sid(kHere)), "");
    now += FormerSessions::kPeriod;
    EXPECT_EQ(why(sid(kHere)), "session-of-other-instance");
}

} // namespace
} // namespace bosh
