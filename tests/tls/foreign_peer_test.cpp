// Our TLS against plain OpenSSL: what ours offers and refuses, seen from the other side.
#include "tests/support/for_each_split.h"
#include "tests/tls/foreign_peer.h"
#include "tests/tls/tls_fixture.h"
#include "tls/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

using testing::HasSubstr;
using tests::ForeignPeer;
using tests::ForeignSettings;
using tests::KeyPair;
using tests::TlsFixture;
using tls::Engine;
using tls::Fault;

namespace {

struct ForeignPeerTest : TlsFixture {
    // Lets both talk until they are silent. Returns what ours was told.
    std::string talk() {
        base::SliceBuilder plain(env.pool);
        for (;;) {
            std::string said = engine->take_output().to_string();
            std::string answer = foreign->feed(said);
            if (said.empty() && answer.empty()) return std::string(plain.view());
            engine->feed(answer, plain);
        }
    }
    // A client of ours with a server of theirs, up to the end of the handshake, good or bad.
    void meet(const ForeignSettings& settings, const tls::ClientParameters& parameters,
              std::shared_ptr<const tls::ClientContext> context = trusting_client()) {
        engine.emplace(env.pool, std::move(context), parameters);
        foreign.emplace(ForeignPeer::server(shown, settings));
        talk();
    }
    void meet(const ForeignSettings& settings) { meet(settings, to_domain("a.example")); }
    [[nodiscard]] Fault fault() const { return static_cast<Fault>(engine->fault().code); }

