// ServerFixture — a Server with a handler that does as it is told, and clients in memory.
// Life:   as gtest has it; every client's transport belongs to the server.
#pragma once

#include "http/server.h"
#include "tests/support/memory_transport.h"
#include "tests/support/test_env.h"

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace http {

using namespace std::chrono_literals;
using tests::MemoryPeer;

// Holds every request until the test answers it.
class HoldingHandler final : public Handler {
public:
    struct Held {
        RequestRef ref;
        Method method;
        std::string path;
        std::string body;
    };

    [[nodiscard]] Verdict on_head(const RequestHead& head, const ClientFacts&) override {
        heads.emplace_back(head.path);
        if (head.method != Method::Post) {
            Response refusal{.status = 405};
            refusal.fields = "Allow: POST, OPTIONS\r\n";
            return {.refusal = std::move(refusal)};
        }
        return {.max_body_bytes = max_body_bytes};
    }
    void on_request(RequestRef ref, const RequestHead& head, base::Slice body,
                    const ClientFacts& client) override {
        clients.push_back(client);
        held.push_back({ref, head.method, std::string(head.path), std::string(body.view())});
        if (responder != nullptr) responder->respond(ref, Response{.status = 204});
    }
    void on_request_lost(RequestRef ref) override { lost.push_back(ref); }

    size_t max_body_bytes = 1024;
    Responder* responder = nullptr; // if set: answers at once
    std::vector<std::string> heads;
    std::vector<Held> held;
    std::vector<ClientFacts> clients; // who each was of
    std::vector<RequestRef> lost;
};

class ServerFixture : public testing::Test {
protected:
    explicit ServerFixture(size_t budget_bytes = 16UL * 1024 * 1024) : env_(budget_bytes) {}

    void SetUp() override { start({}); }
    void start(const Limits& limits, const Access& access = {}) {
        server_.emplace(env_.env(), limits, access);
        server_->add_route(
            {.path = "/bosh", .handler = &handler_, .cors = cors_, .allow = "POST, OPTIONS"});
        server_->add_route({.path = "/plain", .handler = &handler_, .allow = "POST"});
        server_->add_route(
            {.path = "/files/", .handler = &handler_, .allow = "GET", .folder = true});
    }

    MemoryPeer connect(const ClientFacts& client = {}) {
        MemoryPeer peer;
        server_->accept(peer.open(), client);
        return peer;
    }
    void send(MemoryPeer& peer, std::string_view bytes) {
        peer.send(bytes);
        settle(peer);
    }
    void settle(MemoryPeer& peer) {
        peer.pump();
        env_.turn();
    }
    void advance(base::Duration by, MemoryPeer& peer) {
        env_.advance(by);
        settle(peer);
    }
    // One request, and everything that comes back for it.
    std::string exchange(std::string_view request) {
        MemoryPeer peer = connect();
        send(peer, request);
        return peer.take_received();
    }
    bool answer(size_t index, std::string_view body) {
        Response response{.content_type = "text/plain"};
        response.body.push(base::Slice::copy(env_.pool, body));
        return server_->respond(handler_.held.at(index).ref, std::move(response));
    }

    static std::string post(std::string_view path, std::string_view body,
                            std::string_view fields = "") {
        std::string text =
            "POST " + std::string(path) +
            " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
        return text.append(fields).append("\r\n").append(body);
    }
    static int status_of(std::string_view answer) {
        return answer.starts_with("HTTP/1.1 ") ? std::stoi(std::string(answer.substr(9, 3))) : 0;
    }
    static size_t count(std::string_view text, std::string_view part) {
        size_t found = 0;
        for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
        return found;
    }

    tests::TestEnv env_;
    CorsPolicy cors_;
    HoldingHandler handler_;
    std::optional<Server> server_;
};

} // namespace http
