#include "tests/tls/foreign_peer.h"
#include "tests/tls/tls_fixture.h"
#include "tls/ticket_keys.h"

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
using tls::ServerContext;
using tls::ServerSettings;
using tls::TicketKeys;

using namespace std::chrono_literals;

namespace {

struct ServerContextTest : TlsFixture {
    static std::string fault(const ServerSettings& settings) {
        auto context = ServerContext::create(settings);
        return context ? "" : context.error();
    }
    static tls::KeyPairFiles pair_for(const std::string& name, std::vector<std::string> hosts,
                                      bool rsa = false) {
        return files.write(name,
                           ca.issue({.common_name = name, .dns = std::move(hosts), .rsa = rsa}));
    }
    void serve(const ServerSettings& settings) {
        auto made = ServerContext::create(settings);
        ASSERT_TRUE(made.has_value()) << made.error();
        context = *made;
    }
    // A client of OpenSSL's own meets the server. Whether the handshake was good, on both sides.
    bool meet(ForeignPeer&& peer) {
        client.emplace(std::move(peer));
        engine.emplace(env.pool, context);
        base::SliceBuilder plain(env.pool);
        for (int flight = 0; flight < 4; ++flight) {
            engine->feed(client->feed(engine->take_output().to_string()), plain);
        }
        return engine->secured() && engine->state() == Engine::State::Open && client->secured();
    }
    bool meet(const ForeignSettings& settings) { return meet(ForeignPeer::client(settings)); }

