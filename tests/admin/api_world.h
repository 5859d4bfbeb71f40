// ApiWorld — the admin API over a connection in memory, with sessions and a daemon that the test
// makes up, and what the API had them do.
#pragma once

#include "admin/api.h"
#include "tests/admin/admin_world.h"
#include "tests/support/memory_transport.h"
#include "tests/support/test_env.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tests {

// Answers come when the test says so.
struct FakeSessions final : admin::Sessions {
    void list(const admin::SessionQuery& query, admin::Reply<admin::Listing> reply) override {
        queries.push_back(query);
        listings.push_back(std::move(reply));
    }
    void find(const std::string& sid, admin::Reply<admin::Found> reply) override {
        asked.push_back("find " + sid);
        founds.push_back(std::move(reply));
    }
    void end(const std::string& sid, admin::Reply<admin::Found> reply) override {
        asked.push_back("end " + sid);
        founds.push_back(std::move(reply));
    }

    void start_trace(uint64_t id, const base::TraceTarget& target, admin::HearTrace hear,
                     std::function<void()> listening) override {
        asked.push_back("trace " + std::to_string(id) + " " + target.sid + target.jid +
                        (target.bodies ? " with bodies" : ""));
        traces.push_back(std::move(hear));
        listening();
    }
    void stop_trace(uint64_t id) override { asked.push_back("stop " + std::to_string(id)); }

    std::vector<admin::HearTrace> traces;
    std::vector<admin::SessionQuery> queries;
    std::vector<std::string> asked;
    std::vector<admin::Reply<admin::Listing>> listings;
    std::vector<admin::Reply<admin::Found>> founds;
};

struct FakeSteering final : admin::Steering {
    [[nodiscard]] admin::DaemonState state() const override { return daemon_state; }

    void reload(std::move_only_function<void(const admin::ReloadOutcome&)> reply) override {
        reloads.push_back(std::move(reply));
    }
    bool drain(std::optional<std::chrono::seconds> deadline) override {
        told.push_back(deadline ? "drain " + std::to_string(deadline->count()) : "drain");
        return willing;
    }
    bool cancel_drain() override {
        told.emplace_back("cancel");
        return willing;
    }
    void set_log_level(base::Level level) override {
        told.push_back("log " + std::string(to_string(level)));
    }

    admin::DaemonState daemon_state;
    bool willing = true;
    std::vector<std::string> told;
    std::vector<std::move_only_function<void(const admin::ReloadOutcome&)>> reloads;
};

class ApiWorld : public testing::Test {
protected:
    ApiWorld() { api.add_routes(server); }

    // The connection stays until the next, so that what is answered later can be read.
    std::string ask(std::string_view request_line, std::string_view body = {},
                    std::string_view fields = {}) {
        peer.emplace();
        server.accept(peer->open(), {.peer = *net::Address::parse("127.0.0.1", 40'000)});
        peer->send(std::string(request_line) + " HTTP/1.1\r\nHost: 127.0.0.1:9280\r\n" +
                   std::string(fields) + "Content-Length: " + std::to_string(body.size()) +
                   "\r\n\r\n" + std::string(body));
        return answer();
    }
    std::string answer() {
        peer->pump();
        env.turn();
        return peer->take_received();
    }
    // "200 {…}"
    static std::string short_form(const std::string& answer) {
        constexpr size_t kStatusAt = sizeof "HTTP/1.1 " - 1;
        size_t body = answer.find("\r\n\r\n");
        if (body == std::string::npos) return answer;
        std::string text = answer.substr(body + 4);
        if (text.ends_with('\n')) text.pop_back();
        return answer.substr(kStatusAt, 4) + text;
    }

    TestEnv env;
    FakeDaemon daemon;
    FakeSessions sessions;
    FakeSteering steering;
    admin::Traces traces{env.env(), sessions};
    admin::History history{env.env(), daemon};
    http::Server server{env.env(), {}};
    admin::Api api{env.env(),
                   {.subject = daemon,
                    .sessions = sessions,
                    .steering = steering,
                    .traces = traces,
                    .history = history},
                   server};
    std::optional<MemoryPeer> peer;
};

} // namespace tests
