// No drift: schema, structs and sample say the same. The manual page is compared by
// man_page_test.py.
// Rows: -
#include "cm/config_keys.h"
#include "cm/config_report.h"
#include "cm/schema.h"
#include "cm/spelling.h"
#include "tests/cm/config_text.h"
#include "tests/tls/test_ca.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <set>

using tests::loaded;

namespace {

using KeyName = std::pair<std::string_view, std::string_view>;

// Each key's default in the schema is what the struct itself begins with.
template <class Owner>
void compare(std::string_view element, std::span<const cm::ConfigKey<Owner>> keys,
             std::set<KeyName>& seen) {
    for (const cm::ConfigKey<Owner>& key : keys) {
        SCOPED_TRACE(std::string(element) + " " + std::string(key.name));
        seen.insert({element, key.name});
        const cm::SchemaKey* schema = cm::find_schema_key(element, key.name);
        ASSERT_NE(schema, nullptr) << "not in conf/cm.xsd";
        if (schema->required) continue;
        if (schema->default_value.empty()) {
            EXPECT_EQ(key.spell(Owner{}), "");
            continue;
        }
        Owner owner;
        ASSERT_TRUE(key.read(owner, schema->default_value));
        EXPECT_EQ(key.spell(owner), key.spell(Owner{})) << "the struct has another default";
        EXPECT_TRUE(cm::in_range(*schema, schema->default_value));
        if (schema->min.empty()) continue;
        for (std::string_view end : {schema->min, schema->max}) {
            EXPECT_TRUE(key.read(owner, end)) << end;
            EXPECT_TRUE(cm::in_range(*schema, end)) << end;
        }
    }
}

TEST(SchemaTest, EveryAttributeIsAMemberWithTheSameDefault) {
    std::set<KeyName> seen;
    compare("log", cm::log_keys(), seen);
    compare("http", cm::http_keys(), seen);
    compare("limits", cm::limits_keys(), seen);
    compare("discovery", cm::discovery_keys(), seen);
    compare("bosh", cm::bosh_keys(), seen);
    compare("cors", cm::cors_keys(), seen);
    compare("upstream", cm::upstream_keys(), seen);
    compare("websocket", cm::websocket_keys(), seen);
    compare("workers", cm::workers_keys(), seen);
    compare("shutdown", cm::shutdown_keys(), seen);
    compare("memory", cm::memory_keys(), seen);
    compare("admin", cm::admin_keys(), seen);
    compare("listener", cm::listener_keys(), seen);
    compare("certificate", cm::certificate_keys(), seen);
    compare("domain", cm::domain_keys(), seen);
    compare("server", cm::server_keys(), seen);
    compare("route", cm::route_keys(), seen);
    compare("static", cm::static_keys(), seen);
    compare("webhooks", cm::webhooks_keys(), seen);
    compare("webhook", cm::webhook_keys(), seen);
    for (const cm::SchemaKey& key : cm::schema_keys()) {
        if (key.attribute.empty() || key.element == "deny") continue; // a list, not a member
        EXPECT_TRUE(seen.contains({key.element, key.attribute}))
            << key.element << " " << key.attribute << " is in conf/cm.xsd only";
    }
}

TEST(SchemaTest, EveryElementIsReadOrHoldsWhatIsRead) {
    // An element that the reader passed over would be missing from the effective configuration.
    tests::TempFiles files;
    std::string secret = files.write("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    std::filesystem::permissions(secret, std::filesystem::perms{0600});
    tls::KeyPairFiles pair = files.write("server", tests::TestCa("Test CA").issue({}));
    std::string all = cm::effective_xml(loaded(tests::minimal_config(
        "<listener address='::1' port='443' tls='own'><certificate chain='" + pair.chain_file +
        "' key='" + pair.key_file +
        "'/></listener>"
        "<http><trusted-proxy>::1</trusted-proxy><host>a</host></http><discovery bosh='https://a'/>"
        "<bosh><cors><origin>null</origin><header>X</header></cors></bosh>"
        "<websocket><origin>null</origin></websocket><static path='/' "
        "directory='/'/><domain name='a.example'><server host='a' tls='none'/><route host='b' "
        "tls='none'/></domain><domain name='*'><deny network='203.0.113.0/24'/></domain>"
        "<webhooks><webhook url='https://a/' secret-file='" +
        secret + "'/></webhooks>")));
    for (const cm::SchemaElement& element : cm::schema_elements())
        EXPECT_THAT(all, testing::HasSubstr("<" + std::string(element.name))) << element.name;
}

TEST(SchemaTest, EveryTypeSaysWhatItExpects) {
    for (const cm::SchemaKey& key : cm::schema_keys())
        EXPECT_FALSE(key.expected.empty()) << key.element << " " << key.attribute;
}

TEST(SampleTest, LoadsAndShowsTheDefaults) {
    cm::LoadResult sample = cm::load(BOSHCM_SAMPLE);
    ASSERT_TRUE(sample) << cm::to_string(sample.error().at(0));
    EXPECT_TRUE(cm::warnings(*sample).empty());
    ASSERT_EQ(sample->listeners.size(), 1U);
    EXPECT_TRUE(sample->listeners[0].address.is_loopback());
    EXPECT_EQ(sample->listeners[0].tls, cm::ListenerConfig::Tls::Proxy);
    cm::Config defaults;
    defaults.listeners = sample->listeners;
    EXPECT_EQ(sample->proxies.trusted.at(0).to_string(), "127.0.0.1");
    defaults.proxies = sample->proxies;
    defaults.domains = sample->domains;
    EXPECT_EQ(cm::effective_xml(*sample), cm::effective_xml(defaults));
}

} // namespace
