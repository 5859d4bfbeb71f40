// Rows: -
#include "tests/tls/tls_fixture.h"

#include <gtest/gtest.h>

using tests::TlsEnd;
using tests::TlsFixture;

namespace {

struct SharedCertificatesTest : TlsFixture {
    std::shared_ptr<const tls::ClientContext> ours = trusting_client();

    std::unique_ptr<TlsEnd> connect(const tests::KeyPair& shown, const std::string& domain) {
        tests::MemoryPair wires;
        base::Env services = env.env();
        auto near = std::make_unique<TlsEnd>();
        TlsEnd far;
        near->transport =
            tls::TlsTransport::connect(services, wires.open_left(), ours, to_domain(domain), *near);
        far.transport =
            tls::TlsTransport::accept(services, wires.open_right(), server_context(shown), far);
        wires.pump();
        return near;
    }
};

TEST_F(SharedCertificatesTest, AKnownCertificateIsCheckedLikeAnyOther) {
    auto pair = ca.issue({.dns = {"a.example"}});
    auto first = connect(pair, "a.example");
    EXPECT_EQ(first->secured, 1);
    auto again = connect(pair, "a.example");
    EXPECT_EQ(again->secured, 1);
    EXPECT_EQ(connect(pair, "b.example")->tls_fault(), tls::Fault::WrongName);
    EXPECT_EQ(again->transport->peer_facts().chain.at(0).names.to_string(), "a.example");
}

TEST_F(SharedCertificatesTest, OneThatWasRefusedIsRefusedAgain) {
    auto pair = tests::self_signed({.dns = {"a.example"}});
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(connect(pair, "a.example")->tls_fault(), tls::Fault::SelfSigned);
    }
}

TEST_F(SharedCertificatesTest, AConnectionKeepsItsCertificateWhenTheOthersHaveGone) {
    auto pair = ca.issue({.dns = {"a.example"}});
    auto first = connect(pair, "a.example");
    auto second = connect(pair, "a.example");
    first.reset();
    ours.reset();
    EXPECT_EQ(second->transport->peer_facts().chain.at(0).subject, "CN=Test");
}

} // namespace
