// What <webhooks> may say.
// Rows: -
#include "cm/config_report.h"
#include "tests/cm/config_text.h"
#include "tests/tls/test_ca.h"

#include <gmock/gmock.h>

#include <filesystem>

using testing::ElementsAre;
using testing::HasSubstr;
using tests::loaded;
using tests::minimal_config;

namespace {

struct WebhookConfigTest : testing::Test {
    WebhookConfigTest() { allow_only_the_owner(secret_file); }
    static void allow_only_the_owner(const std::string& name) {
        std::filesystem::permissions(name, std::filesystem::perms{0600});
    }
    // In line 5.
    [[nodiscard]] std::string config(const std::string& attributes) const {
        return minimal_config("<webhooks>\n<webhook " + attributes + "/>\n</webhooks>");
    }
    [[nodiscard]] std::string with_secret(const std::string& attributes) const {
        return config(attributes + " secret-file='" + secret_file + "'");
    }
    static std::vector<std::string> faults_of(const std::string& text) {
        std::vector<std::string> lines;
        cm::LoadResult result = cm::load_text(text, "cm.xml");
        if (!result)
            for (const cm::ConfigError& error : result.error())
                lines.push_back(cm::to_string(error));
        return lines;
    }

    tests::TempFiles files;
    std::string secret_file =
        files.write("hook.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
};

TEST_F(WebhookConfigTest, IsReadWhole) {
    EXPECT_TRUE(loaded(minimal_config()).hooks.empty());
    std::string ca = files.write("ca.pem", tests::TestCa("Test CA").certificate());
    cm::Config config = loaded(minimal_config(
        "<webhooks node='front-1' limit-interval='5m'>"
        "<webhook name='one' url='http://10.0.0.1/a?b=c' secret-file='" +
        secret_file + "' ca-file='" + ca +
        "' events='session.ended  limit.hit' allow-private='true' allow-clear='true' "
        "client-address='true' timeout='3s' connections='2' queue='50' max-age='2h' "
        "max-attempts='7' first-pause='2s' longest-pause='1m'/></webhooks>"));
    EXPECT_EQ(config.webhooks.node, "front-1");
    EXPECT_EQ(config.webhooks.limit_interval, std::chrono::minutes(5));
    ASSERT_EQ(config.hooks.size(), 1U);
    const hooks::Settings& hook = config.hooks.front();
    hooks::KindSet events;
    events.add(hooks::Kind::Ended);
    events.add(hooks::Kind::LimitHit);
    EXPECT_EQ(hook, (hooks::Settings{.name = "one",
                                     .url = "http://10.0.0.1/a?b=c",
                                     .secret_file = secret_file,
                                     .events = events,
                                     .ca_file = ca,
                                     .allow_private = true,
                                     .allow_clear = true,
                                     .client_address = true,
                                     .timeout = std::chrono::seconds(3),
                                     .connections = 2,
                                     .queue = 50,
                                     .max_age = std::chrono::hours(2),
                                     .max_attempts = 7,
                                     .first_pause = std::chrono::seconds(2),
                                     .longest_pause = std::chrono::minutes(1),
                                     .line = hook.line}));
    EXPECT_EQ(loaded(cm::effective_xml(config)).hooks.size(), 1U);
}

TEST_F(WebhookConfigTest, ItsNameIsThatOfItsHostUnlessItHasOne) {
    EXPECT_EQ(loaded(with_secret("url='https://hooks.example/a'")).hooks.front().name,
              "hooks.example");
    std::string hook = "<webhook url='https://hooks.example/a' secret-file='" + secret_file + "' ";
    EXPECT_THAT(
        faults_of(minimal_config("<webhooks>\n" + hook + "/>\n" + hook + "/>\n</webhooks>")),
        ElementsAre("cm.xml:6: <webhook url=\"https://hooks.example/a\">: found the name "
                    "hooks.example a second time, expected a name for each, where several are at "
                    "one host; the first is in line 5"));
    EXPECT_THAT(faults_of(minimal_config("<webhooks>\n" + hook + "/>\n" + hook +
                                         "name='other'/>\n</webhooks>")),
                ElementsAre());
}

TEST_F(WebhookConfigTest, LeadsOnlyWhereItMay) {
    EXPECT_THAT(faults_of(with_secret("url='http://hooks.example/'")),
                ElementsAre(HasSubstr("cm.xml:5: <webhook url=\"http://hooks.example/\">: found "
                                      "\"http://hooks.example/\": plain HTTP, expected an https "
                                      "URL of a public address; with allow-private")));
    EXPECT_THAT(faults_of(with_secret("url='https://192.168.1.1/'")),
                ElementsAre(HasSubstr("private addresses are refused")));
    EXPECT_THAT(faults_of(with_secret("url='https://2130706433/'")),
                ElementsAre(HasSubstr("loopback addresses are refused")));
    EXPECT_THAT(faults_of(with_secret("url='https://192.168.1.1/' allow-private='true'")),
                ElementsAre());
    EXPECT_THAT(faults_of(with_secret("url='ftp://hooks.example/'")),
                ElementsAre(HasSubstr("expected an absolute http or https URI")));
    EXPECT_THAT(faults_of(with_secret("url='https://user:pass@hooks.example/'")),
                ElementsAre(HasSubstr("expected an absolute http or https URI")));
}

TEST_F(WebhookConfigTest, ItsSecretsAreThereAndForNobodyElse) {
    constexpr const char* kUrl = "url='https://hooks.example/' ";
    EXPECT_THAT(faults_of(config(kUrl)), ElementsAre(HasSubstr("secret-file")));
    EXPECT_THAT(faults_of(config(std::string(kUrl) + "secret-file='/nowhere/secret'")),
                ElementsAre("cm.xml:5: <webhook secret-file=\"/nowhere/secret\">: found "
                            "/nowhere/secret: No such file or directory, expected a file that this "
                            "user may read and others may not, with one secret or two, a line "
                            "each: whsec_ and 24 to 64 bytes in base64"));
    std::filesystem::permissions(secret_file, std::filesystem::perms{0644});
    EXPECT_THAT(faults_of(with_secret(kUrl)),
                ElementsAre(HasSubstr("everyone on this host may read or change it")));
    std::string bad = files.write("bad", "whsec_dGhpcyBpcyBubyBzZWNyZXQ=\n");
    allow_only_the_owner(bad);
    std::vector<std::string> faults =
        faults_of(config(std::string(kUrl) + "secret-file='" + bad + "'"));
    EXPECT_THAT(faults, ElementsAre(HasSubstr("line 1 is no secret")));
    EXPECT_EQ(faults[0].find("dGhp"), std::string::npos) << "a secret is not shown";
}

TEST_F(WebhookConfigTest, ItsEventsAreKnownAndEachOnce) {
    constexpr const char* kUrl = "url='https://hooks.example/' ";
    for (const char* events : {"session.started", "", "session.ended session.ended"}) {
        EXPECT_THAT(faults_of(with_secret(std::string(kUrl) + "events='" + events + "'")),
                    ElementsAre(HasSubstr("expected session.opened, session.authenticated, "
                                          "session.ended and limit.hit, one or several with blanks "
                                          "between them, each once")))
            << events;
    }
}

TEST_F(WebhookConfigTest, ItsPausesGrow) {
    EXPECT_THAT(
        faults_of(with_secret("url='https://hooks.example/' first-pause='2m' longest-pause='1m'")),
        ElementsAre("cm.xml:5: <webhook first-pause=\"2m\">: found first-pause 120s and "
                    "longest-pause 60s, expected first-pause not longer than longest-pause"));
}

TEST_F(WebhookConfigTest, WarnsOfWhatOthersCanRead) {
    cm::Config config = loaded(with_secret("url='http://hooks.example/' allow-clear='true'"));
    std::vector<cm::ConfigWarning> found = cm::warnings(config);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].line, 5);
    EXPECT_THAT(found[0].text, HasSubstr("everyone on the way reads"));
}

} // namespace
