// Settings and servers that change while sessions live.
#include "tests/bosh/relay_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace bosh {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class NewSettingsTest : public testing::Test, protected RelayWorld {
protected:
    void SetUp() override { start({}); }
};

// Rows: -
TEST_F(NewSettingsTest, ReachNewSessionsAndLeaveTheOthersAsTheyAre) {
    Settings shorter = settings_;
    shorter.wait_max = 10s;
    shorter.max_body_bytes = 600;
    MemoryPeer old_client = connect();
    EXPECT_THAT(open_session(old_client), HasSubstr(" wait='60'"));
    endpoint_.use(shorter);
    EXPECT_THAT(exchange(old_client, request(101)), IsEmpty());
    advance(59s, old_client);
    EXPECT_THAT(old_client.received(), IsEmpty()) << "it was promised 60 s";
    advance(2s, old_client);
    EXPECT_THAT(old_client.take_received(), StartsWith("HTTP/1.1 200 "));

    EXPECT_THAT(endpoint_.settings_in_use(), UnorderedElementsAre(&settings_, &shorter));
    exchange(old_client, request(102, "", " type='terminate'"));
    servers_.peer().send("</stream:stream>");
    servers_.peer().end();
    servers_.pump();
    env_.turn();
    EXPECT_THAT(endpoint_.settings_in_use(), ElementsAre(&shorter));

    MemoryPeer client = connect();
    EXPECT_THAT(open_session(client), HasSubstr(" wait='10'"));
    EXPECT_THAT(exchange(client, request(101, std::string(600, ' '))), StartsWith("HTTP/1.1 413 "));
}

// Rows: -
TEST_F(NewSettingsTest, AStreamGoesOnWhenItsDomainIsNoLongerServed) {
    MemoryPeer client = connect();
    open_session(client);
    servers_.upstreams.serve({});
    servers_.upstreams.serve({}); // a second time: what is used is not forgotten by age
    EXPECT_THAT(exchange(client, request(101, "<message xmlns='jabber:client'/>")), IsEmpty());
    EXPECT_EQ(heard(), "<message xmlns='jabber:client'/>");
    say("<presence/>");
    EXPECT_THAT(client.take_received(), EndsWith("<presence xmlns='jabber:client'/></body>"));
}

} // namespace
} // namespace bosh
