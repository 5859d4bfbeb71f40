// EndpointWorld — the whole way in memory: a client's connection, from its handshake on, and a
// server's stream.
// Life:   as its owner has it; start() comes first.
#pragma once

#include "base/error.h"
#include "http/server.h"
#include "tests/support/server_side.h"
#include "tests/support/test_env.h"
#include "tests/ws/client_frames.h"
#include "ws/endpoint.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ws {

using namespace std::chrono_literals;
using tests::MemoryPeer;
using tests::server_header;

constexpr std::string_view kEnglish = " xml:lang='en'";
constexpr std::string_view kFeatures =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
    "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";
constexpr std::string_view kOpen =
    "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='example.org' version='1.0'/>";
constexpr std::string_view kEndTag = "</stream:stream>";

inline std::string handshake(std::string_view fields = "") {
    return "GET /xmpp-websocket HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
           "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: xmpp\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           std::string(fields) + "\r\n";
}

// What was deflated, again as it was.
inline std::string inflated(std::string_view coded) {
    base::SlicePool pool(1 << 20);
    MessageCoder coder(pool);
    auto plain = coder.inflate(coded, 1 << 20);
    return plain ? std::string(plain->view()) : "garbled";
}

// What a server sent, a line for each frame: "<a/>", "close 1000", "ping". Ours are never masked.
inline std::vector<std::string> frames_of(std::string_view bytes) {
    std::vector<std::string> frames;
    while (bytes.size() >= 2) {
        int first = static_cast<uint8_t>(bytes[0]);
        size_t length = static_cast<uint8_t>(bytes[1]);
        size_t header = 2;
        if (length == 126 || length == 127) {
            size_t extended = length == 126 ? 2 : 8;
            length = 0;
            for (size_t i = 0; i < extended; ++i) {
                length = length << 8 | static_cast<uint8_t>(bytes[header++]);
            }
        }
        std::string payload(bytes.substr(header, length));
        bytes.remove_prefix(std::min(header + length, bytes.size()));
        switch (first) {
        case 0x81: frames.push_back(payload); break;
        case 0xC1: frames.push_back("deflated " + inflated(payload)); break;
        case 0x01:
        case 0x00: frames.push_back("fragment " + std::to_string(length)); break;
        case 0x80: frames.push_back("last fragment " + std::to_string(length)); break;
        case 0x88:
            frames.push_back(
                payload.empty() ? "close"
                                : "close " + std::to_string(static_cast<uint8_t>(payload[0]) * 256 +
                                                            static_cast<uint8_t>(payload[1])));
            break;
        case 0x89: frames.push_back("ping"); break;
        case 0x8A: frames.push_back("pong " + payload); break;
        default: frames.push_back("odd frame " + std::to_string(first)); break;
        }
    }
    return frames;
}

class EndpointWorld {
protected:
    void start() {
        http_.emplace(services_, http::Limits{},
                      http::Access{.limits = limits_ ? &*limits_ : nullptr});
        if (limits_) endpoint_.set_client_limits(*limits_);
        endpoint_.set_server(*http_, *http_);
        http_->add_route({.path = "/xmpp-websocket",
                          .handler = &endpoint_,
                          .allow = "GET, OPTIONS",
                          .websocket = true});
    }

    MemoryPeer connect() { return connect(facts_); }
    MemoryPeer connect(const http::ClientFacts& facts) {
        MemoryPeer client;
        http_->accept(client.open(), facts);
        return client;
    }
    void settle(MemoryPeer& client) {
        client.pump();
        servers_.pump();
        client.pump();
        env_.turn();
    }
    void advance(base::Duration by, MemoryPeer& client) {
        env_.advance(by);
        settle(client);
    }
    // A WebSocket; its 101 is read.
    MemoryPeer upgrade(std::string_view fields = "") {
        MemoryPeer client = connect();
        client.send(handshake(fields));
        settle(client);
        CM_ASSERT(client.take_received().starts_with("HTTP/1.1 101 "));
        return client;
    }
    // ... with a stream to the server, whose features have come.
    MemoryPeer open(std::string_view fields = "") {
        MemoryPeer client = upgrade(fields);
        client.send(text(kOpen));
        settle(client);
        servers_.accept();
        (void)heard();
        say(client, server_header(kEnglish).append(kFeatures));
        (void)client.take_received();
        return client;
    }
    // ... and a message, which only comes to who is logged in.
    MemoryPeer log_in(std::string_view fields = "") {
        MemoryPeer client = open(fields);
        say(client, "<presence/>");
        (void)client.take_received();
        return client;
    }
    void send(MemoryPeer& client, std::string_view bytes) {
        client.send(bytes);
        settle(client);
    }
    void say(MemoryPeer& client, std::string_view bytes) {
        servers_.say(bytes);
        settle(client);
    }
    std::string heard() { return servers_.heard(); }
    static std::vector<std::string> told(MemoryPeer& client) {
        return frames_of(client.take_received());
    }

    tests::TestEnv env_;
    base::Env services_ = env_.env();
    Settings settings_;
    tests::ExampleOrg<xmpp::Domains> domains_;
    tests::ServerSide servers_{services_};
    Endpoint endpoint_{services_, settings_, domains_, servers_.upstreams, servers_.check};
    std::optional<http::LimitLedger> ledger_;
    std::optional<http::ClientLimits> limits_; // none, unless made before start()
    http::ClientFacts facts_{.encrypted = true};
    std::optional<http::Server> http_;
};

} // namespace ws
