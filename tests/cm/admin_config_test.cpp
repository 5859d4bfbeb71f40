// What <admin> may say.
// Rows: -
#include "cm/config_report.h"
#include "tests/cm/config_text.h"
#include "tests/tls/test_ca.h"

#include <gmock/gmock.h>

#include <filesystem>

using tests::loaded;
using tests::minimal_config;

namespace {

struct AdminConfigTest : testing::Test {
    std::string token_file(std::string_view content = "a-token-of-many-letters\n",
                           unsigned mode = 0600) {
        std::string name = files.write("token", content);
        std::filesystem::permissions(name, static_cast<std::filesystem::perms>(mode));
        return name;
    }
    static std::string fault_of(const std::string& element) {
        cm::LoadResult result = cm::load_text(minimal_config(element), "cm.xml");
        if (result) return "none";
        EXPECT_EQ(result.error().size(), 1U);
        return cm::to_string(result.error().front());
    }
    static std::vector<std::string> warnings_of(const std::string& element) {
        std::vector<std::string> texts;
        for (const cm::ConfigWarning& one : cm::warnings(loaded(minimal_config(element))))
            texts.push_back(one.text);
        return texts;
    }

    tests::TempFiles files;
};

TEST_F(AdminConfigTest, NothingIsOpenedByTcpUnlessAPortIsWritten) {
    admin::Settings settings = loaded(minimal_config()).admin;
    EXPECT_TRUE(settings.enabled);
    EXPECT_EQ(settings.path, "");
    EXPECT_EQ(settings.mode, 0660U);
    EXPECT_EQ(settings.address.port, 0);
    EXPECT_TRUE(settings.address.is_loopback());
}

TEST_F(AdminConfigTest, IsReadWhole) {
    std::string token = token_file();
    cm::Config config =
        loaded(minimal_config("<admin enabled='false' path='/run/a.sock' mode='600' address='::'\n"
                              "port='9280' token-file='" +
                              token + "'/>"));
    EXPECT_FALSE(config.admin.enabled);
    EXPECT_EQ(config.admin.path, "/run/a.sock");
    EXPECT_EQ(config.admin.mode, 0600U);
    EXPECT_EQ(config.admin.address.to_string(), "[::]:9280");
    EXPECT_EQ(config.admin.token_file, token);
    EXPECT_EQ(config.admin_line, 4);
    EXPECT_EQ(loaded(minimal_config("<admin port='9280'/>")).admin.address.to_string(),
              "127.0.0.1:9280");
}

TEST_F(AdminConfigTest, AnAddressThatOthersReachNeedsAToken) {
    EXPECT_EQ(fault_of("<admin address='192.0.2.1' port='9280'/>"),
              "cm.xml:4: <admin address=\"192.0.2.1\">: found an address that other hosts can "
              "reach, and no token, expected a token-file, or an address of loopback");
    EXPECT_EQ(fault_of("<admin address='::1' port='9280'/>"), "none");
    EXPECT_EQ(
        fault_of("<admin address='192.0.2.1' port='9280' token-file='" + token_file() + "'/>"),
        "none");
}

TEST_F(AdminConfigTest, AnAddressAloneOpensNothing) {
    EXPECT_THAT(warnings_of("<admin address='::1'/>"),
                testing::ElementsAre("without a port nothing is listened for there"));
    EXPECT_THAT(warnings_of("<admin address='127.0.0.1'/>"), testing::IsEmpty());
}

TEST_F(AdminConfigTest, TheFileMustHaveAToken) {
    EXPECT_THAT(fault_of("<admin token-file='/nowhere/token'/>"),
                testing::HasSubstr("/nowhere/token: it cannot be read"));
    EXPECT_THAT(fault_of("<admin token-file='" + token_file("short\n") + "'/>"),
                testing::HasSubstr("its first line is no token: 16 or more"));
}

TEST_F(AdminConfigTest, IsNotWhereClientsComeIn) {
    EXPECT_EQ(fault_of("<admin address='127.0.0.1' port='5280'/>"),
              "cm.xml:4: <admin port=\"5280\">: found the address and port 127.0.0.1:5280 a second "
              "time, expected each address and port once; the first is in line 2");
    EXPECT_EQ(fault_of("<listener path='/run/a.sock' tls='proxy'/>\n<admin path='/run/a.sock'/>"),
              "cm.xml:5: <admin path=\"/run/a.sock\">: found the path of a socket /run/a.sock a "
              "second time, expected each path of a socket once; the first is in line 4");
}

TEST_F(AdminConfigTest, WarnsOfATokenThatOthersMayRead) {
    EXPECT_THAT(warnings_of("<admin port='9280' token-file='" + token_file() + "'/>"),
                testing::IsEmpty());
    EXPECT_THAT(warnings_of("<admin port='9280' token-file='" +
                            token_file("a-token-of-many-letters\n", 0644) + "'/>"),
                testing::ElementsAre("everyone on this host can read it, so it keeps nobody out"));
    EXPECT_THAT(
        warnings_of("<admin address='192.0.2.1' port='9280' token-file='" + token_file() + "'/>"),
        testing::ElementsAre(testing::HasSubstr("everyone on the way reads the token")));
}

} // namespace
