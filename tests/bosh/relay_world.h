// RelayWorld — the whole way in memory: HTTP of a client's connections on one side, a server's
// stream on the other.
// Life:   as its owner has it; start() comes first.
#pragma once

#include "base/error.h"
#include "bosh/endpoint.h"
#include "http/server.h"
#include "tests/support/server_side.h"
#include "tests/support/test_env.h"

#include <optional>
#include <string>
#include <string_view>

namespace bosh {

using tests::MemoryPeer;
using tests::server_header;

constexpr Rid kFirstRid = 100;
constexpr std::string_view kUsualTerms = "ver='1.11' wait='60' hold='1'";
constexpr std::string_view kFeatures =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";

class RelayWorld {
protected:
    void start(const http::Limits& limits) {
        http_.emplace(services_, limits);
        endpoint_.set_responder(*http_);
        http_->add_route(
            {.path = "/http-bind", .handler = &endpoint_, .cors = cors_, .allow = "POST, OPTIONS"});
    }

    MemoryPeer connect() {
        MemoryPeer client;
        http_->accept(client.open(), {});
        return client;
    }
    // Sends a request; the result is what comes back at once.
    std::string exchange(MemoryPeer& client, std::string_view bytes) {
        client.send(bytes);
        client.pump();
        env_.turn();
        return client.take_received();
    }
    void advance(base::Duration by, MemoryPeer& client) {
        env_.advance(by);
        client.pump();
        env_.turn();
    }

    // A session of kFirstRid, created and given its features. Its sid is in every request() from
    // now.
    std::string open_session(MemoryPeer& client, std::string_view attributes = kUsualTerms,
                             std::string_view features = kFeatures) {
        std::string answer = exchange(client, create(attributes));
        servers_.accept();
        stream_header_ = heard();
        say(server_header().append(features));
        answer += client.take_received();
        name_session(answer);
        return answer;
    }
    // Whose session it is from now on: that of a creation's answer.
    void name_session(std::string_view answer) {
        size_t at = answer.find(" sid='");
        CM_ASSERT(at != std::string::npos);
        sid_ = answer.substr(at + 6, answer.find('\'', at + 6) - at - 6);
    }
    void say(std::string_view bytes) { servers_.say(bytes); }
    std::string heard() { return servers_.heard(); }

    static std::string creation(std::string_view attributes) {
        return "<body xmlns='http://jabber.org/protocol/httpbind' rid='" +
               std::to_string(kFirstRid) + "' to='example.org' " + std::string(attributes) + "/>";
    }
    static std::string create(std::string_view attributes) { return post(creation(attributes)); }
    std::string body(Rid rid, std::string_view payload, std::string_view attributes) {
        return "<body xmlns='http://jabber.org/protocol/httpbind' sid='" + sid_ + "' rid='" +
               std::to_string(rid) + "'" + std::string(attributes) + ">" + std::string(payload) +
               "</body>";
    }
    std::string request(Rid rid, std::string_view payload = "", std::string_view attributes = "",
                        std::string_view fields = "") {
        return post(body(rid, payload, attributes), fields);
    }
    static std::string post(std::string_view body, std::string_view fields = "") {
        return "POST /http-bind HTTP/1.1\r\nHost: h\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n" + std::string(fields) + "\r\n" +
               std::string(body);
    }

    tests::TestEnv env_;
    base::Env services_ = env_.env();
    Settings settings_;
    tests::ExampleOrg<Domains> domains_;
    http::CorsPolicy cors_;
    tests::ServerSide servers_{services_};
    Endpoint endpoint_{services_, settings_, domains_, servers_.upstreams, servers_.check, {}};
    std::optional<http::Server> http_;
    std::string sid_;
    std::string stream_header_;
};

} // namespace bosh