    KeyPair shown = ca.issue({.dns = {"a.example"}, .addresses = {"192.0.2.1"}});
    std::optional<Engine> engine;
    std::optional<ForeignPeer> foreign;
};

// Rows: U-041
TEST_F(ForeignPeerTest, NamesTheDomainInTheHello) {
    meet({});
    EXPECT_TRUE(engine->secured());
    EXPECT_EQ(foreign->hello()->server_name, "a.example");
}

// Rows: U-041
TEST_F(ForeignPeerTest, NamesNoAddressInTheHello) {
    meet({}, to_domain("192.0.2.1"));
    EXPECT_TRUE(engine->secured());
    EXPECT_EQ(foreign->hello()->server_name, std::nullopt);
}

// Rows: U-042
TEST_F(ForeignPeerTest, OffersXmppClientWithDirectTlsOnly) {
    tls::ClientParameters direct = to_domain("a.example");
    direct.protocol = tls::kXmppClient;
    meet({.alpn = {"xmpp-server", "xmpp-client"}}, direct);
    EXPECT_TRUE(engine->secured());
    EXPECT_EQ(foreign->hello()->alpn, std::string("\x00\x0c\x0bxmpp-client", 14));
    EXPECT_EQ(engine->peer_facts().alpn, "xmpp-client");

    meet({.alpn = {"xmpp-client"}}); // after STARTTLS
    EXPECT_TRUE(engine->secured());
    EXPECT_EQ(foreign->hello()->alpn, std::nullopt);
}

// Rows: U-042
TEST_F(ForeignPeerTest, ServersMayIgnoreAlpnButNotRefuseIt) {
    tls::ClientParameters direct = to_domain("a.example");
    direct.protocol = tls::kXmppClient;
    meet({}, direct);
    EXPECT_TRUE(engine->secured());
    meet({.alpn = {"http/1.1"}}, direct);
    EXPECT_EQ(fault(), Fault::NoProtocol);
    EXPECT_EQ(engine->explanation(), "the peer refused with alert 120, no application protocol");
}

// Rows: U-047
TEST_F(ForeignPeerTest, RefusesATlsThatIsTooOld) {
    meet({.newest = TLS1_1_VERSION});
    EXPECT_EQ(fault(), Fault::VersionTooOld);
    EXPECT_FALSE(foreign->secured());
    meet({.newest = TLS1_2_VERSION});
    EXPECT_TRUE(engine->secured());
    EXPECT_EQ(engine->peer_facts().version, "TLSv1.2");
    meet({.newest = TLS1_2_VERSION}, to_domain("a.example"),
         client_context({.ca_file = files.write("ca.pem", ca.certificate()),
                         .minimum_version = tls::Version::Tls13}));
    EXPECT_EQ(fault(), Fault::VersionTooOld);
}

// Rows: U-047
TEST_F(ForeignPeerTest, HasNoCipherInCommonWithAServerOfOldOnes) {
    meet({.newest = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA256:AES128-GCM-SHA256"});
    EXPECT_FALSE(engine->secured());
    EXPECT_EQ(foreign->error(), "no shared cipher");
    EXPECT_EQ(fault(), Fault::AlertFromPeer);
    EXPECT_EQ(engine->explanation(), "the peer refused with alert 40, handshake failure");
}

// Rows: U-047
TEST_F(ForeignPeerTest, OffersNoCompressionAndNoEarlyData) {
    meet({});
    EXPECT_EQ(foreign->hello()->compressions, std::string(1, '\0'));
    EXPECT_FALSE(foreign->hello()->early_data);
}

// Rows: U-047
TEST_F(ForeignPeerTest, DoesNotRenegotiate) {
    meet({.newest = TLS1_2_VERSION});
    base::SliceBuilder plain(env.pool);
    engine->feed(foreign->renegotiate(), plain);
    EXPECT_EQ(talk(), "");
    EXPECT_EQ(foreign->error(), "no renegotiation");
}

// Rows: U-048
TEST_F(ForeignPeerTest, ShowsACertificateOnlyIfItIsGivenOne) {
    for (int newest : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        meet({.newest = newest, .wants_certificate = true});
        EXPECT_TRUE(engine->secured());
        EXPECT_FALSE(foreign->has_peer_certificate());
        meet(
            {.newest = newest, .wants_certificate = true}, to_domain("a.example"),
            client_context({.ca_file = files.write("ca.pem", ca.certificate()),
                            .key_pair = files.write("client", ca.issue({.usage = "clientAuth"}))}));
        EXPECT_TRUE(engine->secured());
        EXPECT_TRUE(foreign->has_peer_certificate());
    }
}

// Rows: -
TEST_F(ForeignPeerTest, TellsAPlainTextServiceFromTls) {
    for (const char* answer :
         {"HTTP/1.1 400 Bad Request\r\n\r\n", "<?xml version='1.0'?><stream:stream",
          "SSH-2.0-OpenSSH_9.2p1 Debian\r\n"}) {
        tests::for_each_split(answer, [&](tests::Pieces pieces) {
            engine.emplace(env.pool, trusting_client(), to_domain("a.example"));
            base::SliceBuilder plain(env.pool);
            for (std::string_view piece : pieces) engine->feed(piece, plain);
            EXPECT_EQ(engine->state(), Engine::State::Failed);
            EXPECT_EQ(fault(), Fault::NotTls) << engine->explanation();
            EXPECT_TRUE(plain.empty());
        });
    }
}

// Rows: S-020
TEST_F(ForeignPeerTest, AServerOfOursRefusesWhatIsTooOld) {
    auto refused = [&](const ForeignSettings& settings) {
        engine.emplace(env.pool, server_context(shown));
        foreign.emplace(ForeignPeer::client(settings));
        talk();
        return !engine->secured() && !foreign->secured();
    };
    EXPECT_TRUE(refused({.newest = TLS1_1_VERSION}));
    EXPECT_EQ(fault(), Fault::VersionTooOld);
    EXPECT_TRUE(refused({.newest = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA256"}));
    EXPECT_EQ(fault(), Fault::NoCommonCipher);
    EXPECT_FALSE(refused({.newest = TLS1_2_VERSION}));
    EXPECT_FALSE(refused({}));
}

// Rows: S-020
TEST_F(ForeignPeerTest, AServerOfOursDoesNotRenegotiate) {
    engine.emplace(env.pool, server_context(shown));
    foreign.emplace(ForeignPeer::client({.newest = TLS1_2_VERSION}));
    talk();
    ASSERT_TRUE(engine->secured());
    base::SliceBuilder plain(env.pool);
    engine->feed(foreign->renegotiate(), plain);
    talk();
    EXPECT_EQ(foreign->error(), "no renegotiation");
}

} // namespace
