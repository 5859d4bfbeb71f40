// Rows: -
#include "cm/session_ladder.h"

#include <gtest/gtest.h>

#include <sstream>

namespace {

TEST(SessionLadderTest, DrawsWhoDidItToWhom) {
    auto record =
        base::Json::parse(R"([{"ms":-75210,"event":"session.created","count":1},)"
                          R"({"ms":-75000,"event":"features.received","count":1},)"
                          R"({"ms":-60000,"event":"request.lost","count":3,"held":"60.0s"},)"
                          R"({"ms":-12,"event":"gap.given-up","count":1}])");
    ASSERT_TRUE(record);
    std::ostringstream out;
    cm::print_ladder(*record, out);
    EXPECT_EQ(out.str(), "            client     boshcm     server\n"
                         "    -75.21s    |--------->|          |  session.created\n"
                         "    -75.00s    |          |<---------|  features.received\n"
                         "    -60.00s    |--x       |          |  request.lost held=60.0s x3\n"
                         "     -0.01s    |          *          |  gap.given-up\n");
}

} // namespace
