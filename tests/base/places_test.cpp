#include "base/places.h"

#include <gtest/gtest.h>

using base::Places;

namespace {

// Rows: S-040
TEST(PlacesTest, AreTakenUpToTheLimit) {
    Places places;
    EXPECT_TRUE(places.enter(2));
    EXPECT_TRUE(places.has_room(2));
    EXPECT_TRUE(places.enter(2));
    EXPECT_FALSE(places.has_room(2));
    EXPECT_FALSE(places.enter(2));
    EXPECT_EQ(places.taken(), 2U);
    places.leave();
    EXPECT_TRUE(places.enter(2));
}

// Rows: S-040, H-049
TEST(PlacesTest, OfSeveralSortsAreMadeOfTheSame) {
    Places descriptors;
    Places connections;
    Places sessions;
    connections.draw_on(descriptors, 10, 1);
    sessions.draw_on(descriptors, 7, 2); // three are left to connections
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(connections.enter(100));
    ASSERT_TRUE(sessions.has_room(100));
    ASSERT_TRUE(sessions.enter(100));
    EXPECT_EQ(descriptors.taken(), 6U);
    EXPECT_FALSE(sessions.has_room(100));
    EXPECT_FALSE(sessions.enter(100));
    EXPECT_EQ(sessions.taken(), 1U) << "who is refused has taken nothing";
    EXPECT_EQ(descriptors.taken(), 6U);
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(connections.enter(100));
    EXPECT_FALSE(connections.enter(100));
    sessions.leave();
    EXPECT_EQ(descriptors.taken(), 8U);
    EXPECT_TRUE(connections.enter(100));
    EXPECT_FALSE(sessions.enter(100)) << "connections have taken what a session needs";
}

// Rows: S-040
TEST(PlacesTest, OfASortHaveALimitOfTheirOwn) {
    Places common;
    Places places;
    places.draw_on(common, 100, 1);
    EXPECT_TRUE(places.enter(1));
    EXPECT_FALSE(places.enter(1));
    EXPECT_EQ(common.taken(), 1U);
}

} // namespace
