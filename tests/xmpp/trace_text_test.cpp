// Rows: -
#include "xmpp/trace_text.h"

#include <gtest/gtest.h>

#include <string>

namespace xmpp {
namespace {

std::string masked(std::string_view xml) {
    return trace_text(xml, TraceDetail::Masked);
}
std::string whole(std::string_view xml) {
    return trace_text(xml, TraceDetail::Bodies);
}

TEST(TraceTextTest, MaskedItSaysWhatItIsAndNotWhatSomebodyWrote) {
    EXPECT_EQ(masked("<message type='chat' id='a1' to='bob@chat.example/web' from=\"chat.example\">"
                     "<body>meet me at <![CDATA[nine]]></body><x xmlns='jabber:x:oob'>"
                     "<url desc='secret'>https://u</url></x></message>"),
              "<message type='chat' id='a1' to='…@chat.example/…' from=\"chat.example\">"
              "<body>……</body><x xmlns='jabber:x:oob'><url desc='…'>…</url></x></message>");
    EXPECT_EQ(masked("<iq  id = 'x'\n type='get'/> <presence/>"),
              "<iq id='x' type='get'/><presence/>");
}

TEST(TraceTextTest, WithBodiesAllIsThere) {
    std::string_view message = "<message to='bob@chat.example/web'><body>a &lt; b</body></message>";
    EXPECT_EQ(whole(message), message);
}

TEST(TraceTextTest, WhatLogsSomebodyInIsNeverShown) {
    EXPECT_EQ(
        whole("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>"),
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='…'>…</auth>");
    EXPECT_EQ(whole("<s:response xmlns:s='urn:ietf:params:xml:ns:xmpp-sasl'><y>YQ</y></s:response>"
                    "<message><body>x</body></message>"),
              "<s:response xmlns:s='urn:ietf:params:xml:ns:xmpp-sasl'><y>…</y></s:response>"
              "<message><body>x</body></message>");
    EXPECT_EQ(whole("<iq type='set'><query xmlns=\"jabber:iq:register\"><password>p</password>"
                    "</query></iq>"),
              "<iq type='set'><query xmlns=\"jabber:iq:register\"><password>…</password>"
              "</query></iq>");
    EXPECT_EQ(whole("<iq><query xmlns='jabber:iq:auth'><digest>p</digest></query></iq>"),
              "<iq><query xmlns='jabber:iq:auth'><digest>…</digest></query></iq>");
    EXPECT_EQ(whole("<success xmlns='urn:xmpp:sasl:2'><token xmlns='urn:xmpp:fast:0' token='t' "
                    "expiry='e'/></success>"),
              "<success xmlns='urn:xmpp:sasl:2'><token xmlns='urn:xmpp:fast:0' token='…' "
              "expiry='…'/></success>");
    EXPECT_EQ(whole("<field type='text-private' var='p'><value>secret</value></field>"),
              "<field type='…' var='…'><value>…</value></field>");
}

// However the namespace is written.
TEST(TraceTextTest, ANamespaceThatIsNotPlainIsTakenForOneWithSecrets) {
    EXPECT_EQ(whole("<auth xmlns='urn:ietf:params:xml:ns:xmpp-&#115;asl'>AGEA</auth>"),
              "<auth xmlns='urn:ietf:params:xml:ns:xmpp-&#115;asl'>…</auth>");
}

TEST(TraceTextTest, BearerSecretsOfBoshAreNeverShown) {
    for (auto detail : {TraceDetail::Masked, TraceDetail::Bodies}) {
        EXPECT_EQ(
            trace_text("<body sid='AAAAsecret' rid='7' key='k' newkey='n' wait='60'>", detail),
            "<body sid='…' rid='7' key='…' newkey='…' wait='60'>");
    }
}

TEST(TraceTextTest, WhatIsNoXmlIsNotShown) {
    for (std::string_view text :
         {"<a b='c", "<a b=c>secret</a>", "<a 'x'>", "<![CDATA[secret", "<a>secret</a"}) {
        EXPECT_EQ(whole(text).find("secret") == std::string::npos || whole(text) == "…", true)
            << whole(text);
    }
    EXPECT_EQ(masked(""), "");
}

TEST(TraceTextTest, LongTextsAreCutBetweenCharacters) {
    std::string long_text = "<message><body>";
    while (long_text.size() < 2 * kMostTraceBytes) long_text += "\xc3\xa4";
    long_text += "</body></message>";
    std::string shown = whole(long_text);
    EXPECT_LE(shown.size(), kMostTraceBytes + 3);
    EXPECT_TRUE(shown.ends_with("\xc3\xa4…")) << shown.substr(shown.size() - 8);
}

} // namespace
} // namespace xmpp
