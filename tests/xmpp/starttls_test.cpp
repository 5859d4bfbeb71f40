#include "net/transport.h"
#include "tests/support/for_each_split.h"
#include "tls/fault.h"
#include "xmpp/connect_failure.h"
#include "xmpp/starttls.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace xmpp {
namespace {

using Step = StartTls::Step;

constexpr std::string_view kHeader =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' from='example.org' id='s1' version='1.0'>";
constexpr std::string_view kFeatures =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
    "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>"
    "</mechanisms></stream:features>";
constexpr std::string_view kGoOn = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

std::string operator+(std::string_view left, std::string_view right) {
    return std::string(left).append(right);
}

class StartTlsTest : public testing::Test {
protected:
    // A new connection.
    void begin() { engine.emplace(check); }
    // The step after the last of the pieces; those before must ask for more.
    base::Result<Step> feed(tests::Pieces pieces) {
        base::Result<Step> step = Step::Wait;
        for (std::string_view piece : pieces) {
            if (!step) return step;
            EXPECT_EQ(*step, Step::Wait);
            step = engine->feed(piece);
        }
        return step;
    }
    // Until the server has been asked to begin TLS.
    void ask() { EXPECT_EQ(engine->feed(kHeader + kFeatures), Step::Request); }
    static void expect_fault(const base::Result<Step>& step, ConnectFault fault) {
        ASSERT_FALSE(step);
        EXPECT_EQ(step.error().category, base::Category::Stream);
        EXPECT_EQ(step.error().code, static_cast<uint16_t>(fault)) << step.error().what;
    }

