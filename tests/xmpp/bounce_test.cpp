#include "xmpp/bounce.h"

#include <gtest/gtest.h>

namespace xmpp {
namespace {

class BounceTest : public testing::Test {
protected:
    std::string bounced(std::string_view xml, Stanza::Kind kind) {
        Stanza stanza{.bytes = base::Slice::copy(pool_, xml), .kind = kind};
        return bounce(check_, stanza).value_or("nothing");
    }
    base::SlicePool pool_{1UL << 20};
    XmlCheck check_;
};

// Rows: X-040
TEST_F(BounceTest, TellsTheSenderOfAMessage) {
    EXPECT_EQ(bounced("<message xmlns='jabber:client' from='bob@a/b' to='alice@a/web' id='7' "
                      "type='chat'><body>hi</body></message>",
                      Stanza::Kind::Message),
              "<message to='bob@a/b' from='alice@a/web' id='7' type='error'><error type='wait'>"
              "<recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
              "</message>");
}

// Rows: X-040
TEST_F(BounceTest, AnswersAnIqThatAsks) {
    for (std::string_view type : {"get", "set"}) {
        EXPECT_EQ(bounced("<iq from='a' to='b' id='1' type='" + std::string(type) + "'><q/></iq>",
                          Stanza::Kind::Iq),
                  "<iq to='a' from='b' id='1' type='error'><error type='cancel'>"
                  "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
                  "</iq>");
    }
}

// Rows: X-040
TEST_F(BounceTest, AnswersNoAnswerAndNoPresence) {
    EXPECT_EQ(bounced("<message from='a' type='error'/>", Stanza::Kind::Message), "nothing");
    EXPECT_EQ(bounced("<iq from='a' type='result' id='1'/>", Stanza::Kind::Iq), "nothing");
    EXPECT_EQ(bounced("<iq from='a' type='error' id='1'/>", Stanza::Kind::Iq), "nothing");
    EXPECT_EQ(bounced("<iq from='a' id='1'/>", Stanza::Kind::Iq), "nothing");
    EXPECT_EQ(bounced("<presence from='a'/>", Stanza::Kind::Presence), "nothing");
    EXPECT_EQ(bounced("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", Stanza::Kind::Other),
              "nothing");
}

// Rows: X-040
TEST_F(BounceTest, LeavesOutWhatTheStanzaDidNotSayAndEscapesWhatItDid) {
    EXPECT_EQ(bounced("<message to='alice@a'/>", Stanza::Kind::Message),
              "<message from='alice@a' type='error'><error type='wait'>"
              "<recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
              "</message>");
    EXPECT_EQ(bounced("<iq id=\"&lt;'&#10;\" type='get'/>", Stanza::Kind::Iq),
              "<iq id='&lt;&apos;&#10;' type='error'><error type='cancel'>"
              "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
}

} // namespace
} // namespace xmpp
