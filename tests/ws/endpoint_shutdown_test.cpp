// All WebSockets of an endpoint end, some at a time; between two times life goes on.

#include "tests/ws/endpoint_fixture.h"

namespace ws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::string_view kAnswerToClose = "\x03\xE9";
constexpr size_t kAll = 1000;

class EndpointShutdownTest : public EndpointTest {
protected:
    void let_in(size_t count) {
        while (clients_.size() < count) clients_.push_back(upgrade());
    }
    // The numbers of those who have heard of it since the last look.
    std::vector<size_t> newly_told() {
        std::vector<size_t> numbers;
        for (size_t i = 0; i < clients_.size(); ++i) {
            settle(clients_[i]);
            std::vector<std::string> frames = told(clients_[i]);
            if (frames.empty()) continue;
            EXPECT_THAT(frames, ElementsAre(StartsWith("<open "), HasSubstr("<system-shutdown "),
                                            std::string(kCloseElement), "close 1001"));
            numbers.push_back(i);
        }
        return numbers;
    }

    std::vector<MemoryPeer> clients_;
};

// Rows: H-050, W-012, W-031
TEST_F(EndpointShutdownTest, TellsEveryone) {
    MemoryPeer client = log_in();
    MemoryPeer fresh = upgrade();
    EXPECT_FALSE(endpoint_.shut_down(kAll));
    settle(client);
    settle(fresh);
    EXPECT_THAT(told(client), ElementsAre(HasSubstr("<system-shutdown "),
                                          std::string(kCloseElement), "close 1001"));
    EXPECT_THAT(told(fresh), ElementsAre(StartsWith("<open "), HasSubstr("<system-shutdown "),
                                         std::string(kCloseElement), "close 1001"));
    send(client, fragment(0x88, kAnswerToClose));
    advance(6s, fresh);
    EXPECT_TRUE(endpoint_.empty());
}

// Rows: H-050, W-031
TEST_F(EndpointShutdownTest, EndsNoMoreAtATimeThanItIsTold) {
    let_in(5);
    EXPECT_TRUE(endpoint_.shut_down(2));
    EXPECT_THAT(newly_told(), ElementsAre(0, 1));
    EXPECT_TRUE(endpoint_.shut_down(2));
    EXPECT_THAT(newly_told(), ElementsAre(2, 3));
    EXPECT_FALSE(endpoint_.shut_down(2));
    EXPECT_THAT(newly_told(), ElementsAre(4));
    EXPECT_FALSE(endpoint_.shut_down(2));
    EXPECT_THAT(newly_told(), IsEmpty());
}

// Rows: H-050, W-012, W-031
TEST_F(EndpointShutdownTest, LeavesOutWhoLeavesMeanwhileAndLetsNobodyIn) {
    let_in(5);
    EXPECT_TRUE(endpoint_.shut_down(2));
    EXPECT_THAT(newly_told(), ElementsAre(0, 1));
    send(clients_[0], fragment(0x88, kAnswerToClose));
    for (size_t gone : {2U, 3U}) {
        clients_[gone].reset();
        settle(clients_[gone]);
    }
    MemoryPeer late = connect();
    send(late, handshake());
    EXPECT_THAT(late.take_received(), StartsWith("HTTP/1.1 503 "));
    EXPECT_EQ(endpoint_.session_count(), 2U) << "who is told, but has not closed yet, and the last";
    while (endpoint_.shut_down(2)) {
    }
    EXPECT_THAT(newly_told(), ElementsAre(4));
    for (size_t left : {1U, 4U}) send(clients_[left], fragment(0x88, kAnswerToClose));
    EXPECT_TRUE(endpoint_.empty());
}

} // namespace
} // namespace ws
