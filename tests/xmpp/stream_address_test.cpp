// Rows: -
#include "xmpp/stream_address.h"

#include <gtest/gtest.h>

namespace xmpp {
namespace {

class SomeDomains final : public Domains {
public:
    [[nodiscard]] Standing standing(std::string_view domain) const override {
        if (domain == "old.example") return Standing::Retired;
        return domain == "example.org" ? Standing::Served : Standing::Unknown;
    }
};

std::string_view fault_of(std::string_view to, std::string_view from = "") {
    auto read = address_stream(to, from, "", SomeDomains());
    return read ? "none" : to_string(read.error().condition);
}

TEST(StreamAddressTest, SaysWhyADomainIsNotForUs) {
    EXPECT_EQ(fault_of("EXAMPLE.org"), "none");
    EXPECT_EQ(fault_of(""), "improper-addressing");
    EXPECT_EQ(fault_of("alice@example.org"), "improper-addressing");
    EXPECT_EQ(fault_of("other.example"), "host-unknown");
    EXPECT_EQ(fault_of("old.example"), "host-gone");
    EXPECT_EQ(fault_of("example.org", "@@"), "improper-addressing");
}

TEST(StreamAddressTest, KeepsWhatTheServerMayHear) {
    auto read = address_stream("Example.Org", "alice@example.org/web", "ko", SomeDomains());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->to, "example.org");
    EXPECT_EQ(read->from, "alice@example.org");
    EXPECT_EQ(read->lang, "ko");
    read = address_stream("example.org", "alice@other.example", "not a language", SomeDomains());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->from, "");
    EXPECT_EQ(read->lang, "");
}

} // namespace
} // namespace xmpp
