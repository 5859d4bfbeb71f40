// Rows: -
#include "hooks/event.h"

#include <gtest/gtest.h>

#include <set>

namespace {

using hooks::Event;
using hooks::Kind;
using hooks::to_json;

hooks::WallTime at(int64_t milliseconds) {
    return hooks::WallTime(std::chrono::milliseconds(milliseconds));
}

Event session_event(Kind kind) {
    Event event{.kind = kind, .id = "msg_1", .time = at(1'700'000'000'007)};
    event.session = "Ab3dE6gH";
    event.domain = "chat.example";
    event.cause = "terminated";
    event.client = "192.0.2.7";
    return event;
}

TEST(EventTest, TellsOfASession) {
    EXPECT_EQ(to_json(session_event(Kind::Opened), "front-1", false),
              R"({"id":"msg_1","type":"session.opened","time":"2023-11-14T22:13:20.007Z",)"
              R"("node":"front-1","session":"Ab3dE6gH","transport":"bosh",)"
              R"("domain":"chat.example"})");
    EXPECT_EQ(to_json(session_event(Kind::Ended), "front-1", false),
              R"({"id":"msg_1","type":"session.ended","time":"2023-11-14T22:13:20.007Z",)"
              R"("node":"front-1","session":"Ab3dE6gH","transport":"bosh",)"
              R"("domain":"chat.example","cause":"terminated"})");
}

TEST(EventTest, TellsTheClientsAddressIfThatIsWanted) {
    Event event = session_event(Kind::Authenticated);
    event.transport = base::Transport::Websocket;
    event.domain.clear();
    EXPECT_EQ(to_json(event, "front-1", true),
              R"({"id":"msg_1","type":"session.authenticated","time":"2023-11-14T22:13:20.007Z",)"
              R"("node":"front-1","session":"Ab3dE6gH","transport":"websocket",)"
              R"("domain":null,"client":"192.0.2.7"})");
}

TEST(EventTest, TellsOfALimit) {
    Event event{.kind = Kind::LimitHit, .id = "msg_2", .time = at(0)};
    event.scope = "address";
    event.limit = "requests";
    event.count = 17;
    EXPECT_EQ(to_json(event, "a\"b\\c\n\x01ü", true),
              R"({"id":"msg_2","type":"limit.hit","time":"1970-01-01T00:00:00.000Z",)"
              R"("node":"a\"b\\c\n\u0001ü","scope":"address","limit":"requests","count":17})");
}

TEST(EventTest, EachIdIsThereOnce) {
    std::set<std::string> ids;
    for (int i = 0; i < 1'000; ++i) ids.insert(hooks::make_event_id());
    EXPECT_EQ(ids.size(), 1'000U);
    EXPECT_TRUE(ids.begin()->starts_with("msg_"));
    EXPECT_EQ(ids.begin()->size(), 26U);
}

} // namespace
