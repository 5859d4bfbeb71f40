// What a good file becomes: every key is read, and what is not written has its default.
// Rows: -
#include "cm/config_loader.h"
#include "tests/cm/config_text.h"

#include <gmock/gmock.h>

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::in_root;
using tests::loaded;
using tests::minimal_config;

namespace {

// Every value differs from its default.
const char* const kEverything = R"(
<log level='debug' format='json' access='/var/log/a b.log'/>
<listener address='127.0.0.2' port='80' tls='none'/>
<listener address='[2001:db8::1]' port='65535' tls='proxy' proxy-protocol='required' http2='true'/>
<listener path='/run/a.sock' mode='660' tls='proxy'/>
<discovery bosh='https://a.example/b' websocket='wss://a.example/w'/>
<http max-request-line='4KiB' max-head='32KiB' max-fields='50' head-timeout='500ms'
  body-timeout='1m' min-body-rate='1KiB' idle-timeout='20s' write-timeout='1h' max-pipelined='4' max-streams='7' max-connections='9'
  forwarded='forwarded'>
  <trusted-proxy>10.0.0.0/8</trusted-proxy><trusted-proxy>local</trusted-proxy>
  <trusted-proxy>2001:db8::7</trusted-proxy><host>chat.example</host><host>::1</host></http>
<limits address-connections='1' address-sessions='2' address-unauthenticated='3'
  address-creations='4' address-requests='5' address-bytes='6' address-misses='7'
  unauthenticated='8' creations='9' requests='10' bytes='11'/>
<bosh path='/bosh/' info-page='false' see-other-uri='https://a.example:8443/bosh?x=%41' wait='55s' hold='3'
  release-delay='2ms' inactivity='2m' polling='2s' maxpause='1h' gap-timeout='15s' skip-gaps='true' features-wait='4s'
  max-body='64KiB' max-response='128KiB' outbox-high='100KiB'
  outbox-low='50000' outbox-limit='1MiB' replay-cache='512KiB' max-sessions='7'
  max-streams='3' pre-authentication='30s' default-domain='Chat.Example' compression='true'>
  <cors credentials='true' max-age='10m'>
    <origin> https://a.example </origin>
    <origin>http://localhost:8080</origin>
    <origin>null</origin>
    <header>X-One</header>
    <header>X-Two</header>
  </cors>
  <content-type>text/xml</content-type>
</bosh>
<websocket enabled='false' path='/ws/' see-other-uri='wss://a.example:8443/ws?x=%41' open-timeout='1m'
  ping-interval='31s' ping-timeout='21s' close-timeout='6s' pre-authentication='30s'
  max-message='64KiB' max-fragments='16' outbox-high='100KiB' outbox-limit='1MiB' max-sessions='8'
  deflate='true'>
  <origin>https://a.example</origin>
  <origin>null</origin>
</websocket>
<domain name='old.example' retired='true'/>
<domain name='CHAT.example'><server host='xmpp.internal' port='15222' tls='none'/>
  <route host='Other.Internal' port='15223' tls='none'/><route host='::1' tls='none'/></domain>
<static path='/' directory='/'/>
<static path='/chat' directory='/../etc/.'/>
<workers count='3'/>
<shutdown grace='0s'/>
<memory budget='64MiB' ceiling='1GiB' core-dumps='true'/>)";

