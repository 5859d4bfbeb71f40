// What a file says of HTTPS that cannot be, and of files that will not do.
#include "cm/config_report.h"
#include "tests/cm/config_text.h"
#include "tests/tls/test_ca.h"

#include <gmock/gmock.h>

#include <filesystem>

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::errors_of;
using tests::minimal_config;

namespace {

struct CertificateConfigTest : testing::Test {
    // A configuration with this listener in line 4.
    static std::string listener(const std::string& attributes, const std::string& children = "") {
        return minimal_config("<listener address='::1' port='443' " + attributes + ">" + children +
                              "</listener>");
    }
    static std::string certificate(const tls::KeyPairFiles& pair) {
        return "<certificate chain='" + pair.chain_file + "' key='" + pair.key_file + "'/>";
    }
    static tls::KeyPairFiles pair(const std::string& name,
                                  const tests::CertificateWish& wish = {}) {
        return files.write(name, ca.issue(wish));
    }

    static inline const tests::TestCa ca{"Test CA"};
    static inline const tests::TempFiles files;
};

constexpr const char* kChain =
    "expected a certificate and those of its issuers, in PEM, that this user may read";
constexpr const char* kKey = "expected the private key of the certificate in chain, in PEM without "
                             "a passphrase, that this user may read";

// Rows: S-020
TEST_F(CertificateConfigTest, GoodFilesAreTakenAndPrintedByTheirFullNames) {
    tls::KeyPairFiles good = pair("good");
    auto config = tests::loaded(listener("tls='own' profile='modern' client-ca='" +
                                             files.write("ca.pem", ca.certificate()) + "'",
                                         certificate(good)));
    ASSERT_EQ(config.listeners.size(), 2U);
    const cm::ListenerConfig& own = config.listeners[1];
    EXPECT_EQ(own.tls, cm::ListenerConfig::Tls::Own);
    EXPECT_EQ(own.profile, tls::Profile::Modern);
    ASSERT_EQ(own.certificates.size(), 1U);
    EXPECT_EQ(own.certificates[0], good);
    EXPECT_EQ(own.certificates[0].line, 4);
    std::string xml = cm::effective_xml(config);
    EXPECT_THAT(xml,
                testing::HasSubstr("tls=\"own\" http2=\"true\" profile=\"modern\" client-ca=\""));
    EXPECT_THAT(xml, testing::HasSubstr("    <certificate chain=\"" + good.chain_file +
                                        "\" key=\"" + good.key_file + "\"/>\n  </listener>\n"));
    EXPECT_THAT(errors_of(xml), IsEmpty());
}

// Rows: S-020
TEST_F(CertificateConfigTest, EachFileMustDo) {
    tls::KeyPairFiles good = pair("good"), other = pair("other");
    EXPECT_THAT(errors_of(listener("tls='own'", certificate({good.chain_file, other.key_file}))),
                ElementsAre("cm.xml:4: <certificate key=\"" + other.key_file + "\">: found " +
                            other.key_file + ": a key that does not belong to the certificate, " +
                            kKey));
    EXPECT_THAT(errors_of(listener("tls='own'", certificate({"/no.pem", good.key_file}))),
                ElementsAre(std::string("cm.xml:4: <certificate chain=\"/no.pem\">: found /no.pem: "
                                        "No such file or directory, ") +
                            kChain));
    EXPECT_THAT(
        errors_of(listener("tls='own' client-ca='" + good.key_file + "'", certificate(good))),
        ElementsAre("cm.xml:4: <listener client-ca=\"" + good.key_file + "\">: found " +
                    good.key_file +
                    ": no CA certificate in PEM form in it, expected a file of certificates in "
                    "PEM that this user may read"));
}

// Rows: S-020
TEST_F(CertificateConfigTest, NoneIsThereTwice) {
    tls::KeyPairFiles ecdsa = pair("ecdsa", {.dns = {"a.example"}});
    tls::KeyPairFiles rsa = pair("rsa", {.dns = {"a.example"}, .rsa = true});
    tls::KeyPairFiles again = pair("again", {.dns = {"a.example"}});
    EXPECT_THAT(errors_of(listener("tls='own'", certificate(ecdsa) + certificate(rsa))), IsEmpty());
    EXPECT_THAT(
        errors_of(listener("tls='own'",
                           certificate(ecdsa) + certificate(rsa) + "\n" + certificate(again))),
        ElementsAre("cm.xml:5: <certificate chain=\"" + again.chain_file +
                    "\">: found a certificate for the same names and kind of key as that in line "
                    "4, expected one for other names, or an ECDSA certificate beside an RSA one"));
}

// Rows: S-020
TEST_F(CertificateConfigTest, WhatHelpsNobodyIsSaid) {
    tls::KeyPairFiles good = pair("good"), old = pair("old", {.from = -48h, .until = -24h});
    auto said = [&](const tls::KeyPairFiles& one) {
        std::vector<std::string> lines;
        for (const auto& each :
             cm::warnings(tests::loaded(listener("tls='own'", certificate(one)))))
            lines.push_back(cm::to_string(each, "cm.xml"));
        return lines;
    };
    std::filesystem::permissions(good.key_file, std::filesystem::perms{0640});
    std::filesystem::permissions(old.key_file, std::filesystem::perms{0600});
    EXPECT_THAT(said(good), IsEmpty());
    EXPECT_THAT(said(old), ElementsAre(testing::AllOf(
                               testing::StartsWith("cm.xml:4: warning: <certificate chain=\"" +
                                                   old.chain_file +
                                                   "\">: a certificate that "
                                                   "expired on 2"),
                               testing::EndsWith(": clients will not accept it"))));
    std::filesystem::permissions(good.key_file, std::filesystem::perms{0644});
    EXPECT_THAT(said(good), ElementsAre("cm.xml:4: warning: <certificate key=\"" + good.key_file +
                                        "\">: every user of this host can read the key"));
}

// Rows: S-020
TEST_F(CertificateConfigTest, CertificatesAndTlsOfOurOwnGoTogether) {
    EXPECT_THAT(errors_of(listener("tls='own'")),
                ElementsAre("cm.xml:4: <listener tls=\"own\">: found no <certificate> in it, "
                            "expected one or more, each with chain and key"));
    EXPECT_THAT(errors_of(listener("tls='proxy'", certificate(pair("good")))),
                ElementsAre(testing::HasSubstr(
                    "found a certificate for a listener without TLS of its own, expected "
                    "tls=\"own\" on the <listener>, or no <certificate>")));
    EXPECT_THAT(errors_of(listener("tls='none' profile='modern'")),
                ElementsAre("cm.xml:4: <listener profile=\"modern\">: found the attribute at a "
                            "listener without TLS of its own, expected profile only together with "
                            "tls=\"own\""));
}

} // namespace
