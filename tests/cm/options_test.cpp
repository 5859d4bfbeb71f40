// Rows: -
#include "cm/options.h"
#include "tests/cm/command_line.h"

#include <gmock/gmock.h>

using testing::HasSubstr;
using tests::parse;

namespace {

template <class Kind>
std::string text_of(const cm::Options& options) {
    const Kind* kind = std::get_if<Kind>(&options);
    return kind != nullptr ? kind->text : "(another kind of option)";
}

TEST(OptionsTest, RunAndCheckTakeAConfigurationFile) {
    for (const char* flag : {"--config", "-c"}) {
        cm::Options run = parse({"run", flag, "a.xml"});
        ASSERT_TRUE(std::holds_alternative<cm::RunCommand>(run));
        EXPECT_EQ(std::get<cm::RunCommand>(run).config_file, "a.xml");
        cm::Options check = parse({"check", flag, "b.xml"});
        ASSERT_TRUE(std::holds_alternative<cm::CheckCommand>(check));
        EXPECT_EQ(std::get<cm::CheckCommand>(check).config_file, "b.xml");
    }
    EXPECT_EQ(std::get<cm::RunCommand>(parse({"run", "--config=c.xml"})).config_file, "c.xml");
}

TEST(OptionsTest, TheFileHasADefault) {
    EXPECT_EQ(std::get<cm::RunCommand>(parse({"run"})).config_file, "/etc/boshcm/cm.xml");
    EXPECT_EQ(std::get<cm::CheckCommand>(parse({"check"})).config_file, "/etc/boshcm/cm.xml");
}

TEST(OptionsTest, AProbeIsOfADomainAnAccountAndWays) {
    auto command = std::get<cm::ProbeCommand>(
        parse({"probe", "chat.example", "-c", "a.xml", "--account", "a@chat.example",
               "--password-file", "-", "--url", "https://w.example/b", "--ca-file", "ca.pem",
               "--dns", "192.0.2.53", "--timeout", "1500ms", "--json", "--web-only"}));
    EXPECT_EQ(command.domain, "chat.example");
    EXPECT_EQ(command.config_file, "a.xml");
    EXPECT_EQ(command.account, "a@chat.example");
    EXPECT_EQ(command.password_file, "-");
    EXPECT_EQ(command.url, "https://w.example/b");
    EXPECT_EQ(command.ca_file, "ca.pem");
    EXPECT_EQ(command.dns, "192.0.2.53");
    EXPECT_EQ(command.timeout, std::chrono::milliseconds(1500));
    EXPECT_TRUE(command.json && command.web_only && !command.native_only && !command.anonymous);
}

TEST(OptionsTest, AProbeHasDefaults) {
    auto command = std::get<cm::ProbeCommand>(parse({"probe"}));
    EXPECT_EQ(command.config_file, "");
    EXPECT_EQ(command.timeout, std::chrono::seconds(30));
    EXPECT_FALSE(command.json || command.web_only || command.native_only || command.anonymous);
}

TEST(OptionsTest, AProbeOfThingsThatDoNotGoTogether) {
    using Words = std::initializer_list<const char*>;
    for (Words words : {Words{"probe", "--account", "a"}, Words{"probe", "--password-file", "f"},
                        Words{"probe", "--native-only", "--web-only"},
                        Words{"probe", "--native-only", "--url", "http://a/"},
                        Words{"probe", "--anonymous", "--account", "a", "--password-file", "f"},
                        Words{"probe", "--timeout", "0s"}, Words{"probe", "--timeout", "30"}}) {
        EXPECT_THAT(text_of<cm::UsageFault>(parse(words)), HasSubstr("Try 'boshcm probe --help'"));
    }
}

TEST(OptionsTest, ADoctorWithEverything) {
    auto command = std::get<cm::DoctorCommand>(parse({"doctor",
                                                      "https://w.example/b",
                                                      "-c",
                                                      "a.xml",
                                                      "--websocket",
                                                      "wss://w.example/w",
                                                      "--domain",
                                                      "chat.example",
                                                      "--account",
                                                      "alice@chat.example",
                                                      "--password-file",
                                                      "secret",
                                                      "--front",
                                                      "haproxy",
                                                      "--origin",
                                                      "https://page.example",
                                                      "--ca-file",
                                                      "ca.pem",
                                                      "--dns",
                                                      "192.0.2.53",
                                                      "--resolve",
                                                      "w.example:443:192.0.2.1",
                                                      "--resolve",
                                                      "v.example:443:192.0.2.2",
                                                      "--hold",
                                                      "3s",
                                                      "--json"}));
    EXPECT_EQ(command.target, "https://w.example/b");
    EXPECT_EQ(command.config_file, "a.xml");
    EXPECT_EQ(command.websocket, "wss://w.example/w");
    EXPECT_EQ(command.domain, "chat.example");
    EXPECT_EQ(command.account, "alice@chat.example");
    EXPECT_EQ(command.password_file, "secret");
    EXPECT_EQ(command.front, "haproxy");
    EXPECT_EQ(command.origin, "https://page.example");
    EXPECT_EQ(command.ca_file, "ca.pem");
    EXPECT_EQ(command.dns, "192.0.2.53");
    EXPECT_THAT(command.resolve,
                testing::ElementsAre("w.example:443:192.0.2.1", "v.example:443:192.0.2.2"));
    EXPECT_EQ(command.hold, std::chrono::seconds(3));
    EXPECT_TRUE(command.json && !command.quick);
}

TEST(OptionsTest, ADoctorHoldsForAsLongAsProxiesUsuallyDo) {
    auto command = std::get<cm::DoctorCommand>(parse({"doctor", "chat.example"}));
    EXPECT_EQ(command.hold, std::chrono::seconds(65));
    EXPECT_THAT(text_of<cm::UsageFault>(parse({"doctor", "a", "--quick", "--hold", "3s"})),
                HasSubstr("Try 'boshcm doctor --help'"));
    EXPECT_THAT(text_of<cm::UsageFault>(parse({"doctor", "a", "--account", "alice@a"})),
                HasSubstr("Try 'boshcm doctor --help'"));
    EXPECT_THAT(text_of<cm::UsageFault>(parse({"doctor", "a", "--front", "iis"})),
                HasSubstr("Try 'boshcm doctor --help'"));
}

TEST(OptionsTest, TheVersionIsShownBothWays) {
    EXPECT_THAT(text_of<cm::ShowText>(parse({"version"})),
                testing::MatchesRegex("boshcm [0-9.]+\n"));
    EXPECT_EQ(text_of<cm::ShowText>(parse({"--version"})),
              text_of<cm::ShowText>(parse({"version"})));
}

TEST(OptionsTest, HelpIsTextAndNoExit) {
    std::string whole = text_of<cm::ShowText>(parse({"--help"}));
    for (const char* command : {"run", "check", "probe", "doctor", "version"})
        EXPECT_THAT(whole, HasSubstr(command));
    EXPECT_THAT(text_of<cm::ShowText>(parse({"run", "--help"})), HasSubstr("--config"));
    EXPECT_THAT(text_of<cm::ShowText>(parse({"check", "-h"})), HasSubstr("/etc/boshcm/cm.xml"));
    EXPECT_THAT(text_of<cm::ShowText>(parse({"version", "--help"})),
                HasSubstr("Print the version"));
}

TEST(OptionsTest, AMistakeSaysWhatToDo) {
    EXPECT_THAT(text_of<cm::UsageFault>(parse({})), HasSubstr("Try 'boshcm --help'"));
    EXPECT_THAT(text_of<cm::UsageFault>(parse({"serve"})), HasSubstr("Try 'boshcm --help'"));
    EXPECT_THAT(text_of<cm::UsageFault>(parse({"run", "--config"})),
                testing::AllOf(HasSubstr("--config"), HasSubstr("Try 'boshcm run --help'")));
    EXPECT_THAT(text_of<cm::UsageFault>(parse({"check", "--port", "1"})),
                testing::AllOf(HasSubstr("--port"), HasSubstr("Try 'boshcm check --help'")));
    EXPECT_THAT(text_of<cm::UsageFault>(parse({"run", "check"})), HasSubstr("boshcm: "));
}

} // namespace
