#include "tests/ws/session_harness.h"

namespace ws {

namespace {

std::string between(std::string_view text, std::string_view before, std::string_view after) {
    size_t at = text.find(before);
    if (at == std::string_view::npos) return "";
    at += before.size();
    return std::string(text.substr(at, text.find(after, at) - at));
}

std::string describe_message(std::string_view text) {
    if (text.starts_with("<open ")) {
        return "open " + between(text, "from='", "'") + " " + between(text, "version='", "'");
    }
    if (text == kCloseElement) return "close";
    if (text.starts_with("<close ")) return "close to " + between(text, "see-other-uri='", "'");
    if (text.starts_with("<stream:error ")) return "error " + between(text, "'><", " ");
    return std::string(text);
}

struct Describe {
    std::string operator()(const SendMessage& action) const {
        return describe_message(action.text.view());
    }
    std::string operator()(const SendPing&) const { return "ping"; }
    std::string operator()(const SendPong& action) const {
        return std::string("pong ").append(action.payload.view());
    }
    std::string operator()(const SendClose& action) const {
        return "Close " + std::to_string(action.code);
    }
    std::string operator()(const PauseClient&) const { return "pause"; }
    std::string operator()(const ResumeClient&) const { return "resume"; }
    std::string operator()(const HangUp& action) const {
        return action.mode == net::CloseMode::Flush ? "flush" : "abort";
    }
    std::string operator()(const OpenStream& action) const { return header("connect", action); }
    std::string operator()(const RestartStream& action) const { return header("restart", action); }
    std::string operator()(const SendUpstream& action) const {
        return "up " + action.element.to_string();
    }
    std::string operator()(const PauseUpstream&) const { return "pause up"; }
    std::string operator()(const ResumeUpstream&) const { return "resume up"; }
    std::string operator()(const Bounce& action) const {
        return "bounce " + std::to_string(action.undelivered.size());
    }
    std::string operator()(const CloseUpstream& action) const {
        switch (action.mode) {
        case xmpp::Upstream::CloseMode::Graceful: return "close up";
        case xmpp::Upstream::CloseMode::Drop: return "drop up";
        case xmpp::Upstream::CloseMode::HalfClose: return "half-close up";
        }
        return "";
    }
    std::string operator()(const End& action) const {
        return std::string("end ").append(action.cause);
    }

private:
    template <class What>
    static std::string header(std::string text, const What& action) {
        const xmpp::StreamParameters& parameters = action.parameters;
        text += " " + parameters.to;
        if (!parameters.from.empty()) text += " from " + parameters.from;
        if (!parameters.lang.empty()) text += " in " + parameters.lang;
        return text;
    }
};

} // namespace

void SessionHarness::open() {
    begin();
    hear_open();
    server_opens();
    features();
    EXPECT_THAT(actions(),
                testing::ElementsAre("connect example.org", "open example.org 1.0", "<features/>"));
}

void SessionHarness::log_in() {
    open();
    session_->on_stanza({.bytes = base::Slice::literal("<success/>"), .authenticates = true}, now_);
    EXPECT_THAT(actions(), testing::ElementsAre("<success/>"));
}

void SessionHarness::enable_stream_management(bool resumable) {
    session_->on_stanza(
        {.bytes = base::Slice::literal("<enabled/>"), .enables_sm = true, .resumable = resumable},
        now_);
    EXPECT_THAT(actions(), testing::ElementsAre("<enabled/>"));
}

void SessionHarness::advance(std::chrono::seconds by) {
    for (base::TimePoint end = now_ + by; now_ < end;) {
        now_ += 1s;
        for (int i = 0; i < 4 && now_ >= session_->next_deadline(); ++i)
            session_->on_deadline(now_);
        EXPECT_LT(now_, session_->next_deadline()) << "a deadline that does not go away";
    }
}

Trace SessionHarness::texts() {
    Trace trace;
    Action action;
    while (queue_.next(action)) {
        auto* message = std::get_if<SendMessage>(&action);
        if (message != nullptr) trace.emplace_back(message->text.view());
    }
    return trace;
}

Trace SessionHarness::actions() {
    Trace trace;
    Action action;
    while (queue_.next(action)) trace.push_back(std::visit(Describe(), action));
    return trace;
}

} // namespace ws
