// Rows: -
#include "probe/bosh_client.h"
#include "probe/element.h"
#include "probe/message.h"
#include "probe/stream_error.h"
#include "probe/stream_features.h"

#include <gmock/gmock.h>

using probe::Element;
using testing::ElementsAre;

namespace {

class ElementTest : public testing::Test {
protected:
    Element parse(std::string_view text) {
        auto element = Element::parse(check_, text);
        EXPECT_TRUE(element.has_value()) << text;
        return element.value_or(Element{});
    }
    xmpp::XmlCheck check_;
};

TEST_F(ElementTest, IsATreeOfNamesAttributesAndText) {
    Element root = parse("<a xmlns='urn:a' xmlns:b='urn:b' x='1' b:x='2'>one<b:c/>two<c/></a>");
    EXPECT_TRUE(root.is("a", "urn:a"));
    EXPECT_EQ(root.text, "onetwo");
    EXPECT_EQ(root.attribute("x"), "1");
    EXPECT_EQ(root.attribute("x", "urn:b"), "2");
    EXPECT_EQ(root.attribute("y"), "");
    ASSERT_NE(root.child("c", "urn:b"), nullptr);
    ASSERT_NE(root.child("c", "urn:a"), nullptr);
    EXPECT_EQ(root.child("d", "urn:a"), nullptr);
}

TEST_F(ElementTest, ManySiblingsAndDepth) {
    std::string text = "<r xmlns='urn:r'>";
    for (int i = 0; i < 50; ++i) text += "<s><t>" + std::to_string(i) + "</t></s>";
    Element root = parse(text + "</r>");
    ASSERT_EQ(root.children.size(), 50U);
    for (size_t i = 0; i < 50; ++i) {
        EXPECT_EQ(root.children[i].children.at(0).text, std::to_string(i));
    }
}

TEST_F(ElementTest, WhatIsNoXmppXmlIsNone) {
    for (std::string_view text :
         {"", "<a>", "<!DOCTYPE html><html/>", "<a><!-- no --></a>", "text", "<a>&unknown;</a>"}) {
        EXPECT_FALSE(Element::parse(check_, text).has_value()) << text;
    }
}

TEST_F(ElementTest, TheConditionOfAFailureIsNotItsText) {
    Element failure = parse("<failure xmlns='urn:s'><text>no</text><not-authorized/></failure>");
    EXPECT_EQ(failure.condition("urn:s"), "not-authorized");
    EXPECT_EQ(failure.condition("urn:other"), "");
}

TEST_F(ElementTest, WhyASessionEnded) {
    auto reason = [this](const std::string& attributes, const std::string& content) {
        return probe::reason_in(parse("<body xmlns='http://jabber.org/protocol/httpbind' " +
                                      attributes + ">" + content + "</body>"));
    };
    EXPECT_EQ(reason("condition='see-other-uri'", "<uri>https://b.example/</uri>"),
              "https://b.example/");
    EXPECT_EQ(reason("condition='remote-stream-error'",
                     "<error xmlns='http://etherx.jabber.org/streams'>"
                     "<host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>"),
              "remote-stream-error: host-unknown");
    EXPECT_EQ(reason("condition='remote-stream-error'",
                     "<error xmlns='http://etherx.jabber.org/streams'>"
                     "<policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                     "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>too big</text></error>"),
              "remote-stream-error: policy-violation (too big)");
    EXPECT_EQ(reason("condition='policy-violation'", ""), "policy-violation");
    EXPECT_EQ(reason("", ""), "without a condition");
}

TEST_F(ElementTest, AStreamErrorInPlaceOfFeaturesIsTheLackOfAMechanism) {
    auto problem = [this](const std::string& text) {
        return probe::read_stream_error(
                   parse("<error xmlns='http://etherx.jabber.org/streams'>"
                         "<undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                         "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>" +
                         text + "</text></error>"))
            .problem;
    };
    EXPECT_EQ(problem("No stream features to proceed with"), probe::Problem::NoUsableMechanism);
    EXPECT_EQ(problem("a bug"), probe::Problem::StreamError);
}

TEST_F(ElementTest, FeaturesNameMechanisms) {
    probe::Step step;
    Element features = parse("<features xmlns='http://etherx.jabber.org/streams'>"
                             "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                             "<mechanism>PLAIN</mechanism><mechanism>EXTERNAL</mechanism>"
                             "</mechanisms><ver xmlns='urn:v'/></features>");
    EXPECT_THAT(probe::add_facts(step, features), ElementsAre("PLAIN", "EXTERNAL"));
    ASSERT_EQ(step.facts.size(), 2U);
    EXPECT_EQ(step.facts[0].value, probe::FactValue(std::vector<std::string>{"mechanisms", "ver"}));
}

TEST_F(ElementTest, MechanismsThatAnAccountCannotUse) {
    probe::Account nobody;
    probe::Account alice{.user = "alice"};
    probe::Account guest{.anonymous = true};
    EXPECT_EQ(probe::lack_of_mechanism({}, nobody), std::nullopt);
    EXPECT_EQ(probe::lack_of_mechanism({"PLAIN"}, alice), std::nullopt);
    EXPECT_EQ(probe::lack_of_mechanism({"PLAIN", "EXTERNAL"}, guest),
              "it offers only PLAIN EXTERNAL");
    EXPECT_EQ(probe::lack_of_mechanism({}, alice), "it offers no SASL mechanism at all");
}

TEST_F(ElementTest, AMessageIsKnownByItsId) {
    std::string id = probe::new_message_id();
    EXPECT_NE(id, probe::new_message_id());
    Element message = parse(probe::message_to("a'b@chat.example/<&", id));
    EXPECT_EQ(message.attribute("to"), "a'b@chat.example/<&");
    EXPECT_EQ(message.attribute("type"), "headline");
    EXPECT_EQ(probe::delivery_of({}, id), probe::Delivery::Awaited);
    EXPECT_EQ(probe::delivery_of({message}, "other"), probe::Delivery::Awaited);
    EXPECT_EQ(probe::delivery_of({message}, id), probe::Delivery::Arrived);
    Element returned = parse("<message type='error' id='" + id + "'/>");
    EXPECT_EQ(probe::delivery_of({returned}, id), probe::Delivery::Returned);
}

} // namespace
