// Rows: -
#include "hooks/secrets.h"
#include "tests/tls/test_ca.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace {

using hooks::Secrets;
using testing::HasSubstr;

// The example that the libraries of Standard Webhooks are tested with.
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::chrono::seconds kTime{1614265330};
constexpr const char* kBody = R"({"test": 2432232314})";
constexpr const char* kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr const char* kOther = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

std::string signature_with(const std::string& text) {
    auto secrets = Secrets::parse(text);
    return secrets ? secrets->sign(kId, kTime, kBody) : secrets.error();
}

TEST(SecretsTest, SignsAsThePublishedExample) {
    EXPECT_EQ(signature_with(kSecret), kSignature);
    EXPECT_EQ(signature_with("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\r\n"), kSignature);
    EXPECT_EQ(signature_with(std::string("# since March\n\n  ") + kSecret + " \n"), kSignature);
}

TEST(SecretsTest, SignsWithBothWhileOneTakesTheOthersPlace) {
    std::string other = signature_with(kOther);
    EXPECT_NE(other, kSignature);
    EXPECT_EQ(signature_with(std::string(kOther) + "\n" + kSecret + "\n"),
              other + " " + kSignature);
}

TEST(SecretsTest, SaysWhatIsWrongWithoutASecretInIt) {
    EXPECT_EQ(signature_with(""), "there is no secret in it");
    EXPECT_EQ(signature_with("# none\n"), "there is no secret in it");
    EXPECT_EQ(signature_with(std::string(kSecret) + "\nwhsec_short\n"),
              "line 2 is no secret: whsec_ and 24 to 64 bytes in base64");
    EXPECT_THAT(signature_with("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY="), // 23 bytes
                HasSubstr("line 1 is no secret"));
    EXPECT_THAT(signature_with("whsec_" + std::string(88, 'A')), // 66 bytes
                HasSubstr("line 1 is no secret"));
    std::string line = std::string(kSecret) + "\n";
    EXPECT_EQ(signature_with(line + line + line), "there are more than two secrets in it");
}

struct SecretsFileTest : testing::Test {
    std::string file(unsigned mode, const std::string& text = kSecret) {
        std::string name = files.write("secret", text);
        std::filesystem::permissions(name, static_cast<std::filesystem::perms>(mode));
        return name;
    }
    tests::TempFiles files;
};

TEST_F(SecretsFileTest, IsForNobodyElse) {
    for (unsigned mode : {0600U, 0640U, 0440U}) EXPECT_TRUE(Secrets::load(file(mode))) << mode;
    for (unsigned mode : {0644U, 0604U, 0602U}) {
        auto secrets = Secrets::load(file(mode));
        ASSERT_FALSE(secrets);
        EXPECT_EQ(secrets.error(), "everyone on this host may read or change it");
    }
}

TEST_F(SecretsFileTest, HasToBeAFile) {
    EXPECT_EQ(Secrets::load("/nowhere/secret").error(), "No such file or directory");
    EXPECT_FALSE(Secrets::load(std::filesystem::temp_directory_path()));
}

} // namespace
