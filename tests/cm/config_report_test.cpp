// The effective configuration is a configuration; warnings name what deserves a second thought.
// Rows: -
#include "cm/check.h"
#include "cm/config_report.h"
#include "cm/options.h"
#include "net/own_addresses.h"
#include "tests/cm/config_text.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>
#include <unistd.h>

using testing::ElementsAre;
using testing::HasSubstr;
using tests::loaded;
using tests::minimal_config;

namespace {

TEST(EffectiveXmlTest, HasEveryDefaultFilledIn) {
    EXPECT_EQ(
        cm::effective_xml(loaded(minimal_config())),
        R"(<?xml version="1.0" encoding="UTF-8"?>
<boshcm xmlns="urn:boshcm:config:1">
  <log level="info" format="text" access="off"/>
  <listener address="127.0.0.1" port="5280" proxy-protocol="off" tls="proxy"/>
  <http max-request-line="8KiB" max-head="16KiB" max-fields="100" head-timeout="10s")"
        R"( body-timeout="30s" min-body-rate="64B" idle-timeout="75s" write-timeout="30s" max-pipelined="3")"
        R"( max-streams="128" max-connections="16384" forwarded="x-forwarded-for"/>
  <limits address-connections="1000" address-sessions="500" address-unauthenticated="100")"
        R"( address-creations="300" address-requests="500" address-bytes="8MiB" address-misses="120")"
        R"( unauthenticated="20000" creations="60000" requests="0" bytes="0B"/>
  <bosh path="/http-bind" info-page="true" wait="60s" hold="1" release-delay="5ms" inactivity="60s" polling="5s" maxpause="120s")"
        R"( gap-timeout="30s" skip-gaps="false" features-wait="10s" max-body="256KiB" max-response="256KiB")"
        R"( outbox-high="128KiB" outbox-low="64KiB" outbox-limit="4MiB" replay-cache="1MiB")"
        R"( max-sessions="100000" max-streams="1" pre-authentication="240s")"
        R"( compression="false">
    <cors credentials="false" max-age="86400s">
      <origin>*</origin>
    </cors>
    <content-type>text/xml</content-type>
    <content-type>application/xml</content-type>
    <content-type>text/html</content-type>
    <content-type>text/plain</content-type>
  </bosh>
  <websocket enabled="true" path="/xmpp-websocket" open-timeout="10s" ping-interval="30s")"
        R"( ping-timeout="20s" close-timeout="5s" pre-authentication="240s" max-message="256KiB")"
        R"( max-fragments="1024" outbox-high="64KiB" outbox-limit="4MiB" max-sessions="100000")"
        R"( deflate="false">
    <origin>*</origin>
  </websocket>
  <upstream connect-timeout="10s" tls-timeout="10s" total-timeout="30s" features-timeout="10s")"
        R"( keepalive="60s" peer-timeout="120s" pace="100" burst="50" max-waiting="20000" first-pause="1s")"
        R"( longest-pause="60s"/>
  <domain name="example.org" retired="false" channel-binding="strip" tls="required">
    <server host="localhost" port="5222" tls="none" proxy-protocol="none" priority="0" weight="0"/>
  </domain>
  <workers count="auto"/>
  <shutdown grace="5s"/>
  <memory budget="512MiB" ceiling="2GiB" core-dumps="false"/>
  <admin enabled="true" mode="0660"/>
</boshcm>
)");
}

