#include "xmpp/client_elements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace xmpp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint32_t kMost = 100;
const std::string kMuch(kMost, 'x');

std::string refusal(std::string_view type) {
    return "<error type='" + std::string(type) +
           "'><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
           "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>"
           "the server takes at most 100 bytes</text></error>";
}

class ClientElementsTest : public testing::Test {
protected:
    // In the order of `elements`, each in a slice of its own.
    void sort(const std::vector<std::string>& elements) {
        base::SliceChain chain;
        for (const std::string& each : elements) chain.push(base::Slice::copy(pool_, each));
        EXPECT_FALSE(rules_.pass(chain.size_bytes()));
        SortedElements sorted = sort_out(check_, pool_, chain, rules_);
        to_server_ = sorted.to_server.to_string();
        to_client_.clear();
        for (const Stanza& each : sorted.to_client) to_client_.emplace_back(each.bytes.view());
        ends_ = sorted.ends;
    }
    void sort(const std::string& element) { sort(std::vector{element}); }

    ServerRules rules_{.max_bytes = kMost};
    base::SlicePool pool_{1UL << 20};
    XmlCheck check_;
    std::string to_server_;
    std::vector<std::string> to_client_;
    bool ends_ = false;
};

// Rows: U-081
TEST_F(ClientElementsTest, WhatIsTooLargeIsReturnedAndTheRestGoesOn) {
    sort({"<presence/>",
          "<message id='7' to='b@x/y' from='a@x' type='chat'><body>" + kMuch + "</body></message>",
          "<iq id='8' type='get'><q xmlns='urn:q'/></iq>"});
    EXPECT_EQ(to_server_, "<presence/><iq id='8' type='get'><q xmlns='urn:q'/></iq>");
    EXPECT_THAT(to_client_, ElementsAre("<message xmlns='jabber:client' to='a@x' from='b@x/y' "
                                        "id='7' type='error'>" +
                                        refusal("modify") + "</message>"));
    EXPECT_FALSE(ends_);
}

// Rows: U-081
TEST_F(ClientElementsTest, TheLimitItselfIsAllowed) {
    std::string fits = "<message>" + std::string(kMost - 19, 'x') + "</message>";
    ASSERT_EQ(fits.size(), kMost);
    EXPECT_TRUE(rules_.pass(fits.size()));
    EXPECT_FALSE(rules_.pass(fits.size() + 1));
    sort({fits, "<a xmlns='urn:a'/>"});
    EXPECT_EQ(to_server_, fits + "<a xmlns='urn:a'/>");
    sort({fits.insert(9, "x"), "<presence/>"});
    EXPECT_EQ(to_server_, "<presence/>");
}

// Rows: U-081
TEST_F(ClientElementsTest, AQuestionIsAnsweredWithAnError) {
    sort("<iq id='1' type='set'><q xmlns='urn:q'>" + kMuch + "</q></iq>");
    EXPECT_THAT(to_client_, ElementsAre("<iq xmlns='jabber:client' id='1' type='error'>" +
                                        refusal("modify") + "</iq>"));
    sort("<presence xmlns='jabber:client' to='r@x/n'><status>" + kMuch + "</status></presence>");
    EXPECT_THAT(to_client_,
                ElementsAre("<presence xmlns='jabber:client' from='r@x/n' type='error'>" +
                            refusal("modify") + "</presence>"));
    EXPECT_EQ(to_server_, "");
}

// Rows: U-081
TEST_F(ClientElementsTest, WhoWaitsForAnAnswerIsToldThatThereIsNone) {
    sort("<iq id='1' to='b@x/y' type='result'><q xmlns='urn:q'>" + kMuch + "</q></iq>");
    EXPECT_EQ(to_server_, "<iq to='b@x/y' id='1' type='error'>" + refusal("cancel") + "</iq>");
    EXPECT_THAT(to_client_, IsEmpty());
    EXPECT_FALSE(ends_);
}

// Rows: U-081
TEST_F(ClientElementsTest, ErrorsAreNeverAnswered) {
    for (std::string name : {"message", "presence", "iq"}) {
        sort("<" + name + " type='error' id='1'><x>" + kMuch + "</x></" + name + ">");
        EXPECT_EQ(to_server_, "") << name;
        EXPECT_THAT(to_client_, IsEmpty()) << name;
        EXPECT_FALSE(ends_) << name;
    }
}

// Rows: U-081
TEST_F(ClientElementsTest, WhatIsNoStanzaEndsTheStream) {
    std::string large =
        "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + kMuch + "</response>";
    sort({"<presence/>", large, "<presence type='unavailable'/>"});
    EXPECT_EQ(to_server_, "<presence/>"); // what is behind it would come out of order
    EXPECT_THAT(to_client_, IsEmpty());
    EXPECT_TRUE(ends_);
    sort("<message xmlns='urn:other'>" + kMuch + "</message>");
    EXPECT_TRUE(ends_);
}

// Rows: U-074, U-081
TEST_F(ClientElementsTest, WhereStanzasAreCountedTheStreamEnds) {
    rules_.managed = true;
    sort("<message to='b'><body>" + kMuch + "</body></message>");
    EXPECT_EQ(to_server_, "");
    EXPECT_THAT(to_client_, IsEmpty());
    EXPECT_TRUE(ends_);
}

// Rows: U-048, S-034
TEST_F(ClientElementsTest, NobodyLogsInAsUs) {
    rules_ = {.refuses_external = true};
    for (std::string mechanism : {"EXTERNAL", "external", "EXTERN&#65;L"}) {
        sort("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='" + mechanism +
             "'>=</auth>");
        EXPECT_EQ(to_server_, "") << mechanism;
        EXPECT_THAT(to_client_, ElementsAre("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                                            "<invalid-mechanism/></failure>"));
    }
    sort("<s:authenticate xmlns:s='urn:xmpp:sasl:2' mechanism='EXTERNAL'/>");
    EXPECT_EQ(to_server_, "");
    EXPECT_THAT(to_client_, ElementsAre("<failure xmlns='urn:xmpp:sasl:2'><invalid-mechanism "
                                        "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>"));
    EXPECT_FALSE(ends_);
    std::vector<std::string> others = {
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>eA==</auth>",
        "<auth xmlns='urn:other' mechanism='EXTERNAL'/>",
        "<a xmlns='urn:a'><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
        "mechanism='EXTERNAL'/></a>"};
    sort(others);
    EXPECT_EQ(to_server_, others[0] + others[1] + others[2]);
}

} // namespace
} // namespace xmpp