// Rows: H-012, S-023
TEST(ReadsConfigTest, LogAndListeners) {
    cm::Config config = loaded(in_root(kEverything));
    EXPECT_EQ(config.log_level, base::Level::Debug);
    EXPECT_EQ(config.log_format, base::LogFormat::Json);
    EXPECT_EQ(config.access_log, "/var/log/a b.log");
    ASSERT_EQ(config.listeners.size(), 3U);
    EXPECT_EQ(config.listeners[0].address.to_string(), "127.0.0.2:80");
    EXPECT_EQ(config.listeners[0].tls, cm::ListenerConfig::Tls::None);
    EXPECT_EQ(config.listeners[0].line, 4);
    EXPECT_EQ(config.listeners[1].address.to_string(), "[2001:db8::1]:65535");
    EXPECT_EQ(config.listeners[1].tls, cm::ListenerConfig::Tls::Proxy);
    EXPECT_EQ(config.listeners[1].line, 5);
    EXPECT_FALSE(config.listeners[0].speaks_http2());
    EXPECT_TRUE(config.listeners[1].speaks_http2());
    EXPECT_FALSE(config.listeners[0].proxy_protocol);
    EXPECT_TRUE(config.listeners[1].proxy_protocol);
    EXPECT_EQ(config.listeners[2].path, "/run/a.sock");
    EXPECT_EQ(config.listeners[2].mode, 0660U);
}

// Rows: H-007, H-060, H-063
TEST(ReadsConfigTest, ProxiesAndHosts) {
    cm::Config config = loaded(in_root(kEverything));
    EXPECT_EQ(config.proxies.field, http::ForwardedField::Forwarded);
    EXPECT_TRUE(config.proxies.trusts_local);
    ASSERT_EQ(config.proxies.trusted.size(), 2U);
    EXPECT_EQ(config.proxies.trusted[0].to_string(), "10.0.0.0/8");
    EXPECT_EQ(config.proxies.trusted[1].to_string(), "2001:db8::7");
    EXPECT_THAT(config.hosts, ElementsAre("chat.example", "[::1]"));
}

// Rows: B-061, H-045, S-004, S-040, S-041
TEST(ReadsConfigTest, LimitsOfClients) {
    http::ClientLimitSettings limits = loaded(in_root(kEverything)).limits;
    EXPECT_EQ(limits.address_connections, 1U);
    EXPECT_EQ(limits.address_sessions, 2U);
    EXPECT_EQ(limits.address_unauthenticated, 3U);
    EXPECT_EQ(limits.address_creations, 4U);
    EXPECT_EQ(limits.address_requests, 5U);
    EXPECT_EQ(limits.address_bytes, 6U);
    EXPECT_EQ(limits.address_misses, 7U);
    EXPECT_EQ(limits.unauthenticated, 8U);
    EXPECT_EQ(limits.creations, 9U);
    EXPECT_EQ(limits.requests, 10U);
    EXPECT_EQ(limits.bytes, 11U);
    EXPECT_EQ(limits.memory_ceiling_bytes, 1024UL * 1024 * 1024);
}

// Rows: H-090, S-047
TEST(ReadsConfigTest, DiscoveryAndCoreDumps) {
    cm::Config config = loaded(in_root(kEverything));
    EXPECT_EQ(config.discovery.bosh, "https://a.example/b");
    EXPECT_EQ(config.discovery.websocket, "wss://a.example/w");
    EXPECT_TRUE(config.core_dumps);
    EXPECT_FALSE(loaded(minimal_config()).discovery.offered());
    EXPECT_FALSE(loaded(minimal_config()).core_dumps);
}

// Rows: H-042, H-043, H-045
TEST(ReadsConfigTest, HttpLimits) {
    http::Limits limits = loaded(in_root(kEverything)).http;
    EXPECT_EQ(limits.max_request_line_bytes, 4096U);
    EXPECT_EQ(limits.max_head_bytes, 32768U);
    EXPECT_EQ(limits.max_fields, 50U);
    EXPECT_EQ(limits.head_timeout, 500ms);
    EXPECT_EQ(limits.body_timeout, 60s);
    EXPECT_EQ(limits.min_body_rate_bytes, 1024U);
    EXPECT_EQ(limits.idle_timeout, 20s);
    EXPECT_EQ(limits.write_timeout, 3600s);
    EXPECT_EQ(limits.max_pipelined, 4U);
    EXPECT_EQ(limits.max_streams, 7U);
    EXPECT_EQ(limits.max_connections, 9U);
}