TEST(EffectiveXmlTest, LoadsToTheSameConfiguration) {
    const std::string parts[] = {
        "",
        R"(<http forwarded='none'><trusted-proxy>local</trusted-proxy><host>::1</host></http>
           <listener path='/run/a' mode='0660' tls='proxy' proxy-protocol='required'/>
           <discovery websocket='wss://a/'/><limits bytes='1MiB'/>)",
        R"(<log level='off'/><http head-timeout='1500ms' max-head='20000'/>)",
        R"(<bosh path='/' see-other-uri='https://a.example/?b&amp;c' wait='7s' outbox-low='5000' default-domain='EXAMPLE.org'>
           <cors max-age='0s'><header>A&amp;b</header></cors></bosh>)",
        R"(<websocket path='/ws' see-other-uri='https://a.example/?b&amp;c' deflate='true'>
           <origin>https://a.example</origin></websocket>)",
        R"(<bosh compression='true'><cors credentials='true'><origin>null</origin></cors></bosh>)",
        R"(<domain name='b&#xFC;cher.example' retired='true'/>
           <listener address='::' port='1' tls='none'/>
           <domain name='a.example'><server host='a' tls='none'/><route host='b' port='1'
             tls='none'/><route host='::1' tls='none'/></domain>
           <static path="/it's/&amp;" directory='/usr/../tmp'/><memory budget='1GiB'/>)",
        R"(<upstream pace='7' total-timeout='5m' name-servers='192.0.2.1 [2001:db8::1]:5353'/><domain name='a.example' tls='optional' source='192.0.2.7' keepalive='1500ms' peer-timeout='1h'/>
           <domain name='b.example' channel-binding='endpoint'><server host='/run/xmpp.sock'
             proxy-protocol='v2-tls' weight='3'/><server host='c' source='192.0.2.1 ::1'/><server host='b' tls='direct'
             pin=' 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
                   47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='/></domain>)",
        R"(<bosh><cors><origin>https://a.example</origin></cors></bosh>
           <websocket><origin>https://*.a.example</origin></websocket>
           <domain name='*'><deny network='203.0.113.0/24'/><deny network='2001:db8::1'/></domain>)",
    };
    for (const std::string& part : parts) {
        SCOPED_TRACE(part);
        std::string once = cm::effective_xml(loaded(minimal_config(part)));
        EXPECT_EQ(cm::effective_xml(loaded(once)), once);
    }
}

TEST(EffectiveXmlTest, EscapesWhatXmlWouldReadOtherwise) {
    cm::Config config = loaded(minimal_config());
    config.statics.push_back({.path = "/", .directory = "/a&b<c>\"d\"\te"});
    EXPECT_THAT(cm::effective_xml(config),
                HasSubstr("directory=\"/a&amp;b&lt;c&gt;&quot;d&quot;&#9;e\""));
}

std::vector<std::string> warnings_of(const std::string& text) {
    std::vector<std::string> lines;
    for (const cm::ConfigWarning& one : cm::warnings(loaded(text)))
        lines.push_back(cm::to_string(one, "cm.xml"));
    return lines;
}

// Rows: S-023
TEST(WarningsTest, PlainHttpForOtherHostsIsAllowedByNameButSaid) {
    EXPECT_THAT(warnings_of(minimal_config("<listener address='0.0.0.0' port='80' tls='none'/>")),
                ElementsAre("cm.xml:4: warning: <listener address=\"0.0.0.0\">: plain HTTP on an "
                            "address that other hosts can reach: everyone on the way reads "
                            "passwords and messages"));
    for (const char* harmless : {"<listener address='::1' port='80' tls='none'/>",
                                 "<listener address='::' port='80' tls='none'/><bosh "
                                 "see-other-uri='https://a.example/'/>"
                                 "<websocket see-other-uri='wss://a.example/'/>",
                                 "<listener address='::' port='80' tls='none'/><bosh "
                                 "see-other-uri='https://a.example/'/>"
                                 "<websocket enabled='false'/>"})
        EXPECT_THAT(warnings_of(minimal_config(harmless)), ElementsAre()) << harmless;
}

// Rows: S-023
TEST(WarningsTest, AProxyListenerThatOthersCanReachIsSaid) {
    EXPECT_THAT(warnings_of(minimal_config("\n<listener address='192.0.2.1' port='80' "
                                           "tls='proxy'/>")),
                ElementsAre(HasSubstr("cm.xml:5: warning: <listener address=\"192.0.2.1\">: what "
                                      "comes in here counts as encrypted")));
}

// Rows: S-024, U-036
TEST(WarningsTest, AStreamInClearOverANetworkIsSaid) {
    auto with_host = [](const std::string& host) {
        return warnings_of(minimal_config("<domain name='a.example'><server host='" + host +
                                          "' tls='none'/></domain>"));
    };
    EXPECT_THAT(with_host("xmpp.example"),
                ElementsAre("cm.xml:4: warning: <domain name=\"a.example\">: the stream to "
                            "xmpp.example goes in clear over a network: it has to be one that you "
                            "trust"));
    EXPECT_EQ(with_host("192.0.2.1").size(), 1U);
    for (const char* local : {"localhost", "LOCALHOST.", "127.0.0.1", "127.9.9.9", "::1"})
        EXPECT_THAT(with_host(local), ElementsAre()) << local;
    EXPECT_THAT(warnings_of(minimal_config("<domain name='a.example'><server host='::1' "
                                           "tls='none'/><route host='r.example' tls='none'/>"
                                           "</domain>")),
                ElementsAre(HasSubstr("the stream to r.example goes in clear")));
}

