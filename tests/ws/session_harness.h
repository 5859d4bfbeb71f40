// SessionHarness — a Session under a fake clock, its actions told as short words.
//   "<presence/>"         a message to the client;  "open …", "close", "error condition" those of
//                         the framing;  "ping", "pong x", "Close 1000", "flush", "abort" the rest;
//   "connect", "up <…>", "restart", "pause up", "resume up", "bounce 1", "half-close up",
//   "close up", "drop up" what goes to the server;  "pause", "resume" the client's reading;
//   "end cause".
#pragma once

#include "ws/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ws {

using namespace std::chrono_literals;
using Trace = std::vector<std::string>;

// example.org is served, old.example was.
class SomeDomains final : public xmpp::Domains {
public:
    [[nodiscard]] Standing standing(std::string_view domain) const override {
        if (domain == "old.example") return Standing::Retired;
        return domain == "example.org" ? Standing::Served : Standing::Unknown;
    }
};

class SessionHarness : public testing::Test {
protected:
    SessionHarness() { settings_.fallback_domain = "example.org"; }

    // After the handshake.
    void begin(bool encrypted = true) {
        session_.emplace(settings_, domains_, pool_, queue_, encrypted, now_);
    }
    // With the server's features delivered.
    void open();
    // And logged in.
    void log_in();
    void enable_stream_management(bool resumable = true);

    void hear(ClientMessage message) {
        session_->on_heard(now_);
        session_->on_message(std::move(message), now_);
    }
    void hear_open(OpenTag tag = {.to = "example.org", .version = "1.0"}) {
        hear({.kind = ClientMessage::Kind::Open, .open = std::move(tag)});
    }
    void hear_close() { hear({.kind = ClientMessage::Kind::Close}); }
    void hear_element(std::string_view xml) {
        ClientMessage message{.kind = ClientMessage::Kind::Element};
        message.element.push(base::Slice::copy(pool_, xml));
        hear(std::move(message));
    }
    void hear_fault(xmpp::StreamCondition condition) {
        hear({.kind = ClientMessage::Kind::Fault, .condition = condition});
    }
    void server_opens(std::string_view version = "1.0") {
        session_->on_stream_opened({.from = "example.org", .id = "s1", .version = version}, now_);
    }
    void stanza(std::string_view xml, xmpp::Stanza::Kind kind = xmpp::Stanza::Kind::Message) {
        session_->on_stanza({.bytes = base::Slice::copy(pool_, xml), .kind = kind}, now_);
    }
    void features() { stanza("<features/>", xmpp::Stanza::Kind::Features); }
    void upstream_ends(xmpp::UpstreamEnd end) { session_->on_upstream_ended(end, now_); }
    // Moves the clock second by second and runs the deadlines that are due.
    void advance(std::chrono::seconds by);

    // What came out since the last call.
    Trace actions();
    // Instead: the messages to the client as they are.
    Trace texts();
    Session& session() { return *session_; }

    base::SlicePool pool_{64UL << 20};
    Settings settings_;
    SomeDomains domains_;
    base::TimePoint now_{std::chrono::hours(1)};

private:
    ActionQueue queue_;
    std::optional<Session> session_;
};

} // namespace ws
