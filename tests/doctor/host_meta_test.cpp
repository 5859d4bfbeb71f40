// The links of host-meta in both of its forms, as people write them.
// Rows: -
#include "doctor/host_meta.h"

#include <gtest/gtest.h>

namespace doctor {
namespace {

const HostMetaLinks kBoth{.bosh = "https://a.example/b?c&d", .websocket = "wss://a.example/w"};

TEST(HostMetaTest, Xrd) {
    auto links = links_in_xrd(R"(<?xml version='1.0'?>
<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>
  <Link rel="urn:xmpp:alt-connections:websocket"
        href="wss://a.example/w"/>
  <Link href='https://a.example/b?c&amp;d' rel='urn:xmpp:alt-connections:xbosh'></Link>
  <Link rel='lrdd' template='https://a.example/{uri}'/>
</XRD>)");
    ASSERT_TRUE(links);
    EXPECT_EQ(*links, kBoth);
}

TEST(HostMetaTest, WhatIsCommentedOutDoesNotCount) {
    auto links =
        links_in_xrd("<XRD><!-- <Link rel='urn:xmpp:alt-connections:xbosh' href='old'/> -->"
                     "<Link rel='urn:xmpp:alt-connections:xbosh' href='new'/></XRD>");
    ASSERT_TRUE(links);
    EXPECT_EQ(links->bosh, "new");
    EXPECT_TRUE(
        links_in_xrd("<XRD><!-- <Link rel='urn:xmpp:alt-connections:xbosh' href='o'/>")->empty());
}

TEST(HostMetaTest, Jrd) {
    auto links = links_in_jrd(
        R"({"links":[{"rel":"urn:xmpp:alt-connections:xbosh","href":"https://a.example/b?c&d"},
            {"rel":"urn:xmpp:alt-connections:websocket","href":"wss://a.example/w"}, 7, {"rel":1}]})");
    ASSERT_TRUE(links);
    EXPECT_EQ(*links, kBoth);
}

TEST(HostMetaTest, WhatIsNoneOfIt) {
    EXPECT_FALSE(links_in_xrd("<html></html>"));
    EXPECT_FALSE(links_in_jrd("<html></html>"));
    EXPECT_FALSE(links_in_jrd("[]"));
    EXPECT_TRUE(links_in_jrd("{}")->empty());
}

} // namespace
} // namespace doctor