// Rows: S-024, U-036
TEST(WarningsTest, TlsThatCanBePreventedIsSaid) {
    EXPECT_THAT(warnings_of(minimal_config(
                    "<domain name='a.example'><server host='x' tls='optional'/></domain>")),
                ElementsAre(HasSubstr("between this program and x can keep the stream in clear")));
    EXPECT_THAT(warnings_of(minimal_config("<domain name='a.example' tls='optional'/>")),
                ElementsAre(HasSubstr("can keep the stream in clear, and DNS can be lied to")));
    EXPECT_THAT(warnings_of(minimal_config("<domain name='a.example'/><domain name='b.example'>"
                                           "<server host='x' tls='direct'/></domain>")),
                ElementsAre());
}

// Rows: U-097
TEST(WarningsTest, AServerThatBelievesTheProxyProtocolIsSaid) {
    EXPECT_THAT(warnings_of(minimal_config(
                    "<domain name='a.example'><server host='x' proxy-protocol='v1'/></domain>")),
                ElementsAre(HasSubstr("x believes whoever connects to it")));
    EXPECT_THAT(warnings_of(minimal_config("<domain name='a.example'><server host='/run/x' "
                                           "proxy-protocol='v2'/></domain>")),
                ElementsAre());
}

// Rows: -
TEST(WarningsTest, ASourceThatIsNotOfThisHostIsSaid) {
    auto with_source = [](const std::string& source) {
        return warnings_of(minimal_config("<domain name='a.example'>\n<server host='x' source='" +
                                          source + "'/></domain>"));
    };
    EXPECT_THAT(with_source("127.0.0.2 203.0.113.7"),
                ElementsAre("cm.xml:5: warning: <domain name=\"a.example\">: 203.0.113.7 is not an "
                            "address of this host, so no connection leaves from it"));
    for (const net::Address& own : net::own_addresses())
        EXPECT_THAT(with_source(own.host()), ElementsAre()) << own.host();
    EXPECT_THAT(warnings_of(minimal_config("<domain name='a.example' source='203.0.113.8'/>")),
                ElementsAre(HasSubstr("203.0.113.8 is not an address of this host")));
}

// Rows: S-030
TEST(WarningsTest, ForeignDomainsAreSaid) {
    EXPECT_THAT(
        warnings_of(minimal_config("<bosh><cors><origin>https://a.example</origin></cors>"
                                   "</bosh><websocket enabled='false'/><domain name='*'/>")),
        ElementsAre(HasSubstr("<domain name=\"*\">: whoever can reach this program can")));
}

class CheckTest : public testing::Test {
protected:
    ~CheckTest() override { std::remove(path_.c_str()); }

    int check(const std::string& text) {
        std::ofstream(path_) << text;
        out_.str("");
        err_.str("");
        return cm::check(path_, out_, err_);
    }

    std::string path_ = testing::TempDir() + "cm_check_" + std::to_string(getpid()) + ".xml";
    std::ostringstream out_;
    std::ostringstream err_;
};

TEST_F(CheckTest, PrintsTheEffectiveConfigurationAndSucceeds) {
    EXPECT_EQ(check(minimal_config()), cm::kExitOk);
    EXPECT_EQ(out_.str(), cm::effective_xml(loaded(minimal_config())));
    EXPECT_EQ(err_.str(), "");
}

TEST_F(CheckTest, PutsWarningsOnStandardErrorOnly) {
    EXPECT_EQ(check(minimal_config("<listener address='::' port='1' tls='none'/>")), cm::kExitOk);
    EXPECT_THAT(out_.str(), testing::StartsWith("<?xml"));
    EXPECT_THAT(err_.str(), HasSubstr(path_ + ":4: warning: "));
}

TEST_F(CheckTest, PrintsEveryErrorAndExitsWithTwo) {
    EXPECT_EQ(check(minimal_config("<log level='x'/>\n<bosh wait='x'/>")), 2);
    EXPECT_EQ(out_.str(), "");
    EXPECT_THAT(err_.str(), HasSubstr(path_ + ":4: <log level=\"x\">: found \"x\", expected "));
    EXPECT_THAT(err_.str(), HasSubstr(path_ + ":5: <bosh wait=\"x\">: found \"x\", expected "));
}

} // namespace
