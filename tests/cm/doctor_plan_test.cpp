// What the command line of the doctor and a configuration come to.
// Rows: -
#include "cm/config_loader.h"
#include "cm/doctor_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

using testing::HasSubstr;

namespace {

constexpr const char* kExamined = R"(<boshcm xmlns="urn:boshcm:config:1">
  <listener address="0.0.0.0" port="5281" tls="proxy"/>
  <bosh path="/bosh" wait="45s" max-body="64KiB" max-sessions="700"/>
  <websocket path="/ws"/>
  <domain name="old.example" retired="true"/>
  <domain name="chat.example"><server host="a.example" tls="direct" port="5223"/></domain>
  <admin port="9280"/>
</boshcm>)";

class DoctorPlanTest : public testing::Test {
protected:
    std::expected<doctor::Plan, std::string> plan(const cm::DoctorCommand& command,
                                                  std::string config = {}) {
        std::istringstream input("secret\n");
        if (config.empty()) return cm::doctor_plan(command, nullptr, input);
        auto loaded = cm::load_text(config, "cm.xml");
        EXPECT_TRUE(loaded.has_value()) << to_string(loaded.error().front());
        config_ = std::move(*loaded);
        return cm::doctor_plan(command, &config_, input);
    }

    cm::Config config_;
};

TEST_F(DoctorPlanTest, AUrlOfBoshHasItsWebSocketBeside) {
    auto made = plan({.target = "https://w.example:8443/http-bind"});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->bosh_url, "https://w.example:8443/http-bind");
    EXPECT_EQ(made->websocket_url, "wss://w.example:8443/xmpp-websocket");
    EXPECT_TRUE(made->websocket_guessed && made->site.empty() && made->domain.empty());
    EXPECT_EQ(made->hold, std::chrono::seconds(65));
    EXPECT_TRUE(made->servers.empty() && !made->own);
}

TEST_F(DoctorPlanTest, AUrlOfAWebSocketHasNoBosh) {
    auto made = plan({.target = "wss://w.example/ws", .quick = true});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->websocket_url, "wss://w.example/ws");
    EXPECT_EQ(made->bosh_url, "");
    EXPECT_EQ(made->hold, std::chrono::seconds(0));
}

TEST_F(DoctorPlanTest, AnAccountSaysTheDomainAndItsPasswordIsRead) {
    auto made = plan({.target = "https://w.example/http-bind",
                      .account = "alice@chat.example",
                      .password_file = "-"});
    ASSERT_TRUE(made) << made.error();
    EXPECT_EQ(made->domain, "chat.example");
    EXPECT_EQ(made->account.user, "alice");
    EXPECT_EQ(made->account.password, "secret");
    EXPECT_FALSE(plan({.target = "chat.example"})->account.given());
    auto elsewhere =
        plan({.target = "chat.example", .account = "alice@other.example", .password_file = "-"});
    ASSERT_FALSE(elsewhere);
    EXPECT_THAT(elsewhere.error(), HasSubstr("is at other.example, not at chat.example"));
}

TEST_F(DoctorPlanTest, WithAnAccountAllServersOfTheConfigurationAreLookedAt) {
    auto made = plan({.target = "cm.xml", .account = "alice@b.example", .password_file = "-"},
                     R"(<boshcm xmlns="urn:boshcm:config:1">
                        <listener address="::1" port="5281" tls="none"/>
                        <domain name="a.example"/><domain name="b.example"/></boshcm>)");
    ASSERT_TRUE(made) << made.error();
    EXPECT_EQ(made->domain, "b.example");
    EXPECT_EQ(made->servers.size(), 2U);
}

TEST_F(DoctorPlanTest, ADomainAndASiteAreAskedForHostMeta) {
    for (const char* target : {"chat.example", "https://chat.example", "https://chat.example/"}) {
        auto made = plan({.target = target});
        ASSERT_TRUE(made) << target;
        EXPECT_EQ(made->site, "chat.example");
        EXPECT_EQ(made->domain, "chat.example");
        EXPECT_TRUE(made->bosh_url.empty() && made->websocket_url.empty());
    }
    auto made = plan({.target = "w.example:8443", .domain = "chat.example"});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->site, "w.example:8443");
    EXPECT_EQ(made->domain, "chat.example");
}

TEST_F(DoctorPlanTest, AConfigurationAloneLeadsToItsListenerAndServers) {
    EXPECT_EQ(cm::config_file_of({.target = "etc/cm.xml"}), "etc/cm.xml");
    EXPECT_EQ(cm::config_file_of({.target = "https://a.example/cm.xml"}), "");
    EXPECT_EQ(cm::config_file_of({.target = "a.example", .config_file = "b"}), "b");
    auto made = plan({.target = "cm.xml"}, kExamined);
    ASSERT_TRUE(made) << made.error();
    EXPECT_EQ(made->bosh_url, "http://127.0.0.1:5281/bosh");
    EXPECT_EQ(made->websocket_url, "ws://127.0.0.1:5281/ws");
    EXPECT_FALSE(made->websocket_guessed);
    EXPECT_EQ(made->front, doctor::Front::Boshcm);
    EXPECT_EQ(made->domain, "chat.example");
    ASSERT_EQ(made->servers.size(), 1U); // not the retired
    EXPECT_EQ(made->servers[0].servers.at(0).port, 5223);
    EXPECT_FALSE(made->servers[0].web);
    ASSERT_TRUE(made->own);
    EXPECT_EQ(made->own->wait, std::chrono::seconds(45));
    EXPECT_EQ(made->own->max_body_bytes, 65'536U);
    EXPECT_EQ(made->own->max_sessions, 700U);
    EXPECT_EQ(made->own->admin_url, "http://127.0.0.1:9280/metrics");
    EXPECT_TRUE(made->own->behind_tls && !made->own->discovery);
}

TEST_F(DoctorPlanTest, WhereClientsAreSentIsWhatIsExamined) {
    std::string config = kExamined;
    config.insert(config.find("<admin"), "<discovery bosh=\"https://w.example/http-bind\"/>");
    auto made = plan({.target = "cm.xml"}, config);
    ASSERT_TRUE(made) << made.error();
    EXPECT_EQ(made->bosh_url, "https://w.example/http-bind");
    EXPECT_EQ(made->front, doctor::Front::Unknown);
    EXPECT_TRUE(made->own->discovery);
    made = plan({.target = "https://other.example/b"}, config);
    EXPECT_EQ(made->bosh_url, "https://other.example/b");
}

TEST_F(DoctorPlanTest, WhatCannotBe) {
    auto fault = [this](const cm::DoctorCommand& command) {
        auto made = plan(command);
        return made ? "(no fault)" : made.error();
    };
    EXPECT_THAT(fault({}), HasSubstr("name a URL"));
    EXPECT_THAT(fault({.target = "ftp://a.example/"}), HasSubstr("no URL of http"));
    EXPECT_THAT(fault({.target = "a b"}), HasSubstr("no domain"));
    EXPECT_THAT(fault({.target = "a.example", .domain = "a b"}), HasSubstr("no domain"));
    EXPECT_THAT(fault({.target = "a.example", .dns = "nowhere"}), HasSubstr("no address"));
}

} // namespace
