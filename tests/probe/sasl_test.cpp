// Rows: -
#include "probe/sasl.h"

#include <gmock/gmock.h>

namespace {

const probe::Account kAlice = {.user = "alice", .password = "secret"};

TEST(SaslTest, PlainSaysAllAtOnce) {
    auto sasl = probe::Sasl::start("PLAIN", "chat.example", kAlice);
    ASSERT_TRUE(sasl.has_value());
    EXPECT_EQ(sasl->step(""), "AGFsaWNlAHNlY3JldA=="); // NUL alice NUL secret
    EXPECT_TRUE(sasl->finished());
}

TEST(SaslTest, AnonymousGivesATrace) {
    auto sasl = probe::Sasl::start("ANONYMOUS", "chat.example", {.anonymous = true});
    ASSERT_TRUE(sasl.has_value());
    EXPECT_EQ(sasl->step(""), "Ym9zaGNtLXByb2Jl"); // boshcm-probe
}

TEST(SaslTest, ScramDoesNotTrustAServerThatCannotProveItself) {
    for (const char* mechanism : {"SCRAM-SHA-1", "SCRAM-SHA-256"}) {
        auto sasl = probe::Sasl::start(mechanism, "chat.example", kAlice);
        ASSERT_TRUE(sasl.has_value());
        auto first = sasl->step("");
        ASSERT_TRUE(first.has_value());
        EXPECT_TRUE(first->starts_with("biws")) << *first; // n,,
        EXPECT_FALSE(sasl->finished());
        EXPECT_FALSE(sasl->step("bm9uc2Vuc2U=").has_value()); // nonsense
    }
}

TEST(SaslTest, AMechanismThatIsNotKnown) {
    EXPECT_FALSE(probe::Sasl::start("X-UNKNOWN", "chat.example", kAlice).has_value());
}

} // namespace
