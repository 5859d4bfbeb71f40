// What is read of files is read once, for all who use it at the same time.
#include "cm/client_contexts.h"
#include "tests/tls/test_ca.h"

#include <gtest/gtest.h>

namespace {

struct ClientContextsTest : testing::Test {
    ClientContextsTest() { install(first_ca); }
    void install(const tests::TestCa& ca) { files.write("ca.pem", ca.certificate()); }
    cm::ClientContexts::Context of(const cm::ClientCertificate& certificate = {}) {
        auto found = contexts.of(files.path("ca.pem"), certificate);
        EXPECT_TRUE(found.has_value()) << found.error();
        return found.value_or(nullptr);
    }

    tests::TestCa first_ca{"First CA"};
    tests::TestCa second_ca{"Second CA, with a longer name"};
    tests::TempFiles files;
    cm::ClientContexts contexts;
};

// Rows: U-043
TEST_F(ClientContextsTest, IsTheSameAsLongAsTheFilesAre) {
    auto before = of();
    EXPECT_EQ(of(), before);
    install(second_ca);
    auto after = of();
    EXPECT_NE(after, before);
    EXPECT_EQ(of(), after);
}

// Rows: U-048
TEST_F(ClientContextsTest, IsAnotherWithAnotherCertificate) {
    auto pair = files.write("client", first_ca.issue({}));
    cm::ClientCertificate certificate{.chain = pair.chain_file, .key = pair.key_file};
    auto with = of(certificate);
    EXPECT_NE(with, of());
    EXPECT_EQ(with, of(certificate));
    std::ignore = files.write("client", second_ca.issue({.common_name = "renewed.example"}));
    EXPECT_NE(of(certificate), with);
}

// Rows: U-043
TEST_F(ClientContextsTest, TellsWhatIsWrongWithTheFilesAndThenReadsThemAgain) {
    auto before = of();
    files.write("ca.pem", "none");
    auto fault = contexts.of(files.path("ca.pem"), {});
    ASSERT_FALSE(fault.has_value());
    EXPECT_TRUE(fault.error().starts_with(files.path("ca.pem"))) << fault.error();
    install(first_ca);
    EXPECT_NE(of(), nullptr);
}

// Rows: U-043
TEST_F(ClientContextsTest, IsNotKeptWhenNobodyUsesIt) {
    std::weak_ptr<const tls::ClientContext> gone = of();
    EXPECT_TRUE(gone.expired());
    EXPECT_NE(of(), nullptr);
}

// Rows: U-043
TEST_F(ClientContextsTest, WhatTheSystemTrustsIsReadOnce) {
    auto context = contexts.of("", {});
    ASSERT_TRUE(context.has_value()) << context.error();
    EXPECT_EQ(*contexts.of("", {}), *context);
}

} // namespace
