// Rows: -
#include "tests/tls/tls_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::EndsWith;
using tests::TlsFixture;

namespace {

struct ClientContextTest : TlsFixture {
    static std::string fault(const tls::ClientSettings& settings) {
        auto context = tls::ClientContext::create(settings);
        return context ? "" : context.error();
    }
    static std::string fault_of_key_pair(const tls::KeyPairFiles& pair) {
        return fault({.ca_file = files.write("ca.pem", ca.certificate()), .key_pair = pair});
    }
};

TEST_F(ClientContextTest, TrustsWhatTheSystemTrusts) {
    EXPECT_EQ(fault({}), "");
}

TEST_F(ClientContextTest, NamesTheCaFileThatIsNotThere) {
    EXPECT_EQ(fault({.ca_file = files.path("no.pem")}),
              files.path("no.pem") + ": No such file or directory");
}

TEST_F(ClientContextTest, NamesTheCaFileThatIsNone) {
    EXPECT_EQ(fault({.ca_file = files.write("text.pem", "hello\n")}),
              files.path("text.pem") + ": no CA certificate in PEM form in it");
    EXPECT_EQ(fault({.ca_file = files.path("")}), files.path("") + ": not a file");
}

TEST_F(ClientContextTest, SaysWhatIsWrongWithAKeyPair) {
    tls::KeyPairFiles good = files.write("good", ca.issue({.usage = "clientAuth"}));
    tls::KeyPairFiles other = files.write("other", ca.issue({.usage = "clientAuth"}));
    EXPECT_EQ(fault_of_key_pair(good), "");
    EXPECT_EQ(fault_of_key_pair({good.chain_file, other.key_file}),
              other.key_file + ": a key that does not belong to the certificate");
    EXPECT_EQ(fault_of_key_pair({good.key_file, good.key_file}),
              good.key_file + ": no certificate in PEM form in it");
    EXPECT_EQ(fault_of_key_pair({good.chain_file, good.chain_file}),
              good.chain_file + ": no private key in PEM form in it");
    EXPECT_THAT(fault_of_key_pair({good.chain_file, files.path("no.key")}),
                EndsWith("no.key: No such file or directory"));
}

TEST_F(ClientContextTest, AsksNobodyForAPassphrase) {
    tls::KeyPairFiles pair = files.write("good", ca.issue({.usage = "clientAuth"}));
    std::string encrypted = files.write("encrypted.key", tests::encrypted_key());
    EXPECT_EQ(fault_of_key_pair({pair.chain_file, encrypted}),
              encrypted + ": a key that is encrypted with a passphrase");
}

} // namespace
