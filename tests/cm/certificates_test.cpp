// Certificates follow their files.
#include "cm/certificates.h"
#include "tests/support/test_env.h"
#include "tests/tls/test_ca.h"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace {

struct CertificatesTest : testing::Test {
    CertificatesTest() {
        install({});
        listener.tls = cm::ListenerConfig::Tls::Own;
        listener.certificates = {{{files.path("server.pem"), files.path("server.key")}, 1}};
        EXPECT_TRUE(certificates.load().has_value());
    }
    void install(const tests::CertificateWish& wish) {
        std::ignore = files.write("server", ca.issue(wish));
    }
    // Whether something changed the snapshot.
    template <class Action>
    bool replaced_by(Action&& action) {
        auto before = certificates.current();
        delivered.reset();
        action();
        bool replaced = certificates.current() != before;
        EXPECT_EQ(delivered, replaced ? certificates.current() : nullptr);
        return replaced;
    }
    void look() { env.advance(cm::Certificates::kLookEvery); }
    void wait() {
        look();
        look();
    }

    tests::TestCa ca{"Test CA"};
    tests::TempFiles files;
    tests::TestEnv env;
    cm::ListenerConfig listener;
    std::shared_ptr<const tls::ServerContext> delivered;
    cm::Certificates::Deliver deliver = [this](auto fresh, auto in_use) {
        delivered = std::move(fresh);
        in_use();
    };
    cm::Certificates certificates{env.env(), listener, deliver};
};

// Rows: S-020
TEST_F(CertificatesTest, AreReadAgainOnDemand) {
    EXPECT_TRUE(replaced_by([this] { certificates.reload(); }));
}

// Rows: S-020
TEST_F(CertificatesTest, AreReadAgainSoonAfterAChange) {
    EXPECT_FALSE(replaced_by([this] { wait(); }));
    install({});
    EXPECT_TRUE(replaced_by([this] { wait(); }));
    EXPECT_FALSE(replaced_by([this] { wait(); }));
}

// Rows: S-020
TEST_F(CertificatesTest, AreNotReadWhileTheyAreBeingRenewed) {
    look();
    tests::KeyPair fresh = ca.issue({.common_name = "another, longer name"});
    files.write("server.pem", fresh.certificate);
    EXPECT_FALSE(replaced_by([this] { look(); }));
    files.write("server.key", fresh.key + "\n");
    EXPECT_FALSE(replaced_by([this] { look(); })); // it was only just written
    EXPECT_TRUE(replaced_by([this] { look(); }));
}

// Rows: S-020
TEST_F(CertificatesTest, StayAsTheyAreIfTheFilesAreNotGood) {
    files.write("server.pem", "nothing");
    EXPECT_FALSE(replaced_by([this] { wait(); }));
    EXPECT_FALSE(replaced_by([this] { certificates.reload(); }));
    ASSERT_NE(certificates.current(), nullptr);
    install({});
    EXPECT_TRUE(replaced_by([this] { wait(); }));
}

// It may be another of the listener's that was renewed, and is needed the more.
// Rows: S-020
TEST_F(CertificatesTest, AreTakenEvenIfOneHasExpired) {
    install({.from = -48h, .until = -24h});
    EXPECT_TRUE(replaced_by([this] { certificates.reload(); }));
}

// Rows: S-020
TEST_F(CertificatesTest, SayAtTheStartWhichFileIsWrong) {
    files.write("server.key", "nothing");
    cm::Certificates others(env.env(), listener, deliver);
    auto loaded = others.load();
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error(), files.path("server.key") + ": no private key in PEM form in it");
}

} // namespace
