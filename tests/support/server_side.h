// ServerSide — the real streams to example.org, whose one server the test plays in memory.
//
//     ServerSide servers(services);
//     ...                                            // something opens a stream of
//     servers.upstreams servers.accept(); EXPECT_EQ(servers.heard(), "<?xml ...");
//     servers.say(server_header() + "<stream:features/>");
//
// Life:   declare it before what uses it.
#pragma once

#include "base/env.h"
#include "tests/support/fake_connector.h"
#include "tests/support/fake_resolver.h"
#include "tests/support/fake_securing.h"
#include "tests/support/memory_transport.h"
#include "xmpp/relay_factory.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tests {

// `attributes`: further ones of the stream.
inline std::string server_header(std::string_view attributes = "") {
    return "<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='s1' from='example.org' "
           "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'" +
           std::string(attributes) + ">";
}

// Of whichever room; nothing but example.org is served.
template <class Domains>
class ExampleOrg final : public Domains {
public:
    using Standing = Domains::Standing;
    [[nodiscard]] Standing standing(std::string_view domain) const override {
        return domain == "example.org" ? Standing::Served : Standing::Unknown;
    }
};

class ServerSide {
public:
    explicit ServerSide(base::Env services)
        : upstreams(services,
                    {.connector = connector,
                     .resolver = resolver,
                     .securing = securing,
                     .chance = [](uint32_t) { return 0U; }},
                    check, {.connect = {.pace = {.burst = 1000}}, .stream = {}}) {
        // In clear, so that what is said can be read.
        xmpp::DomainServers servers{
            .servers = {{.host = "127.0.0.1", .terms = {.tls = xmpp::ServerTls::None}}}};
        upstreams.serve({.listed = {{"example.org", std::move(servers)}}, .foreign = {}});
    }

    // Takes the connection that was begun.
    void accept() { peer_ = connector.succeed(); }
    void accept(const net::Address& address) { peer_ = connector.succeed(address); }
    void say(std::string_view bytes) {
        peer_->send(bytes);
        pump();
    }
    std::string heard() {
        pump();
        return peer_->take_received();
    }
    void pump() {
        if (peer_) peer_->pump();
    }
    MemoryPeer& peer() { return *peer_; }

    FakeConnector connector;
    FakeResolver resolver;
    FakeSecuring securing;
    xmpp::XmlCheck check;
    xmpp::RelayFactory upstreams;

private:
    std::optional<MemoryPeer> peer_;
};

} // namespace tests
