// SessionHarness — a Session under a fake clock, its actions told as short words.
// A test reads as a trace: requests go in by rid, and what comes out is
//   "7 <- E"  the request with rid 7 is answered with the empty body;  P(..) with payloads;
//   "7 <- T(c)" terminate with a condition;  T(c: ..) with payloads too;  R  recoverable error;
//   "7 <- 404"  a legacy code;  "send ..", "restart", "pause", "resume", "bounce ..", "close",
//   "drop", "end cause". What concerns an added stream has its number behind it: "close 1".
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
    std::string to{};     // adds a stream
    std::string stream{}; // the name of one
};

// example.org and example.net are served.
class TwoDomains final : public Domains {
public:
    [[nodiscard]] Standing standing(std::string_view domain) const override {
        return domain == "example.org" || domain == "example.net" ? Standing::Served
                                                                  : Standing::Unknown;
    }
};

class SessionHarness : public testing::Test {
protected:
    // What is beyond `hold` leaves at once, but in tests of the delay.
    SessionHarness() { settings_.release_delay = 0ms; }
    // A session whose creation request (rid 1000) has been answered with features.
    void start(Terms terms, std::string newkey = {});
    // Only created: upstream has said nothing yet.
    void create(Terms terms, std::string payload = {}, std::string newkey = {});
    static Terms usual() {
        return {.rid = 1000,
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
    void stream_opened(std::string_view version = "1.0", StreamId id = kFirstStream);
    void stanza(std::string_view xml, xmpp::Stanza::Kind kind = xmpp::Stanza::Kind::Message,
                StreamId id = kFirstStream);
    // The server's answer goes out on a request with this rid: the stream may be resumed.
    void enable_stream_management(Rid rid);
    void batch(std::initializer_list<std::string_view> stanzas);
    void features(StreamId id = kFirstStream) {
        stanza("<stream:features/>", xmpp::Stanza::Kind::Features, id);
    }
    void upstream_ends(xmpp::UpstreamEnd end, StreamId id = kFirstStream) {
        session().on_upstream_ended(id, end, now_);
    }
    // Moves the clock second by second and runs the deadlines that are due.
    void advance(base::Duration by);

    // What came out since the last call.
    Trace actions();
    // The XML of the last answer, whole.
    [[nodiscard]] const std::string& last_xml() const { return last_xml_; }
    Session& session() { return *session_; }

    base::SlicePool pool_{64UL << 20};
    Settings settings_;
    TwoDomains domains_;
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
