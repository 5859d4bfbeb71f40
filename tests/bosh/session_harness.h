// SessionHarness — a Session under a fake clock, its actions told as short words.
// A test reads as a trace: requests go in by rid, and what comes out is
//   "7 <- E"  the request with rid 7 is answered with the empty body;  P(..) with payloads;
//   "7 <- T(c)" terminate with a condition;  T(c: ..) with payloads too;  R  recoverable error;
//   "7 <- 404"  a legacy code;  "send ..", "restart", "pause", "resume", "close", "end cause".
#pragma once

#include "bosh/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bosh {

using namespace std::chrono_literals;
using Trace = std::vector<std::string>;

struct Sent {
    Rid rid = 0;
    std::string payload{};
    bool terminate = false;
    bool restart = false;
    std::optional<uint32_t> pause{};
    std::optional<Rid> ack{};
    bool malformed = false;
    std::string key{};
    std::string newkey{};
};

class SessionHarness : public testing::Test {
protected:
    // A session whose creation request (rid 1000) has been answered with features.
    void start(Terms terms, std::string newkey = {});
    // Only created: upstream has said nothing yet.
    void create(Terms terms, std::string payload = {}, std::string newkey = {});
    static Terms usual() {
        return {.to = "example.org",
                .rid = 1000,
                .wait = 60s,
                .inactivity = 60s,
                .polling_interval = 5s,
                .maxpause = 120s,
                .hold = 1,
                .requests = 2,
                .ver_minor = 11};
    }

    RequestRef request(Sent sent);
    void lose(RequestRef ref) { session().on_request_lost(ref, now_); }
    void stream_opened(std::string_view version = "1.0");
    void stanza(std::string_view xml, xmpp::Stanza::Kind kind = xmpp::Stanza::Kind::Message);
    void batch(std::initializer_list<std::string_view> stanzas);
    void features() { stanza("<stream:features/>", xmpp::Stanza::Kind::Features); }
    void upstream_ends(xmpp::UpstreamEnd end) { session().on_upstream_ended(end, now_); }
    // Moves the clock second by second and runs the deadlines that are due.
    void advance(std::chrono::seconds by);

    // What came out since the last call.
    Trace actions();
    // The XML of the last answer, whole.
    [[nodiscard]] const std::string& last_xml() const { return last_xml_; }
    Session& session() { return *session_; }

    base::SlicePool pool_{64UL << 20};
    Settings settings_;
    base::TimePoint now_{std::chrono::hours(1)};

private:
    std::string describe(Action& action);
    std::string describe_answer(const Respond& respond);

    ActionQueue queue_;
    std::unique_ptr<Session> session_;
    uint32_t requests_made_ = 0;
    std::map<uint32_t, std::string> names_; // of requests, by the index of their ref
    std::string last_xml_;
};

} // namespace bosh