// Rows: B-012, B-042, B-048, B-049, B-061, B-260, D-29, H-001, H-044
TEST(ReadsConfigTest, BoshSettings) {
    cm::Config config = loaded(in_root(kEverything));
    const bosh::Settings& settings = config.bosh;
    EXPECT_EQ(config.bosh_path, "/bosh");
    EXPECT_FALSE(settings.info_page);
    EXPECT_EQ(settings.see_other_uri, "https://a.example:8443/bosh?x=%41");
    EXPECT_EQ(settings.wait_max, 55s);
    EXPECT_EQ(settings.hold_max, 3U);
    EXPECT_EQ(settings.release_delay, 2ms);
    EXPECT_EQ(settings.inactivity, 120s);
    EXPECT_EQ(settings.polling, 2s);
    EXPECT_EQ(settings.maxpause, 3600s);
    EXPECT_EQ(settings.gap_timeout, 15s);
    EXPECT_TRUE(settings.skip_gaps);
    EXPECT_EQ(settings.features_wait, 4s);
    EXPECT_EQ(settings.max_body_bytes, 65536U);
    EXPECT_EQ(settings.max_response_bytes, 131072U);
    EXPECT_EQ(settings.outbox_high_bytes, 102400U);
    EXPECT_EQ(settings.outbox_low_bytes, 50000U);
    EXPECT_EQ(settings.outbox_hard_bytes, 1048576U);
    EXPECT_EQ(settings.replay_cache_bytes, 524288U);
    EXPECT_EQ(settings.max_sessions, 7U);
    EXPECT_EQ(settings.max_streams, 3U);
    EXPECT_EQ(settings.pre_authentication, 30s);
    EXPECT_EQ(settings.default_domain, "chat.example");
    EXPECT_TRUE(settings.compression);
    EXPECT_THAT(settings.content_types, ElementsAre("text/xml"));
}

// Rows: W-009, W-027, W-032, W-035, W-066
TEST(ReadsConfigTest, WebsocketSettings) {
    cm::Config config = loaded(in_root(kEverything));
    const ws::Settings& settings = config.ws;
    EXPECT_FALSE(config.ws_enabled);
    EXPECT_EQ(config.ws_path, "/ws");
    EXPECT_EQ(settings.see_other_uri, "wss://a.example:8443/ws?x=%41");
    EXPECT_EQ(settings.open_timeout, 60s);
    EXPECT_EQ(settings.ping_interval, 31s);
    EXPECT_EQ(settings.ping_timeout, 21s);
    EXPECT_EQ(settings.close_timeout, 6s);
    EXPECT_EQ(settings.pre_authentication, 30s);
    EXPECT_EQ(settings.frames.max_message_bytes, 65536U);
    EXPECT_EQ(settings.frames.max_fragments, 16U);
    EXPECT_EQ(settings.outbox_high_bytes, 102400U);
    EXPECT_EQ(settings.outbox_hard_bytes, 1048576U);
    EXPECT_EQ(settings.max_sessions, 8U);
    EXPECT_TRUE(settings.deflate);
    EXPECT_FALSE(settings.any_origin);
    EXPECT_THAT(settings.origins, ElementsAre("https://a.example", "null"));
    EXPECT_EQ(settings.fallback_domain, "chat.example") << "the first that is served";
}

// Rows: H-071, H-073, H-074
TEST(ReadsConfigTest, CorsPolicy) {
    http::CorsPolicy cors = loaded(in_root(kEverything)).cors;
    EXPECT_FALSE(cors.any_origin);
    EXPECT_THAT(cors.origins, ElementsAre("https://a.example", "http://localhost:8080", "null"));
    EXPECT_TRUE(cors.allow_credentials);
    EXPECT_THAT(cors.extra_headers, ElementsAre("X-One", "X-Two", "Content-Encoding"));
    EXPECT_EQ(cors.max_age, 600s);
}

