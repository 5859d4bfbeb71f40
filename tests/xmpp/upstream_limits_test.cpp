// What of a client's elements reaches a server that has said what it takes.
#include "tests/xmpp/upstream_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::string_view kLimited =
    "<stream:features><limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>1000</max-bytes>"
    "</limits></stream:features>";
const std::string kTooLarge =
    "<message to='b@x'><body>" + std::string(1000, 'x') + "</body></message>";

class UpstreamLimitsTest : public UpstreamStreamTest {
protected:
    using UpstreamStreamTest::UpstreamStreamTest;

    void open_limited() {
        connect();
        say(kHeader + kLimited);
        session.take();
    }
    void enable_stream_management(std::string_view resume) {
        say("<enabled xmlns='urn:xmpp:sm:3' id='x' resume='" + resume + "'/>");
        session.take();
    }
};

// Rows: U-080, U-081
TEST_F(UpstreamLimitsTest, ReturnsWhatTheServerWouldNotTake) {
    open_limited();
    send("<message><body>1</body></message>" + kTooLarge + "<presence/>");
    EXPECT_EQ(heard(), "<message><body>1</body></message><presence/>");
    EXPECT_THAT(session.take(), IsEmpty()); // not while the session is in the middle of it
    test.advance(1s);
    EXPECT_THAT(session.take(),
                ElementsAre(StartsWith("other <message xmlns='jabber:client' from='b@x' "
                                       "type='error'><error type='modify'><policy-violation "),
                            "batch"));
    send("<presence/>");
    EXPECT_EQ(heard(), "<presence/>"); // the stream goes on
    test.advance(60s);
    EXPECT_THAT(session.take(), IsEmpty()); // and it was told once
}

// Rows: U-081
TEST_F(UpstreamLimitsTest, SaysSoBeforeWhatTheServerSaysNext) {
    open_limited();
    send(kTooLarge);
    say("<message/>");
    EXPECT_THAT(session.take(),
                ElementsAre(StartsWith("other <message xmlns='jabber:client' from='b@x'"), "batch",
                            "message <message xmlns='jabber:client'/>", "batch"));
}

// Rows: U-011, U-081, U-082
TEST_F(UpstreamLimitsTest, NewFeaturesBringNewLimits) {
    open_limited();
    upstream->restart(parameters);
    (void)heard();
    send(kTooLarge); // nothing is known of the new stream
    EXPECT_EQ(heard(), kTooLarge);
    say(kHeader + kFeatures); // none
    session.take();
    send(kTooLarge);
    EXPECT_EQ(heard(), kTooLarge);
    test.advance(1s);
    EXPECT_THAT(session.take(), IsEmpty());

    say(kLimited); // as after SASL2, without a restart
    session.take();
    send(kTooLarge);
    EXPECT_EQ(heard(), "");
}

// Rows: U-081
TEST_F(UpstreamLimitsTest, WithoutALimitAllOfItGoes) {
    open();
    std::string large = "<message><body>" + std::string(300'000, 'x') + "</body></message>";
    send(large);
    EXPECT_EQ(heard(), large);
}

// Rows: U-081
TEST_F(UpstreamLimitsTest, EndsWhereNobodyCanBeTold) {
    open_limited();
    send("<x xmlns='urn:x'>" + std::string(1000, 'x') + "</x>");
    send("<presence/>"); // too late: it comes after what is missing
    EXPECT_EQ(heard(), "");
    EXPECT_THAT(session.take(), IsEmpty());
    server->stall();
    test.advance(1s);
    EXPECT_THAT(session.take(), ElementsAre("ended too-large"));
    server->unstall();
    server->pump();
    EXPECT_EQ(heard(), kEndTag); // in order, as slow as the server is
}

// Rows: U-070, U-074, U-081
TEST_F(UpstreamLimitsTest, EndsWhereStanzasAreCountedAndLeavesWhatMayBeResumed) {
    for (bool resumable : {false, true}) {
        open_limited();
        enable_stream_management(resumable ? "true" : "false");
        send("<message/>" + kTooLarge);
        EXPECT_EQ(heard(), "<message/>");
        test.advance(1s);
        EXPECT_THAT(session.take(), ElementsAre("ended too-large"));
        server->pump();
        EXPECT_EQ(heard(), resumable ? "" : kEndTag);
        EXPECT_TRUE(server->saw_end());
    }
}

// Rows: U-081
TEST_F(UpstreamLimitsTest, ASessionThatIsGoneIsToldNothing) {
    open_limited();
    send(kTooLarge);
    upstream->close(xmpp::Upstream::CloseMode::Graceful);
    test.advance(1s);
    EXPECT_THAT(session.take(), IsEmpty());
}

// Rows: U-081
TEST_F(UpstreamLimitsTest, WhatIsSentWhileFeaturesAreAwaitedDoesNotEndTheWait) {
    open_limited();
    send(kTooLarge);
    upstream->restart(parameters);
    (void)heard();
    send("<presence/>");
    test.advance(5s);
    EXPECT_THAT(session.take(), IsEmpty());
    say(kHeader + kFeatures);
    EXPECT_THAT(session.take(),
                ElementsAre(StartsWith("other <message"), "batch",
                            "opened id=s1 version=1.0 lang=", kFeaturesEvent, "batch"));
}

class UpstreamCertificateTest : public UpstreamLimitsTest {
protected:
    static xmpp::DomainServers known_servers() {
        xmpp::DomainServers servers = plain_servers();
        servers.features.strip_external = true;
        return servers;
    }
    UpstreamCertificateTest() : UpstreamLimitsTest({}, known_servers()) {}
};

// Rows: U-048, S-034
TEST_F(UpstreamCertificateTest, RefusesExternalEvenIfItWasNotOffered) {
    constexpr std::string_view kExternal =
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>";
    constexpr std::string_view kPlain =
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>eA==</auth>";
    open();
    upstream->restart(parameters); // nobody has logged in all the same
    say(kHeader + kFeatures);
    (void)heard();
    session.take();
    send(kExternal);
    EXPECT_EQ(heard(), "");
    test.advance(1s);
    EXPECT_THAT(session.take(), ElementsAre("other <failure xmlns='urn:ietf:params:xml:ns:xmpp-"
                                            "sasl'><invalid-mechanism/></failure>",
                                            "batch"));

    // While features are awaited, it is told with them; the wait goes on.
    upstream->restart(parameters);
    (void)heard();
    send(kExternal);
    test.advance(5s);
    EXPECT_THAT(session.take(), IsEmpty());
    say(kHeader + kFeatures);
    EXPECT_THAT(session.take(),
                ElementsAre(StartsWith("other <failure "), "batch",
                            "opened id=s1 version=1.0 lang=", kFeaturesEvent, "batch"));

    send(kPlain);
    EXPECT_EQ(heard(), kPlain);
    say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    session.take();
    send("<message/>");
    EXPECT_EQ(heard(), "<message/>");
}

} // namespace
} // namespace tests