    std::shared_ptr<const ServerContext> context;
    std::optional<Engine> engine;
    std::optional<ForeignPeer> client;
};

// Rows: S-020
TEST_F(ServerContextTest, ShowsTheCertificateOfTheHostThatIsAskedFor) {
    serve({.key_pairs = {pair_for("first", {"a.example"}),
                         pair_for("second", {"b.example", "*.b.example"}),
                         pair_for("third", {"special.b.example"})}});
    struct {
        const char* host;
        const char* subject;
    } cases[] = {{"a.example", "CN=first"},         {"b.example", "CN=second"},
                 {"B.EXAMPLE", "CN=second"},        {"c.b.example", "CN=second"},
                 {"special.b.example", "CN=third"}, {"d.c.b.example", "CN=first"},
                 {"other.example", "CN=first"},     {"", "CN=first"}};
    for (const auto& row : cases) {
        ASSERT_TRUE(meet({.server_name = row.host})) << client->error();
        EXPECT_EQ(client->peer_subject(), row.subject) << row.host;
    }
}

// Rows: S-020
TEST_F(ServerContextTest, ChoosesTheKindOfKeyThatTheClientCanVerify) {
    serve({.key_pairs = {pair_for("ecdsa", {"a.example"}), pair_for("rsa", {"a.example"}, true)}});
    ASSERT_TRUE(meet({.newest = TLS1_2_VERSION,
                      .ciphers = "ECDHE-RSA-AES128-GCM-SHA256",
                      .server_name = "a.example"}));
    EXPECT_EQ(client->peer_subject(), "CN=rsa");
    ASSERT_TRUE(meet({.newest = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"}));
    EXPECT_EQ(client->peer_subject(), "CN=ecdsa");
}

// Rows: S-020
TEST_F(ServerContextTest, ProfilesSayWhichVersionsAreSpoken) {
    ServerSettings settings{.key_pairs = {pair_for("first", {"a.example"})}};
    serve(settings);
    EXPECT_FALSE(meet({.newest = TLS1_1_VERSION}));
    EXPECT_TRUE(meet({.newest = TLS1_2_VERSION}));
    EXPECT_TRUE(meet({}));
    EXPECT_EQ(engine->peer_facts().version, "TLSv1.3");
    settings.profile = tls::Profile::Modern;
    serve(settings);
    EXPECT_FALSE(meet({.newest = TLS1_2_VERSION}));
    EXPECT_EQ(engine->fault().code, static_cast<uint16_t>(Fault::VersionTooOld));
    EXPECT_TRUE(meet({}));
}

// Rows: H-095
TEST_F(ServerContextTest, AgreesOnAnApplicationProtocol) {
    serve({.key_pairs = {pair_for("first", {"a.example"})}, .protocols = {"http/1.1"}});
    EXPECT_TRUE(meet({.alpn = {"h2", "http/1.1"}}));
    EXPECT_EQ(engine->peer_facts().alpn, "http/1.1");
    EXPECT_TRUE(meet({}));
    EXPECT_EQ(engine->peer_facts().alpn, "");
    EXPECT_FALSE(meet({.alpn = {"h2"}}));
    EXPECT_EQ(engine->fault().code, static_cast<uint16_t>(Fault::NoProtocol));
}

// Rows: S-022
TEST_F(ServerContextTest, AsksForClientCertificatesOnlyWhenToldTo) {
    KeyPair shown = ca.issue({.common_name = "client", .usage = "clientAuth"});
    ServerSettings settings{.key_pairs = {pair_for("first", {"a.example"})}};
    serve(settings);
    ASSERT_TRUE(meet(ForeignPeer::client({}, &shown)));
    EXPECT_TRUE(engine->peer_facts().chain.empty());

    settings.client_ca_file = files.write("clients.pem", ca.certificate());
    serve(settings);
    ASSERT_TRUE(meet(ForeignPeer::client({}, &shown)));
    EXPECT_EQ(engine->peer_facts().chain.at(0).subject, "CN=client");
    ASSERT_TRUE(meet({})); // none is fine as well
    EXPECT_TRUE(engine->peer_facts().chain.empty());
    EXPECT_FALSE(engine->client_facts().has_certificate());
}

// Rows: S-022
TEST_F(ServerContextTest, RefusesClientCertificatesOfOthers) {
    serve({.key_pairs = {pair_for("first", {"a.example"})},
           .client_ca_file = files.write("clients.pem", ca.certificate())});
    tests::TestCa other("Other CA");
    KeyPair foreign = other.issue({.usage = "clientAuth"});
    EXPECT_FALSE(meet(ForeignPeer::client({}, &foreign)));
    EXPECT_EQ(engine->fault().code, static_cast<uint16_t>(Fault::UnknownIssuer));
    KeyPair server_only = ca.issue({.usage = "serverAuth"});
    EXPECT_FALSE(meet(ForeignPeer::client({}, &server_only)));
    EXPECT_EQ(engine->fault().code, static_cast<uint16_t>(Fault::WrongUsage));
}

// Rows: S-022
TEST_F(ServerContextTest, TellsClientCertificatesApart) {
    serve({.key_pairs = {pair_for("first", {"a.example"})},
           .client_ca_file = files.write("clients.pem", ca.certificate())});
    KeyPair one = ca.issue({.usage = "clientAuth"}), two = ca.issue({.usage = "clientAuth"});
    std::vector<tls::CertificateMark> marks;
    for (const KeyPair* shown : {&one, &two, &one}) {
        ASSERT_TRUE(meet(ForeignPeer::client({}, shown)));
        marks.push_back(engine->client_facts().certificate);
    }
    EXPECT_EQ(marks[0], marks[2]);
    EXPECT_NE(marks[0], marks[1]);
    EXPECT_NE(marks[0], tls::CertificateMark{});
}

// Rows: S-020
TEST_F(ServerContextTest, ResumesByTicketButNotAfterAReload) {
    ServerSettings settings{.key_pairs = {pair_for("first", {"a.example"})}};
    for (int newest : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        serve(settings);
        ASSERT_TRUE(meet({.newest = newest}));
        EXPECT_FALSE(engine->peer_facts().resumed);
        auto again = ForeignPeer::client({.newest = newest});
        again.offer_session_of(*client);
        ASSERT_TRUE(meet(std::move(again)));
        EXPECT_TRUE(engine->peer_facts().resumed);
        serve(settings); // new keys
        auto later = ForeignPeer::client({.newest = newest});
        later.offer_session_of(*client);
        ASSERT_TRUE(meet(std::move(later)));
        EXPECT_FALSE(engine->peer_facts().resumed);
    }
}

// Rows: S-020, S-035
TEST_F(ServerContextTest, TicketsAllowNoEarlyData) {
    serve({.key_pairs = {pair_for("first", {"a.example"})}});
    ASSERT_TRUE(meet({}));
    EXPECT_EQ(client->early_data_allowed(), 0U);
}

// Rows: -
TEST_F(ServerContextTest, AConnectionOutlivesItsSnapshot) {
    serve({.key_pairs = {pair_for("first", {"a.example"})}});
    ASSERT_TRUE(meet({}));
    context.reset();
    base::SliceBuilder plain(env.pool);
    engine->feed(client->write("still here"), plain);
    EXPECT_EQ(plain.view(), "still here");
}

// Rows: -
TEST_F(ServerContextTest, SaysWhichFileIsWrong) {
    auto good = pair_for("good", {"a.example"});
    auto other = pair_for("other", {"a.example"});
    EXPECT_EQ(fault({.key_pairs = {good, {good.chain_file, other.key_file}}}),
              other.key_file + ": a key that does not belong to the certificate");
    EXPECT_EQ(fault({.key_pairs = {good, other}}),
              other.chain_file + ": a certificate for the same names and kind of key as " +
                  good.chain_file);
    EXPECT_EQ(fault({.key_pairs = {{files.path("no.pem"), good.key_file}}}),
              files.path("no.pem") + ": No such file or directory");
    EXPECT_EQ(fault({.key_pairs = {good}, .client_ca_file = good.key_file}),
              good.key_file + ": no CA certificate in PEM form in it");
}

// Rows: U-093
TEST_F(ServerContextTest, TellsWhatWasAgreedWithAClient) {
    serve({.key_pairs = {pair_for("first", {"a.example"})},
           .client_ca_file = files.write("clients.pem", ca.certificate())});
    KeyPair alice = ca.issue({.common_name = "Älice", .usage = "clientAuth"});
    ASSERT_TRUE(meet(ForeignPeer::client({.newest = TLS1_2_VERSION,
                                          .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256",
                                          .server_name = "a.example"},
                                         &alice)));
    net::TlsFacts facts = engine->client_facts();
    EXPECT_EQ(facts.version, "TLSv1.2");
    EXPECT_EQ(facts.cipher, "ECDHE-ECDSA-AES128-GCM-SHA256");
    EXPECT_EQ(facts.server_name, "a.example");
    EXPECT_EQ(facts.common_name, "Älice");
    EXPECT_FALSE(facts.resumed);

    auto again = ForeignPeer::client({.newest = TLS1_2_VERSION}, &alice);
    again.offer_session_of(*client);
    ASSERT_TRUE(meet(std::move(again)));
    net::TlsFacts later = engine->client_facts();
    EXPECT_TRUE(later.resumed);
    EXPECT_EQ(later.certificate, facts.certificate);
    EXPECT_EQ(later.common_name, "Älice");

    ASSERT_TRUE(meet({}));
    EXPECT_EQ(engine->client_facts().version, "TLSv1.3");
    EXPECT_EQ(engine->client_facts().server_name, "");
    EXPECT_EQ(engine->client_facts().common_name, "");
}

// Rows: -
TEST_F(ServerContextTest, AnswersPlainHttpInPlainHttp) {
    ServerSettings settings{.key_pairs = {pair_for("first", {"a.example"})},
                            .plain_http_answer = "HTTP/1.1 400 Bad Request\r\n\r\n"};
    for (const char* said : {"GET / HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\n\r\n", "EHLO a\r\n"}) {
        serve(settings);
        engine.emplace(env.pool, context);
        base::SliceBuilder plain(env.pool);
        engine->feed(said, plain);
        EXPECT_EQ(engine->state(), Engine::State::Failed);
        EXPECT_EQ(engine->fault().code, static_cast<uint16_t>(Fault::NotTls));
        std::string answer = engine->take_output().to_string();
        bool http = std::string_view(said).contains("HTTP");
        EXPECT_EQ(answer.starts_with("HTTP/1.1 400 "), http) << answer;
    }
}

// Rows: -
TEST_F(ServerContextTest, ACertificateIsCheckedForItsTime) {
    auto checked = [](const std::string& name, const tests::CertificateWish& wish) {
        std::string chain = files.write(name, ca.issue(wish)).chain_file;
        return tls::why_out_of_time(chain, std::chrono::system_clock::now()).value_or("");
    };
    EXPECT_EQ(checked("good", {}), "");
    EXPECT_THAT(checked("old", {.from = -48h, .until = -24h}),
                HasSubstr("a certificate that expired on 2"));
    EXPECT_THAT(checked("young", {.from = 24h, .until = 48h}),
                HasSubstr("a certificate that is not valid before 2"));
    EXPECT_EQ(tls::why_out_of_time("/nowhere.pem", {}), std::nullopt);
}

// Rows: S-020
TEST(TicketKeysTest, AreReplacedByTimeAndKeptForAWhile) {
    TicketKeys keys;
    TicketKeys::Time start{100h};
    auto first = keys.current(start);
    EXPECT_EQ(keys.current(start + TicketKeys::kSealing - 1s).name, first.name);
    EXPECT_TRUE(keys.find(first.name, start + 1h).has_value());

    TicketKeys::Time later = start + TicketKeys::kSealing;
    auto second = keys.current(later);
    EXPECT_NE(second.name, first.name);
    EXPECT_NE(second.cipher, first.cipher);
    ASSERT_TRUE(keys.find(first.name, later).has_value());
    EXPECT_EQ(keys.find(first.name, later)->mac, first.mac);

    EXPECT_FALSE(keys.find(first.name, later + TicketKeys::kSealing).has_value());
    EXPECT_TRUE(keys.find(second.name, later + TicketKeys::kSealing).has_value());
    EXPECT_FALSE(keys.find(second.name, later + 10 * TicketKeys::kSealing).has_value());
}

// Rows: S-020
TEST(TicketKeysTest, AKeyThatWasLongUnusedIsNotKept) {
    TicketKeys keys;
    TicketKeys::Time start{100h};
    auto first = keys.current(start);
    EXPECT_FALSE(keys.find(first.name, start + 2 * TicketKeys::kSealing).has_value());
}

} // namespace
