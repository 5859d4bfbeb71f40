// Which certificates a client of ours accepts, in whole handshakes with a server that shows them.
#include "tests/tls/tls_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::HasSubstr;
using tests::CertificateWish;
using tests::KeyPair;
using tests::TlsEnd;
using tests::TlsFixture;
using tls::Fault;

using namespace std::chrono_literals;

namespace {

struct PeerCheckTest : TlsFixture {
    // The client's verdict on a server that shows `shown`, being asked for `parameters`.
    Fault verdict(const KeyPair& shown, const tls::ClientParameters& parameters) {
        tests::MemoryPair wires;
        base::Env services = env.env();
        TlsEnd far;
        near = {};
        near.transport = tls::TlsTransport::connect(services, wires.open_left(), trusting_client(),
                                                    parameters, near);
        far.transport =
            tls::TlsTransport::accept(services, wires.open_right(), server_context(shown), far);
        wires.pump();
        EXPECT_EQ(near.secured + near.failed, 1);
        if (near.secured == 1) {
            EXPECT_EQ(far.secured, 1);
            EXPECT_EQ(near.transport->explanation(), "");
            return Fault::None;
        }
        // The server hears why: an alert of the handshake, not a silent end.
        EXPECT_EQ(far.secured == 1 ? far.closed : far.failed, 1);
        EXPECT_EQ(far.tls_fault(), Fault::AlertFromPeer);
        return near.tls_fault();
    }
    Fault verdict(const CertificateWish& wish, const std::string& domain) {
        return verdict(ca.issue(wish), to_domain(domain));
    }