// Rows: B-043, U-020, U-036
TEST(ReadsConfigTest, DomainsInLowerCaseWithTheirServers) {
    cm::Config config = loaded(in_root(kEverything));
    ASSERT_EQ(config.domains.size(), 2U);
    EXPECT_EQ(config.domains[0].name, "old.example");
    EXPECT_TRUE(config.domains[0].retired);
    EXPECT_EQ(config.domains[1].name, "chat.example");
    EXPECT_FALSE(config.domains[1].retired);
    EXPECT_EQ(config.domains[1].servers.at(0).host, "xmpp.internal");
    EXPECT_EQ(config.domains[1].servers.at(0).port, 15222);
    EXPECT_EQ(config.domains[1].servers.at(0).tls, xmpp::ServerTls::None);
    ASSERT_EQ(config.domains[1].routes.size(), 2U);
    EXPECT_EQ(config.domains[1].routes[0].host, "Other.Internal");
    EXPECT_EQ(config.domains[1].routes[0].port, 15223);
    EXPECT_EQ(config.domains[1].routes[1].host, "::1");
    EXPECT_EQ(config.domains[1].routes[1].port, 5222);
}

TEST(ReadsConfigTest, StaticsShutdownAndMemory) {
    cm::Config config = loaded(in_root(kEverything));
    ASSERT_EQ(config.statics.size(), 2U);
    EXPECT_EQ(config.statics[0].path, "/");
    EXPECT_EQ(config.statics[0].directory, "/");
    EXPECT_EQ(config.statics[1].path, "/chat/");
    EXPECT_EQ(config.statics[1].directory, "/etc");
    EXPECT_EQ(config.workers, 3U);
    EXPECT_EQ(config.shutdown_grace, 0s);
    EXPECT_EQ(config.memory_budget_bytes, 64U * 1024 * 1024);
}

// Rows: B-012, B-048, B-049, H-042, H-043, H-073, D-53
TEST(DefaultsTest, HoldForEverythingThatIsNotWritten) {
    cm::Config config = loaded(minimal_config());
    EXPECT_EQ(config.log_level, base::Level::Info);
    EXPECT_EQ(config.log_format, base::LogFormat::Text);
    EXPECT_EQ(config.access_log, "off");
    EXPECT_EQ(config.bosh_path, "/http-bind");
    EXPECT_EQ(config.bosh.wait_max, 60s);
    EXPECT_EQ(config.bosh.hold_max, 1U);
    EXPECT_EQ(config.bosh.release_delay, 5ms);
    EXPECT_EQ(config.bosh.gap_timeout, 30s);
    EXPECT_EQ(config.bosh.max_body_bytes, 256U * 1024);
    EXPECT_EQ(config.bosh.default_domain, "");
    EXPECT_THAT(config.bosh.content_types,
                ElementsAre("text/xml", "application/xml", "text/html", "text/plain"));
    EXPECT_EQ(config.http.max_head_bytes, 16U * 1024);
    EXPECT_EQ(config.http.idle_timeout, 75s);
    EXPECT_TRUE(config.cors.any_origin);
    EXPECT_FALSE(config.cors.allow_credentials);
    EXPECT_THAT(config.cors.origins, IsEmpty());
    EXPECT_EQ(config.domains.at(0).servers.at(0).port, 5222);
    EXPECT_TRUE(config.ws_enabled);
    EXPECT_EQ(config.ws_path, "/xmpp-websocket");
    EXPECT_TRUE(config.ws.any_origin);
    EXPECT_FALSE(config.ws.deflate);
    EXPECT_EQ(config.ws.fallback_domain, "example.org");
    EXPECT_EQ(config.workers, 0U);
    EXPECT_EQ(config.shutdown_grace, 5s);
    EXPECT_EQ(config.memory_budget_bytes, 512UL * 1024 * 1024);
}

