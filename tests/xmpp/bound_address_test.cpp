// Rows: -
#include "xmpp/bound_address.h"

#include <gtest/gtest.h>

#include <string>

namespace xmpp {
namespace {

using Kind = Stanza::Kind;

struct BoundAddressTest : testing::Test {
    void note(std::string_view xml, Kind kind = Kind::Iq, bool authenticates = false,
              bool enables_sm = false) {
        note_address({.bytes = base::Slice::copy(pool, xml),
                      .kind = kind,
                      .authenticates = authenticates,
                      .enables_sm = enables_sm},
                     client, jid);
    }
    static std::string bound(std::string_view jid) {
        return "<iq type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" +
               std::string(jid) + "</jid></bind></iq>";
    }

    base::SlicePool pool{1'000'000};
    ClientStanding client;
    base::RareString jid;
};

TEST_F(BoundAddressTest, IsInTheResultOfBinding) {
    note("<iq type='result' id='jid'/>");
    EXPECT_EQ(jid, "");
    EXPECT_FALSE(client.address_told);
    note(bound("alice@chat.example/a &amp; &lt;b&gt;"));
    EXPECT_EQ(jid, "alice@chat.example/a & <b>");
    EXPECT_TRUE(client.address_told);
    note(bound("mallory@chat.example/x")); // whoever may have written that
    EXPECT_EQ(jid, "alice@chat.example/a & <b>");
}

TEST_F(BoundAddressTest, MayBeWrittenOtherwise) {
    note("<iq type='result'><b:bind xmlns:b='urn:ietf:params:xml:ns:xmpp-bind'>"
         "<b:jid x='jid'>\n a@b/c \n</b:jid></b:bind></iq>");
    EXPECT_EQ(jid, "a@b/c");
}

TEST_F(BoundAddressTest, ARefusalTellsNone) {
    note("<iq type='error'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>jid</resource>"
         "</bind><error/></iq>");
    EXPECT_EQ(jid, "");
    note(bound("a@b/c"));
    EXPECT_EQ(jid, "a@b/c");
}

TEST_F(BoundAddressTest, IsToldBySasl2TooIfThatHasBound) {
    auto success = [](std::string_view identifier) {
        return "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>" +
               std::string(identifier) + "</authorization-identifier></success>";
    };
    note(success("a@b"), Kind::Other, true);
    EXPECT_EQ(jid, "a@b");
    EXPECT_FALSE(client.address_told);
    note(success("a@b/c"), Kind::Other, true);
    EXPECT_EQ(jid, "a@b/c");
    EXPECT_TRUE(client.address_told);
}

TEST_F(BoundAddressTest, NobodyLooksForItAnyMoreWhenItCannotCome) {
    note("<resumed xmlns='urn:xmpp:sm:3'/>", Kind::Other, false, true);
    EXPECT_TRUE(client.address_told);
    client = {};
    note("<presence/>", Kind::Presence);
    note(bound("a@b/c"));
    EXPECT_EQ(jid, "");
}

TEST_F(BoundAddressTest, IsKeptUpToABound) {
    note(bound("a@b/" + std::string(5'000, 'x')));
    EXPECT_EQ(jid.view().size(), kMostAddressBytes);
}

} // namespace
} // namespace xmpp