    XmlCheck check;
    std::optional<StartTls> engine{std::in_place, check};
};

// Rows: U-003, U-006
TEST_F(StartTlsTest, OpensAStreamToTheDomainAndNamesNobody) {
    EXPECT_EQ(StartTls::header("example.org"),
              "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
              "xmlns:stream='http://etherx.jabber.org/streams' to='example.org' version='1.0'>");
}

// Rows: U-037
TEST_F(StartTlsTest, AsksForTlsWhereItIsOfferedHoweverTheBytesArrive) {
    tests::for_each_split(kHeader + kFeatures, [&](tests::Pieces pieces) {
        begin();
        EXPECT_EQ(feed(pieces), Step::Request);
    });
    EXPECT_EQ(StartTls::request(), "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
}

// Rows: U-037, U-040
TEST_F(StartTlsTest, BeginsTheHandshakeAfterProceedHoweverTheBytesArrive) {
    tests::for_each_split(kGoOn, [&](tests::Pieces pieces) {
        begin();
        ask();
        EXPECT_EQ(feed(pieces), Step::Handshake);
    });
}

// Rows: U-017
TEST_F(StartTlsTest, KnowsElementsByTheirNamespaceWhateverTheirPrefix) {
    EXPECT_EQ(
        engine->feed("<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:client' "
                     "xmlns:t='urn:ietf:params:xml:ns:xmpp-tls' version='1.0'>"
                     "<features xmlns='http://etherx.jabber.org/streams'><t:starttls/></features>"),
        Step::Request);
    EXPECT_EQ(engine->feed("<t:proceed></t:proceed>"), Step::Handshake);
}

// Rows: U-039
TEST_F(StartTlsTest, TakesNothingThatFollowsProceedInClear) {
    for (std::string_view injected : {" ", "\n", "<", "<message/>", "\x16\x03\x03"}) {
        begin();
        ask();
        expect_fault(engine->feed(kGoOn + injected), ConnectFault::BytesInClear);
    }
}

// Rows: U-039
TEST_F(StartTlsTest, TakesNoProceedThatWasNotAskedFor) {
    expect_fault(engine->feed(kHeader + kFeatures + kGoOn), ConnectFault::BytesInClear);
}

// Rows: U-038
TEST_F(StartTlsTest, SaysSoWhereTlsIsNotOffered) {
    constexpr std::string_view kFeaturesWithout[] = {
        "<stream:features/>",
        "<stream:features><starttls xmlns='urn:other'/></stream:features>",
        "<stream:features><x xmlns='urn:x'><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></x>"
        "</stream:features>",
    };
    for (std::string_view features : kFeaturesWithout) {
        begin();
        EXPECT_EQ(engine->feed(kHeader + features), Step::NotOffered) << features;
    }
}

// Rows: U-010, U-038
TEST_F(StartTlsTest, FailsWithAServerTooOldForFeatures) {
    expect_fault(engine->feed("<stream:stream xmlns='jabber:client' id='1' "
                              "xmlns:stream='http://etherx.jabber.org/streams'>"),
                 ConnectFault::TlsNotOffered);
}

// Rows: U-038
TEST_F(StartTlsTest, FailsWhenTheServerRefuses) {
    ask();
    expect_fault(engine->feed("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
                 ConnectFault::TlsRefused);
}

// Rows: U-037
TEST_F(StartTlsTest, FailsOnWhateverElseIsSaid) {
    constexpr std::string_view kAnswers[] = {"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
                                             "<proceed/>", "<message/>", "</stream:stream>",
                                             "<stream:features/>"};
    for (std::string_view answer : kAnswers) {
        begin();
        ask();
        expect_fault(engine->feed(answer), ConnectFault::StreamRefused);
    }
    begin();
    expect_fault(engine->feed(kHeader + "<message/>"), ConnectFault::StreamRefused);
}

// Rows: U-053
TEST_F(StartTlsTest, TellsTheConditionOfAStreamError) {
    auto step =
        engine->feed(kHeader + "<stream:error><host-unknown "
                               "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
    expect_fault(step, ConnectFault::StreamRefused);
    EXPECT_STREQ(step.error().what, "host-unknown");
}

// Rows: U-009, U-012
TEST_F(StartTlsTest, FailsOnWhatIsNoXmpp) {
    constexpr std::string_view kBad[] = {"220 mail.example ESMTP", "<html>",
                                         "<stream:stream xmlns:stream='urn:x' version='1.0'>",
                                         "<!DOCTYPE x>", "\x16\x03\x01"};
    for (std::string_view bytes : kBad) {
        begin();
        EXPECT_FALSE(engine->feed(bytes)) << bytes;
    }
}

// Rows: S-040, U-084
TEST_F(StartTlsTest, EndsWithAServerWhoseFeaturesDoNot) {
    EXPECT_EQ(engine->feed(kHeader + "<stream:features>"), Step::Wait);
    std::string feature = "<x xmlns='urn:x'>" + std::string(8000, 'x') + "</x>";
    base::Result<Step> step = Step::Wait;
    for (int count = 0; step && count < 10; ++count) step = engine->feed(feature);
    EXPECT_FALSE(step);
}

// Rows: B-311, U-046
TEST(ConnectFailure, IsExplainedInPlainWords) {
    auto told = [](base::Category category, auto code) {
        return explanation({.category = category, .code = static_cast<uint16_t>(code)});
    };
    EXPECT_EQ(told(base::Category::Net, net::NetFault::NoAddress),
              "the server of this domain could not be found");
    EXPECT_EQ(told(base::Category::Net, net::NetFault::Forbidden),
              "the server of this domain is not to be reached from here");
    EXPECT_EQ(told(base::Category::Net, ECONNREFUSED), "the server refused the connection");
    EXPECT_EQ(told(base::Category::Net, EIO), "the server could not be reached");
    EXPECT_EQ(told(base::Category::Stream, ConnectFault::TlsNotOffered),
              "the server does not offer encryption");
    EXPECT_EQ(told(base::Category::Stream, ConnectFault::NoService),
              "this domain has no service for clients");
    EXPECT_EQ(told(base::Category::Tls, tls::Fault::Expired),
              "the certificate of the server is expired");
    EXPECT_EQ(told(base::Category::Tls, tls::Fault::WrongName),
              "the certificate of the server is for another domain");
    EXPECT_EQ(told(base::Category::Xml, 1), "what the server sent is no XMPP stream");
}

} // namespace
} // namespace xmpp
