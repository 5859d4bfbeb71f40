// What a service manager passes on, and what it is told.
// Rows: -
#include "cm/inherited_sockets.h"
#include "cm/service_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using cm::ListenerConfig;
using cm::ServiceManager;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class InheritedSocketsTest : public testing::Test {
protected:
    InheritedSocketsTest() {
        sockaddr_in name{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
        socklen_t length = sizeof name;
        EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&name), length), 0);
        EXPECT_EQ(::listen(socket_, 1), 0);
        EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&name), &length), 0);
        port_ = ntohs(name.sin_port);
    }
    ~InheritedSocketsTest() override { ::close(socket_); }

    static ListenerConfig at(std::string_view address, uint16_t port) {
        return {.address = *net::Address::parse(address, port)};
    }

    int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    uint16_t port_ = 0;
};

TEST_F(InheritedSocketsTest, AreThoseOfTheListenersThatAreThere) {
    auto assigned = cm::assign_sockets(
        {{socket_, "web"}}, {at("127.0.0.2", port_), at("127.0.0.1", port_), {.path = "/run/x"}});
    ASSERT_TRUE(assigned);
    EXPECT_THAT(*assigned, ElementsAre(-1, socket_, -1));
}

TEST_F(InheritedSocketsTest, AreNotForgotten) {
    auto assigned = cm::assign_sockets({{socket_, "web"}}, {at("127.0.0.2", port_)});
    ASSERT_FALSE(assigned);
    EXPECT_THAT(assigned.error(), HasSubstr("as web, on 127.0.0.1:" + std::to_string(port_)));
}

TEST_F(InheritedSocketsTest, AreOneForEachListener) {
    int again = ::dup(socket_);
    auto assigned =
        cm::assign_sockets({{socket_, "web"}, {again, "web"}}, {at("127.0.0.1", port_)});
    ASSERT_FALSE(assigned);
    EXPECT_THAT(assigned.error(), HasSubstr("two sockets at 127.0.0.1:"));
    ::close(again);
}

TEST_F(InheritedSocketsTest, HaveToBeSockets) {
    int pair[2];
    ASSERT_EQ(::pipe(pair), 0);
    auto assigned = cm::assign_sockets({{pair[0], "pipe"}}, {at("127.0.0.1", port_)});
    ASSERT_FALSE(assigned);
    EXPECT_THAT(assigned.error(), HasSubstr("as pipe, no socket"));
    for (int end : pair) ::close(end);
}

TEST(ServiceManagerTest, AValueCannotBecomeALineOfItsOwn) {
    EXPECT_EQ(ServiceManager::on_one_line("a\nREADY=1\x7f"), "a READY=1 ");
}

} // namespace
