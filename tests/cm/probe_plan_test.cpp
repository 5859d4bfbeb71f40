// Rows: -
#include "cm/config_loader.h"
#include "cm/probe_plan.h"
#include "tests/tls/test_ca.h"

#include <gmock/gmock.h>

#include <sstream>

using testing::HasSubstr;

namespace {

constexpr const char* kProbed = R"(<boshcm xmlns="urn:boshcm:config:1">
  <listener address="0.0.0.0" port="5281" tls="none" proxy-protocol="required"/>
  <http><trusted-proxy>127.0.0.1</trusted-proxy></http>
  <bosh path="/bosh"/>
  <domain name="chat.example">
    <server host="b.example" priority="2" tls="direct" port="5223" source="127.0.0.2"/>
    <server host="a.example" priority="1" pin="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="/>
  </domain>
</boshcm>)";

class ProbePlanTest : public testing::Test {
protected:
    std::expected<probe::Plan, std::string> plan(const cm::ProbeCommand& command,
                                                 const std::string& config = {}) {
        if (!config.empty()) {
            auto loaded = cm::load_text(config, "cm.xml");
            EXPECT_TRUE(loaded.has_value()) << to_string(loaded.error().front());
            config_ = std::move(*loaded);
        }
        return cm::probe_plan(command, config.empty() ? nullptr : &config_, input_);
    }
    std::string fault(const cm::ProbeCommand& command, const std::string& config = {}) {
        auto made = plan(command, config);
        return made ? "(no fault)" : made.error();
    }

    cm::Config config_;
    std::istringstream input_;
};

TEST_F(ProbePlanTest, TheOnlyDomainOfTheConfigurationAndItsServers) {
    auto made = plan({}, kProbed);
    ASSERT_TRUE(made.has_value()) << made.error();
    EXPECT_EQ(made->domain, "chat.example");
    ASSERT_EQ(made->servers.size(), 2U);
    EXPECT_EQ(made->servers[0].host, "a.example");
    EXPECT_EQ(made->servers[0].tls, probe::ServerTls::Required);
    EXPECT_EQ(made->servers[0].pins.size(), 1U);
    EXPECT_EQ(made->servers[1].tls, probe::ServerTls::Direct);
    EXPECT_EQ(made->servers[1].port, 5223);
    EXPECT_TRUE(made->servers[0].sources.empty());
    EXPECT_EQ(made->servers[1].sources.at(0).host(), "127.0.0.2");
    EXPECT_FALSE(made->servers[1].certificate);
}

TEST_F(ProbePlanTest, TheUrlIsTheFirstListeners) {
    auto made = plan({}, kProbed);
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ(made->url, "http://127.0.0.1:5281/bosh");
    EXPECT_TRUE(made->url_door.proxy_protocol);
    EXPECT_EQ(plan({.url = "https://w.example/b"}, kProbed)->url, "https://w.example/b");
}

TEST_F(ProbePlanTest, TheUrlOfAListenerWithTlsHasANameOfItsCertificate) {
    tests::TempFiles files;
    tls::KeyPairFiles pair = files.write(
        "server", tests::TestCa("Test CA").issue({.dns = {"*.w.example", "w.example"}}));
    std::string config = "<boshcm xmlns='urn:boshcm:config:1'><listener address='::' port='443' "
                         "tls='own'><certificate chain='" +
                         pair.chain_file + "' key='" + pair.key_file +
                         "'/></listener>%<domain name='chat.example'/></boshcm>";
    size_t gap = config.find('%');
    auto made = plan({}, std::string(config).replace(gap, 1, ""));
    EXPECT_EQ(made->url, "https://w.example/http-bind");
    EXPECT_EQ(made->url_door.address, "[::1]:443");
    made = plan({}, std::string(config).replace(gap, 1, "<http><host>v.example</host></http>"));
    EXPECT_EQ(made->url, "https://v.example/http-bind");
}

TEST_F(ProbePlanTest, WithoutAConfigurationDnsTellsAndThereIsNoUrl) {
    auto made = plan({.domain = "Bücher.example"});
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ(made->domain, "bücher.example");
    EXPECT_EQ(made->ascii_domain, "xn--bcher-kva.example");
    EXPECT_TRUE(made->servers.empty());
    EXPECT_TRUE(made->native);
    EXPECT_FALSE(made->web);
    EXPECT_THAT(fault({.domain = "chat.example", .web_only = true}), HasSubstr("--url"));
}

TEST_F(ProbePlanTest, AnAccountAndItsPassword) {
    input_.str("secret with blanks \r\nmore\n");
    auto made = plan({.account = "alice@chat.example", .password_file = "-"});
    ASSERT_TRUE(made.has_value()) << made.error();
    EXPECT_EQ(made->domain, "chat.example");
    EXPECT_EQ(made->account.user, "alice");
    EXPECT_EQ(made->account.password, "secret with blanks ");
    EXPECT_TRUE(made->account.given());
}

TEST_F(ProbePlanTest, AccountsThatCannotBe) {
    EXPECT_THAT(fault({.domain = "a.example", .account = "x@b.example", .password_file = "-"}),
                HasSubstr("not at a.example"));
    EXPECT_THAT(fault({.account = "x@b.example/r", .password_file = "-"}), HasSubstr("b.example"));
    EXPECT_THAT(fault({.account = "@b.example", .password_file = "-"}), HasSubstr("account"));
    EXPECT_THAT(fault({.account = "x@b.example", .password_file = "/nonexistent"}),
                HasSubstr("/nonexistent"));
    input_.str("\n");
    EXPECT_THAT(fault({.account = "x@b.example", .password_file = "-"}), HasSubstr("empty"));
}

TEST_F(ProbePlanTest, NameServersHaveAPortIfNotTheUsualOne) {
    auto of = [this](const char* text) {
        auto made = plan({.domain = "chat.example", .dns = text});
        return made ? made->name_servers.front().to_string() : made.error();
    };
    EXPECT_EQ(of("192.0.2.53"), "192.0.2.53:53");
    EXPECT_EQ(of("192.0.2.53:5353"), "192.0.2.53:5353");
    EXPECT_EQ(of("2001:db8::53"), "[2001:db8::53]:53");
    EXPECT_EQ(of("[2001:db8::53]:5353"), "[2001:db8::53]:5353");
    for (const char* text : {"ns.example", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:99999"}) {
        EXPECT_THAT(of(text), HasSubstr("--dns")) << text;
    }
}

TEST_F(ProbePlanTest, SomethingMustNameTheDomain) {
    EXPECT_THAT(fault({}), HasSubstr("name a domain"));
    EXPECT_THAT(fault({.domain = "no domain"}), HasSubstr("no domain is no domain"));
}

} // namespace