    TlsEnd near;
};

// Rows: U-043
TEST_F(PeerCheckTest, AcceptsACertificateForTheDomain) {
    EXPECT_EQ(verdict({.dns = {"b.example", "a.example"}}, "a.example"), Fault::None);
    EXPECT_EQ(verdict({.dns = {"a.example"}, .rsa = true}, "a.example"), Fault::None);
}

// Rows: U-043, U-046
TEST_F(PeerCheckTest, RefusesAnotherName) {
    EXPECT_EQ(verdict({.dns = {"a.example", "b.example"}}, "c.example"), Fault::WrongName);
    EXPECT_EQ(near.explanation, "the certificate is for a.example, b.example, not for c.example");
}

// Rows: U-044
TEST_F(PeerCheckTest, AcceptsAnSrvIdOrAnXmppAddrAlone) {
    EXPECT_EQ(verdict({.srv = {"_xmpp-client.a.example"}}, "a.example"), Fault::None);
    EXPECT_EQ(verdict({.srv = {"_xmpp-server.a.example"}}, "a.example"), Fault::WrongName);
    EXPECT_EQ(verdict({.xmpp = {"a.example"}}, "a.example"), Fault::None);
    EXPECT_EQ(verdict(ca.issue({.xmpp = {"bücher.example"}}),
                      {.identity = {.domain = "xn--bcher-kva.example",
                                    .unicode_domain = "bücher.example"}}),
              Fault::None);
    EXPECT_EQ(verdict({.addresses = {"192.0.2.7"}}, "192.0.2.7"), Fault::None);
}

// Rows: U-044
TEST_F(PeerCheckTest, ANulByteHidesNothing) {
    using namespace std::string_literals;
    EXPECT_EQ(verdict({.dns = {"a.example\0.evil.example"s}}, "a.example"), Fault::WrongName);
}

// Rows: U-044
TEST_F(PeerCheckTest, NeverLooksAtTheCommonName) {
    EXPECT_EQ(verdict({.common_name = "a.example"}, "a.example"), Fault::WrongName);
    EXPECT_EQ(near.explanation, "the certificate is for no name, not for a.example");
    EXPECT_EQ(verdict({.common_name = "a.example", .dns = {"b.example"}}, "a.example"),
              Fault::WrongName);
}

// Rows: U-045
TEST_F(PeerCheckTest, TakesAWildcardForOneLabel) {
    EXPECT_EQ(verdict({.dns = {"*.a.example"}}, "b.a.example"), Fault::None);
    EXPECT_EQ(verdict({.dns = {"*.a.example"}}, "a.example"), Fault::WrongName);
    EXPECT_EQ(verdict({.dns = {"*.a.example"}}, "c.b.a.example"), Fault::WrongName);
}

// Rows: U-046
TEST_F(PeerCheckTest, RefusesWhatIsOutOfItsTime) {
    EXPECT_EQ(verdict({.dns = {"a.example"}, .from = -48h, .until = -24h}, "a.example"),
              Fault::Expired);
    auto yesterday =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - 24h;
    EXPECT_EQ(near.explanation, "the certificate of CN=Test expired on " + tls::to_date(yesterday));
    EXPECT_EQ(verdict({.dns = {"a.example"}, .from = 24h, .until = 48h}, "a.example"),
              Fault::NotYetValid);
    EXPECT_THAT(near.explanation, HasSubstr("the certificate of CN=Test is not valid before 2"));
}

// Rows: U-043, U-046
TEST_F(PeerCheckTest, RefusesWhatNoTrustedAuthorityIssued) {
    tests::TestCa other("Other CA");
    EXPECT_EQ(verdict(other.issue({.dns = {"a.example"}}), to_domain("a.example")),
              Fault::UnknownIssuer);
    EXPECT_EQ(near.explanation,
              "the certificate of CN=Test is issued by CN=Other CA, which is not trusted");
    EXPECT_EQ(verdict(tests::self_signed({.dns = {"a.example"}}), to_domain("a.example")),
              Fault::SelfSigned);
    EXPECT_EQ(near.explanation,
              "the certificate of CN=Test is signed by itself and is not trusted");
    // The same name as the trusted one, but another key.
    tests::TestCa impostor("Test CA");
    EXPECT_NE(verdict(impostor.issue({.dns = {"a.example"}}), to_domain("a.example")), Fault::None);
}

// Rows: U-046
TEST_F(PeerCheckTest, RefusesACertificateForClients) {
    EXPECT_EQ(verdict({.dns = {"a.example"}, .usage = "clientAuth"}, "a.example"),
              Fault::WrongUsage);
    EXPECT_THAT(near.explanation, HasSubstr("extended key usage"));
}

// Rows: U-043
TEST_F(PeerCheckTest, FollowsAnIntermediateAuthority) {
    tests::KeyPair middle = ca.issue({.common_name = "Middle", .is_ca = true});
    tests::KeyPair leaf = tests::issue(middle, {.dns = {"a.example"}});
    EXPECT_EQ(verdict(leaf, to_domain("a.example")), Fault::UnknownIssuer);
    leaf.issuers = middle.certificate;
    EXPECT_EQ(verdict(leaf, to_domain("a.example")), Fault::None);
    ASSERT_EQ(near.transport->peer_facts().chain.size(), 2U);
    // One that is no authority issues nothing.
    tests::KeyPair no_authority = ca.issue({.dns = {"b.example"}});
    tests::KeyPair forged = tests::issue(no_authority, {.dns = {"a.example"}});
    forged.issuers = no_authority.certificate;
    EXPECT_NE(verdict(forged, to_domain("a.example")), Fault::None);
}

// Rows: U-046
TEST_F(PeerCheckTest, PinsReplaceAllOtherChecks) {
    tests::KeyPair pinned = tests::self_signed({.dns = {"b.example"}, .from = -48h, .until = -24h});
    tls::ClientParameters parameters = to_domain("a.example");
    parameters.pins = {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
    EXPECT_EQ(verdict(pinned, parameters), Fault::PinMismatch);
    // The sentence has what an operator would pin.
    std::string own = near.explanation.substr(std::string_view("the server's key is ").size(), 44);
    EXPECT_EQ(near.explanation, "the server's key is " + own + ", which is not pinned");
    parameters.pins.push_back(own);
    EXPECT_EQ(verdict(pinned, parameters), Fault::None);
    EXPECT_EQ(near.transport->peer_facts().chain.at(0).spki_sha256, own);
    // A good certificate does not help against a pin.
    EXPECT_EQ(verdict(ca.issue({.dns = {"a.example"}}), parameters), Fault::PinMismatch);
}

// Rows: U-043
TEST_F(PeerCheckTest, TellsWhatThePeerShowed) {
    EXPECT_EQ(verdict({.common_name = "Server", .dns = {"a.example"}, .srv = {"_xmpp-client.b"}},
                      "a.example"),
              Fault::None);
    tls::PeerFacts facts = near.transport->peer_facts();
    EXPECT_EQ(facts.version, "TLSv1.3");
    EXPECT_THAT(facts.cipher, HasSubstr("TLS_"));
    EXPECT_EQ(facts.alpn, "");
    EXPECT_FALSE(facts.resumed);
    ASSERT_EQ(facts.chain.size(), 1U);
    const tls::CertificateFacts& leaf = facts.chain[0];
    EXPECT_EQ(leaf.subject, "CN=Server");
    EXPECT_EQ(leaf.issuer, "CN=Test CA");
    EXPECT_EQ(leaf.names.to_string(), "a.example, _xmpp-client.b");
    EXPECT_EQ(leaf.not_after - leaf.not_before, 25h);
    EXPECT_EQ(leaf.spki_sha256.size(), 44U);
}

} // namespace
