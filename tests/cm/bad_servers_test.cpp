// What is wrong with the domains of a configuration and their servers: what cannot be, what
// protects nothing, and what would make an open relay of the program.
#include "cm/config_loader.h"
#include "tests/cm/config_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using tests::in_root;
using tests::minimal_config;

namespace {

constexpr const char* kDomain =
    "the name of an XMPP domain such as example.org, without user, resource or port";
constexpr const char* kServerTls = "required, optional, direct or none";
constexpr const char* kNameServers =
    "numeric IP addresses with blanks between them, each with its port if that is not 53, such as "
    "192.0.2.1 [2001:db8::1]:5353";
constexpr const char* kSources = "numeric IP addresses of this host with blanks between them, "
                                 "each once, such as 192.0.2.1 192.0.2.2";
constexpr const char* kHost =
    "a host name or a numeric IP address, without a port, or the absolute "
    "path of a Unix socket";

struct BadServers {
    const char* name;
    std::string text;
    std::vector<std::string> errors;
};

void PrintTo(const BadServers& config, std::ostream* out) {
    *out << config.name;
}

class BadServersTest : public testing::TestWithParam<BadServers> {};

// Rows: B-043, S-024, S-030, U-020, U-036
TEST_P(BadServersTest, AreReportedWithLineFoundAndExpected) {
    std::vector<std::string> lines;
    cm::LoadResult result = cm::load_text(GetParam().text, "cm.xml");
    if (!result)
        for (const cm::ConfigError& error : result.error()) lines.push_back(cm::to_string(error));
    EXPECT_EQ(lines, GetParam().errors);
}

std::string with_server(const std::string& server) {
    return in_root(
        "<listener address='127.0.0.1' port='1' tls='proxy'/>\n<domain name='a.example'>\n" +
        server + "\n</domain>");
}
// With what foreign domains need; from line 5 on.
std::string foreign(const std::string& domain) {
    return minimal_config("<bosh><cors><origin>https://a.example</origin></cors></bosh>"
                          "<websocket><origin>https://a.example</origin></websocket>\n" +
                          domain);
}

const BadServers kBadServers[] = {
    {"DomainWithResource",
     minimal_config("<domain name='a.example/x' retired='true'/>"),
     {std::string("cm.xml:4: <domain name=\"a.example/x\">: found \"a.example/x\", expected ") +
      kDomain}},
    {"DomainWithEmptyLabel",
     minimal_config("<domain name='a..example' retired='true'/>"),
     {std::string("cm.xml:4: <domain name=\"a..example\">: found \"a..example\", expected ") +
      kDomain}},
    {"DomainWithAPort",
     minimal_config("<domain name='a.example:5222' retired='true'/>"),
     {std::string(
          "cm.xml:4: <domain name=\"a.example:5222\">: found \"a.example:5222\", expected ") +
      kDomain}},
    {"DomainTwice",
     minimal_config("<domain name='EXAMPLE.org' retired='true'/>"),
     {"cm.xml:4: <domain name=\"example.org\">: found the domain example.org a second time, "
      "expected each domain once; the first is in line 3"}},
    {"DomainTwiceInTwoSpellings",
     minimal_config("<domain name='b&#xFC;cher.example' retired='true'/>\n"
                    "<domain name='xn--bcher-kva.example' retired='true'/>"),
     {"cm.xml:5: <domain name=\"b\u00FCcher.example\">: found the domain b\u00FCcher.example a "
      "second "
      "time, expected each domain once; the first is in line 4"}},
    {"ServerStartTls",
     with_server("<server host='a' tls='starttls'/>"),
     {std::string("cm.xml:4: <server tls=\"starttls\">: found \"starttls\", expected ") +
      kServerTls}},
    {"ServerHostWithPort",
     with_server("<server host='a:5222' tls='none'/>"),
     {std::string("cm.xml:4: <server host=\"a:5222\">: found \"a:5222\", expected ") + kHost}},
    {"RouteHostWithPort",
     with_server("<server host='a' tls='none'/>\n<route host='b:5222' tls='none'/>"),
     {std::string("cm.xml:5: <route host=\"b:5222\">: found \"b:5222\", expected ") + kHost}},
    {"ServerInClearWithPin",
     with_server("<server host='a' tls='none' "
                 "pin='47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='/>"),
     {"cm.xml:4: <server pin=\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\">: found "
      "\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\", expected none together with "
      "tls=\"none\", where nothing is verified"}},
    {"ServerWithTheCertificatesOfNobody",
     with_server("<server host='a' ca-file='/nowhere/ca.pem'/>"),
     {"cm.xml:4: <server ca-file=\"/nowhere/ca.pem\">: found /nowhere/ca.pem: No such file or "
      "directory, expected a file of certificates in PEM that this user may read"}},
    {"ServerWithSourceByName",
     with_server("<server host='a' source='192.0.2.1 eth0'/>"),
     {std::string("cm.xml:4: <server source=\"192.0.2.1 eth0\">: found \"192.0.2.1 eth0\", "
                  "expected ") +
      kSources}},
    {"ServerWithSourceThatIsNone",
     with_server("<server host='a' source='192.0.2.256'/>"),
     {std::string("cm.xml:4: <server source=\"192.0.2.256\">: found \"192.0.2.256\", expected ") +
      kSources}},
    {"ServerWithEveryAddressForSource",
     with_server("<server host='a' source='0.0.0.0'/>"),
     {std::string("cm.xml:4: <server source=\"0.0.0.0\">: found \"0.0.0.0\", expected ") +
      kSources}},
    {"DomainWithSourceTwice",
     minimal_config("<domain name='a.example' source='::1 0:0::1'/>"),
     {std::string("cm.xml:4: <domain source=\"::1 0:0::1\">: found \"::1 0:0::1\", expected ") +
      kSources}},
    {"ServerWithSourceOfTheOtherFamily",
     with_server("<server host='192.0.2.1' source='::1 ::2'/>"),
     {"cm.xml:4: <server source=\"::1 ::2\">: found \"::1 ::2\", expected at least one address of "
      "the same family as host"}},
    {"UnixSocketWithSource",
     with_server("<server host='/run/x' source='192.0.2.1' tls='none'/>"),
     {"cm.xml:4: <server source=\"192.0.2.1\">: found \"192.0.2.1\", expected none: connections to "
      "a Unix socket have no address"}},
    {"DomainWithSourceForNobody",
     minimal_config("<domain name='a.example' source='192.0.2.1'><server host='a'/></domain>"),
     {"cm.xml:4: <domain source=\"192.0.2.1\">: found \"192.0.2.1\", expected this at each "
      "<server>; here it is for servers that DNS names"}},
    {"ServerWithAChainWithoutKey",
     with_server("<server host='a' client-chain='/a.pem'/>"),
     {"cm.xml:4: <server client-chain=\"/a.pem\">: found \"/a.pem\", expected client-chain and "
      "client-key together"}},
    {"DomainWithAKeyWithoutChain",
     minimal_config("<domain name='a.example' client-key='/a.key'/>"),
     {"cm.xml:4: <domain client-key=\"/a.key\">: found \"/a.key\", expected client-chain and "
      "client-key together"}},
    {"ServerWithTheCertificateOfNobody",
     with_server(
         "<server host='a'\n client-chain='/nowhere/a.pem'\n client-key='/nowhere/a.key'/>"),
     {"cm.xml:5: <server client-chain=\"/nowhere/a.pem\" client-key=\"/nowhere/a.key\">: found "
      "/nowhere/a.pem: No such file or directory, expected a certificate and its key in PEM that "
      "this user may read"}},
    {"PeerTimeoutTooShort",
     minimal_config("<upstream peer-timeout='4s'/>"),
     {"cm.xml:4: <upstream peer-timeout=\"4s\">: found \"4s\", expected a duration in whole "
      "seconds such as 60s or 5m, from 5s to 2h"}},
    {"PeerTimeoutOfADomainTooLong",
     minimal_config("<domain name='a.example' peer-timeout='3h' keepalive='2h'/>"),
     {"cm.xml:4: <domain peer-timeout=\"3h\">: found \"3h\", expected a duration in whole seconds "
      "such as 60s or 5m, from 5s to 2h",
      "cm.xml:4: <domain keepalive=\"2h\">: found \"2h\", expected a duration such as 10s, 5m or "
      "500ms, from 1s to 1h"}},
    {"ServerWithProxyProtocolUnknown",
     with_server("<server host='a' proxy-protocol='3'/>"),
     {"cm.xml:4: <server proxy-protocol=\"3\">: found \"3\", expected none, v1, v2 or v2-tls"}},
    {"ServerWithPriorityTooHigh",
     with_server("<server host='a' priority='65536'/>"),
     {"cm.xml:4: <server priority=\"65536\">: found \"65536\", expected a whole number, from 0 to "
      "65535"}},
    {"ConnectTimeoutOverTotal",
     minimal_config("<upstream connect-timeout='20s' total-timeout='15s'/>"),
     {"cm.xml:4: <upstream connect-timeout=\"20s\" total-timeout=\"15s\">: found connect-timeout "
      "20s "
      "and total-timeout 15s, expected connect-timeout not longer than total-timeout, of which it "
      "is "
      "a part"}},
    {"NameServerByName",
     minimal_config("<upstream name-servers='192.0.2.1 a.b'/>"),
     {std::string("cm.xml:4: <upstream name-servers=\"192.0.2.1 a.b\">: found \"192.0.2.1 a.b\", "
                  "expected ") +
      kNameServers}},
    {"NameServerWithPortTooHigh",
     minimal_config("<upstream name-servers='192.0.2.1:65536'/>"),
     {std::string("cm.xml:4: <upstream name-servers=\"192.0.2.1:65536\">: found "
                  "\"192.0.2.1:65536\", expected ") +
      kNameServers}},
    {"FirstPauseOverLongest",
     minimal_config("<upstream first-pause='2m'/>"),
     {"cm.xml:4: <upstream first-pause=\"2m\">: found first-pause 120s and longest-pause 60s, "
      "expected "
      "first-pause not longer than longest-pause"}},
    {"DomainByDnsInClear",
     minimal_config("<domain name='a.example' tls='none'/>"),
     {"cm.xml:4: <domain tls=\"none\">: found \"none\", expected required or optional: how a "
      "server "
      "that DNS names begins TLS is said by its record, and in clear it is only met where a "
      "<server> "
      "says so"}},
    {"DomainWithTlsForNobody",
     minimal_config("<domain name='a.example' tls='optional'><server host='a'/></domain>"),
     {"cm.xml:4: <domain tls=\"optional\">: found \"optional\", expected this at each <server>; "
      "here "
      "it is for servers that DNS names"}},
    {"DenyWhereTheOperatorKnowsTheServers",
     minimal_config("<domain name='a.example'>\n<deny network='10.0.0.0/8'/></domain>"),
     {"cm.xml:5: <deny>: found one in <domain name=\"a.example\">, expected it only in <domain "
      "name=\"*\">: here the operator knows the servers"}},
    {"ForeignDomainsForEverySite",
     minimal_config("<domain name='*'/>"),
     {"cm.xml:4: <domain name=\"*\">: found foreign domains for the pages of every site, expected "
      "an "
      "<origin> in <cors> for each site that may use this program as its way to any domain",
      "cm.xml:4: <domain name=\"*\">: found foreign domains by WebSocket for the pages of every "
      "site, expected an <origin> in <websocket> for each site that may use this program as its "
      "way "
      "to any domain, or enabled=\"false\" there"}},
    {"ForeignDomainsByPlainHttp",
     foreign("<domain name='*'/><listener address='0.0.0.0' port='80' tls='none'/>"),
     {"cm.xml:5: <domain name=\"*\">: found foreign domains for everyone who can reach the "
      "listener "
      "0.0.0.0:80 by plain HTTP, expected no <listener> with tls=\"none\" but on loopback"}},
    {"ForeignDomainsWithAServer",
     foreign("<domain name='*'>\n<server host='a'/></domain>"),
     {"cm.xml:6: <server>: found one in <domain name=\"*\">, expected only <deny> in it: its "
      "servers "
      "are those that DNS names"}},
    {"ForeignDomainsInClear",
     foreign("<domain name='*' tls='optional'/>"),
     {"cm.xml:5: <domain tls=\"optional\">: found \"optional\", expected required, or it left out: "
      "nobody knows the ways to servers of foreign domains"}},
    {"ForeignDomainsRetired",
     foreign("<domain name='*' retired='true'/>"),
     {"cm.xml:5: <domain retired=\"true\">: found \"true\", expected the names of domains that are "
      "retired, each by itself"}},
    {"DenyOfNoNetwork",
     foreign("<domain name='*'><deny network='10.0.0.1/8'/></domain>"),
     {"cm.xml:5: <deny network=\"10.0.0.1/8\">: found \"10.0.0.1/8\", expected an IP network such "
      "as "
      "203.0.113.0/24 or 2001:db8::/32, with no bits set beyond its prefix, or an address"}},
};

std::string name_of_servers(const testing::TestParamInfo<BadServers>& info) {
    return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(All, BadServersTest, testing::ValuesIn(kBadServers), name_of_servers);

} // namespace
