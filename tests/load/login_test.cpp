// A login, and the pieces of text that it reads and writes.
// Rows: -
#include "bench/load/glance.h"
#include "bench/load/login.h"
#include "bench/load/message.h"
#include "bench/load/sasl_plain.h"

#include <gtest/gtest.h>

#include <string>

namespace load {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kMechanisms =
    "<stream:features xmlns:stream='http://etherx.jabber.org/streams'><mechanisms "
    "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism>"
    "<mechanism>PLAIN</mechanism></mechanisms></stream:features>";
constexpr std::string_view kBind = "<stream:features><ver xmlns='urn:xmpp:features:rosterver'/>"
                                   "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
                                   "</stream:features>";

TEST(Login, GoesFromFeaturesToAJid) {
    Account account{.user = "u7", .password = "secret"};
    Login login(account);
    auto step = login.on_element(kMechanisms);
    EXPECT_EQ(step.kind, Login::Step::Kind::Send);
    EXPECT_EQ(step.text, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
                         "AHU3AHNlY3JldA==</auth>");
    step = login.on_element("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    EXPECT_EQ(step.kind, Login::Step::Kind::Restart);
    step = login.on_element(kBind);
    EXPECT_EQ(step.kind, Login::Step::Kind::Send);
    EXPECT_EQ(first_child(step.text), "bind");
    EXPECT_EQ(login.on_element("<presence from='a@b/c'/>").kind, Login::Step::Kind::Nothing);
    EXPECT_EQ(login.on_element("<iq type='result' id='another'/>").kind,
              Login::Step::Kind::Nothing);
    step =
        login.on_element("<iq xmlns='jabber:client' type=\"result\" id='bind'><bind "
                         "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>u7@b/c</jid></bind></iq>");
    EXPECT_EQ(step.kind, Login::Step::Kind::Done);
    EXPECT_EQ(login.jid(), "u7@b/c");
}

TEST(Login, SaysWhyItWasRefused) {
    Account account{.user = "u7", .password = "wrong"};
    Account guest;
    auto refusal = [](Login& login, std::string_view element) {
        auto step = login.on_element(element);
        return step.kind == Login::Step::Kind::Refused ? step.text : "not refused";
    };
    Login without_mechanism(guest);
    EXPECT_EQ(refusal(without_mechanism, kMechanisms), "not offered: ANONYMOUS");

    Login wrong_password(account);
    EXPECT_EQ(wrong_password.on_element(kMechanisms).kind, Login::Step::Kind::Send);
    EXPECT_EQ(refusal(wrong_password, "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                                      "<not-authorized/><text>No.</text></failure>"),
              "login-refused not-authorized");

    Login without_bind(account);
    EXPECT_EQ(without_bind.on_element(kMechanisms).kind, Login::Step::Kind::Send);
    EXPECT_EQ(without_bind.on_element("<success/>").kind, Login::Step::Kind::Restart);
    EXPECT_EQ(refusal(without_bind, kMechanisms), "not offered: bind");

    Login unbound(account);
    EXPECT_EQ(unbound.on_element(kMechanisms).kind, Login::Step::Kind::Send);
    EXPECT_EQ(unbound.on_element("<success/>").kind, Login::Step::Kind::Restart);
    EXPECT_EQ(unbound.on_element(kBind).kind, Login::Step::Kind::Send);
    EXPECT_EQ(refusal(unbound, "<iq type='error' id='bind'><error type='cancel'/></iq>"),
              "bind-refused");

    Login ended(account);
    EXPECT_EQ(refusal(ended, "<stream:error><system-shutdown/></stream:error>"),
              "stream-error system-shutdown");
}

TEST(SaslPlain, IsReadAsItWasWritten) {
    for (const char* user : {"u", "u1", "u12", "u123", "ÿþ>?"}) {
        EXPECT_EQ(user_of_plain(plain_response(user, "p")), user);
        EXPECT_EQ(user_of_plain(plain_response(user, "")), user);
    }
    for (const char* none : {"", "=", "AAAA", "dTEAcA==", "not base64", "AHU3"}) {
        EXPECT_EQ(user_of_plain(none), std::nullopt) << none;
    }
}

TEST(Glance, FindsNamesAttributesAndText) {
    EXPECT_EQ(local_name("<message to='x'/>"), "message");
    EXPECT_EQ(local_name("<stream:features>"), "features");
    EXPECT_EQ(local_name("<a/>"), "a");
    EXPECT_EQ(local_name("text"), "");

    constexpr std::string_view kMessage =
        "<message id=\"it's\" xml:id='no' note='a=\"b\" id=\"c\"' \n\tto = 'x@y/z' from=''>"
        "<body to='inner'>a</body></message>";
    EXPECT_EQ(attribute(kMessage, "id"), "it's");
    EXPECT_EQ(attribute(kMessage, "to"), "x@y/z");
    EXPECT_EQ(attribute(kMessage, "from"), "");
    EXPECT_EQ(attribute(kMessage, "type"), "");
    EXPECT_EQ(attribute("<a><b to='inner'/></a>", "to"), "");
    EXPECT_EQ(attribute("<a/>", "to"), "");

    EXPECT_EQ(text_of("<iq><bind><jid>a@b/c</jid></bind></iq>", "jid"), "a@b/c");
    EXPECT_EQ(text_of("<iq><jid/>x</iq>", "jid"), "");
    EXPECT_EQ(text_of("<iq><jida>x</jida></iq>", "jid"), "");

    EXPECT_EQ(first_child("<iq><bind xmlns='x'/></iq>"), "bind");
    EXPECT_EQ(first_child("<iq></iq>"), "");
    EXPECT_EQ(first_child("<iq/>"), "");
    EXPECT_EQ(first_child(""), "");
}

TEST(Message, CarriesWhenItWasDue) {
    MessageWriter writer(10);
    Instant due{123456789012345ns};
    std::string message(writer.write("a@b/c", due));
    EXPECT_EQ(message, "<message xmlns='jabber:client' type='chat' to='a@b/c' "
                       "id='123456789012345'><body>All work a</body></message>");
    EXPECT_EQ(due_of(message), due);
    for (std::string_view other : {"<message id='x1'/>", "<message id='1x'/>", "<message/>",
                                   "<iq id='1'/>", "<message type='error' id='1'/>"}) {
        EXPECT_EQ(due_of(other), std::nullopt) << other;
    }
}

} // namespace
} // namespace load
