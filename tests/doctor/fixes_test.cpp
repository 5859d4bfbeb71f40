// The lines to change: nothing is left to be filled in, and for an unknown front there are all.
// Rows: -
#include "doctor/fixes.h"
#include "doctor/server_fixes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doctor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Needs kNeeds{.host = "h.example",
                   .path = "/bosh",
                   .websocket_path = "/ws",
                   .backend = "127.0.0.1:1234",
                   .patience_s = 33,
                   .body_bytes = 4444};

TEST(FixesTest, OfTheFrontThatIsKnown) {
    auto found = fixes(Topic::HoldPatience, Front::Nginx, kNeeds);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].program, "nginx");
    EXPECT_EQ(found[0].place, "location = /bosh");
    EXPECT_THAT(found[0].add, ElementsAre("proxy_read_timeout 33s;", "proxy_send_timeout 33s;"));
}

TEST(FixesTest, EveryTopicHasLinesForAllFourAndNothingIsLeftOpen) {
    for (int topic = 0; topic <= static_cast<int>(Topic::Forbidden); ++topic) {
        auto found = fixes(static_cast<Topic>(topic), Front::Unknown, kNeeds);
        std::vector<std::string> programs;
        for (const Fix& fix : found) {
            programs.push_back(fix.program);
            EXPECT_FALSE(fix.remove.empty() && fix.add.empty()) << topic << fix.program;
            for (const auto* lines : {&fix.remove, &fix.add}) {
                for (const char* open :
                     {"{path}", "{ws}", "{backend}", "{host}", "{patience}", "{body}"}) {
                    EXPECT_THAT(*lines, Not(Contains(HasSubstr(open)))) << topic;
                }
            }
        }
        EXPECT_THAT(programs, ElementsAre("nginx", "haproxy", "apache", "caddy")) << topic;
    }
}

TEST(FixesTest, OfTheServerThatIsKnownOrOfBoth) {
    auto lines = [](ServerTopic topic, const std::string& server) {
        std::vector<std::string> all;
        for (const Fix& fix : server_fixes(topic, server, "a@b.example"))
            all.insert(all.end(), fix.add.begin(), fix.add.end());
        return all;
    };
    EXPECT_THAT(lines(ServerTopic::StanzaSize, "prosody"),
                ElementsAre("c2s_stanza_size_limit = 262144"));
    EXPECT_THAT(lines(ServerTopic::Rate, "ejabberd"),
                ElementsAre("web:", "  rate: 1000000", "  burst_size: 1000000", "c2s_shaper: web"));
    EXPECT_THAT(lines(ServerTopic::Password, ""),
                ElementsAre("prosodyctl passwd a@b.example",
                            "ejabberdctl change_password a b.example PASSWORD"));
}

TEST(FixesTest, BoshcmItselfNeedsNoneOfAProxy) {
    EXPECT_TRUE(fixes(Topic::HoldPatience, Front::Boshcm, kNeeds).empty());
    EXPECT_EQ(fixes(Topic::Certificate, Front::Boshcm, kNeeds).size(), 1U);
}

} // namespace
} // namespace doctor