// Rows: H-073
TEST(DefaultsTest, AnEmptyCorsElementAndAStarBothMeanEveryOrigin) {
    for (const char* inside : {"<cors/>", "<cors><origin>*</origin></cors>"}) {
        http::CorsPolicy cors =
            loaded(minimal_config("<bosh>" + std::string(inside) + "</bosh>")).cors;
        EXPECT_TRUE(cors.any_origin) << inside;
        EXPECT_THAT(cors.origins, IsEmpty()) << inside;
    }
}

// Rows: B-016, H-071
TEST(DefaultsTest, CompressionAllowsPagesToSayThatTheyCompress) {
    EXPECT_FALSE(loaded(minimal_config()).bosh.compression);
    EXPECT_THAT(loaded(minimal_config()).cors.extra_headers, IsEmpty());
    EXPECT_THAT(loaded(minimal_config("<bosh compression='true'/>")).cors.extra_headers,
                ElementsAre("Content-Encoding"));
    EXPECT_THAT(loaded(minimal_config("<bosh compression='true'><cors>"
                                      "<header>content-encoding</header></cors></bosh>"))
                    .cors.extra_headers,
                ElementsAre("content-encoding"));
}

// Rows: B-106
TEST(DefaultsTest, AShortWaitShortensTheGapTimeout) {
    EXPECT_EQ(loaded(minimal_config("<bosh wait='20s'/>")).bosh.gap_timeout, 20s);
    EXPECT_EQ(loaded(minimal_config("<bosh wait='90s'/>")).bosh.gap_timeout, 30s);
}

TEST(DefaultsTest, ARetiredDomainMayKeepItsServerWhichIsNotUsed) {
    cm::Config config = loaded(minimal_config(
        "<domain name='a.example' retired='true'><server host='h' port='1' tls='none'/>"
        "<route host='r' tls='none'/></domain>"));
    EXPECT_TRUE(config.domains.at(1).servers.empty());
    EXPECT_THAT(config.domains.at(1).routes, IsEmpty());
}

// Rows: U-054, U-055
TEST(ReadsConfigTest, HowServersAreReachedAndWatched) {
    cm::Config config =
        loaded(minimal_config("<upstream keepalive='90s' peer-timeout='1m'/>"
                              "<domain name='a.example' keepalive='20s' peer-timeout='5s'>"
                              "<server host='a' source=' 192.0.2.1  192.0.2.2\n2001:db8::1 '/>"
                              "<route host='::1' source='::2'/></domain>"
                              "<domain name='b.example' source='127.0.0.2'/>"));
    EXPECT_EQ(config.stream.keepalive, 90s);
    EXPECT_EQ(config.connect.peer_timeout, 60s);
    EXPECT_FALSE(config.domains.at(0).keepalive || config.domains.at(0).peer_timeout);
    const cm::DomainConfig& domain = config.domains.at(1);
    EXPECT_EQ(domain.keepalive, 20s);
    EXPECT_EQ(domain.peer_timeout, 5s);
    EXPECT_THAT(domain.servers.at(0).sources, ElementsAre("192.0.2.1", "192.0.2.2", "2001:db8::1"));
    EXPECT_THAT(domain.routes.at(0).sources, ElementsAre("::2"));
    EXPECT_THAT(config.domains.at(2).sources, ElementsAre("127.0.0.2"));
}

TEST(ReadsConfigTest, PartsInAnyOrderWithByteOrderMarkAndCdata) {
    cm::Config config =
        loaded("\xEF\xBB\xBF<?xml version='1.0' encoding='UTF-8'?>\n<c:boshcm "
               "xmlns:c='urn:boshcm:config:1'><c:memory/><c:domain name='b\xC3\xBC"
               "cher.example'><c:server tls='none' host='::1'/></c:domain><c:bosh><c:content-type>"
               "<![CDATA[text/xml]]></c:content-type></c:bosh><c:listener tls='proxy' port='1' "
               "address='::1'/></c:boshcm>");
    EXPECT_EQ(config.domains.at(0).name, "b\xC3\xBC"
                                         "cher.example");
    EXPECT_THAT(config.bosh.content_types, ElementsAre("text/xml"));
}

} // namespace
