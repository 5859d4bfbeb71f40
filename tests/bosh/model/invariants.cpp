// What the engine does, and what must hold whatever it does.

#include "tests/bosh/model/world.h"

#include <algorithm>

namespace bosh::model {

using namespace std::chrono_literals;
using base::TimePoint;

void World::carry_out() {
    Action action;
    while (failure_.empty() && queue_.next(action)) {
        if (over_) return fail("an action after the end");
        if (auto* respond = std::get_if<Respond>(&action)) {
            carry_out(*respond);
        } else if (auto* sent = std::get_if<SendUpstream>(&action)) {
            carry_out(*sent);
        } else if (std::holds_alternative<RestartStream>(action)) {
            tell("   restart");
            take_upstream(items_up_);
            stream_ = stream_ == Stream::Gone ? Stream::Gone : Stream::Silent;
        } else if (std::holds_alternative<PauseUpstream>(action)) {
            if (!reading_) fail("upstream paused twice");
            reading_ = false;
        } else if (std::holds_alternative<ResumeUpstream>(action)) {
            if (reading_) fail("upstream resumed twice");
            reading_ = true;
        } else if (auto* bounce = std::get_if<Bounce>(&action)) {
            carry_out(*bounce);
        } else if (std::holds_alternative<CloseUpstream>(action)) {
            tell("   close");
            stream_ = Stream::Gone;
            if (login_is_overdue() && expected_cause_.empty())
                expected_cause_ = "not-authenticated";
        } else if (auto* end = std::get_if<End>(&action)) {
            over_ = true;
            judge_end(end->cause);
        }
    }
}

void World::carry_out(const Respond& respond) {
    if (!respond.to) return fail("an answer to a request without connection (B-140)");
    Copy& copy = copies_[respond.to.index - 1];
    copy.answer = respond.xml.to_string();
    tell("   #", respond.to.index, " ", copy.rid, " <- ", copy.answer);
    if (copy.at != Copy::At::Engine) return fail("an answer to what was answered or lost before");
    copy.at = Copy::At::Answered;
    last_busy_ = now_;
    Answer answer = read_answer(copy.answer);
    Known& known = known_[copy.rid];
    if (known.answered) {
        if (answer.type.empty() && known.answer != copy.answer)
            fail("a repeat got another answer than the original (B-107)");
        if (answer.type == "error") fail("R, although the answer is known");
        return;
    }
    if (answer.type == "error") {
        if (known.copy == respond.to.index) { // given up, not replaced
            if (copy.rid <= processed_) fail("R for a held request without a newer copy");
            known.received = false;
            known.copy = 0;
        }
        return;
    }
    answered_first(copy, answer);
}

void World::answered_first(const Copy& copy, const Answer& answer) {
    Known& known = known_[copy.rid];
    known.answered = true;
    known.answer = copy.answer;
    known.copy = 0;
    // A detached request counts as answered with E when the session goes on without it (B-140).
    bool passed_over = known.was_cut && answer.type.empty() && answer.items.empty();
    if (copy.rid < last_first_answer_ && !passed_over && expected_cause_.empty())
        fail("answers left out of rid order (B-130)");
    last_first_answer_ = std::max(last_first_answer_, copy.rid);
    if (items_up_ < known.items_end && stream_ != Stream::Gone)
        fail("an answer before the request's payloads went upstream");
    for (uint32_t item : answer.items) {
        if (item != items_emitted_) return fail("stanzas left out of order, twice or not at all");
        ++items_emitted_;
    }
    if (copy.message.pause && answer.type.empty() && !answer.items.empty())
        fail("a pause was answered with payload (B-184)");
    if (answer.type != "terminate") return;
    told_ = true;
    const std::string& condition = answer.condition;
    bool right = expected_cause_.starts_with("connect") || expected_cause_.starts_with("upstream")
                     ? condition == "remote-connection-failed"
                 : expected_cause_ == "remote-stream-error" || expected_cause_ == "system-shutdown"
                     ? condition == expected_cause_
                     : condition.empty() || condition == "policy-violation";
    if (!right) fail("the client is told '" + condition + "'");
}

void World::carry_out(SendUpstream& sent) {
    std::string xml = sent.elements.to_string();
    tell("   upstream ", xml.substr(0, 40));
    if (stream_ == Stream::Gone) fail("payloads for a server that is gone");
    if (congested_) fail("payloads for a server whose backlog is full (B-145)");
    std::vector<uint32_t> items = read_answer("<>" + xml).items;
    if (items.size() != sent.count) fail("the count of the payloads is wrong");
    for (uint32_t item : items) take_upstream(item);
}

// X-040, X-042: what was left, all of it, while the stream is open.
void World::carry_out(const Bounce& bounce) {
    tell("   bounce ", bounce.undelivered.size());
    if (stream_ == Stream::Gone) fail("stanzas bounced on a stream that is gone (X-042)");
    for (const xmpp::Stanza& stanza : bounce.undelivered) {
        for (uint32_t item : read_answer("<>" + std::string(stanza.bytes.view())).items) {
            if (item != items_emitted_)
                return fail("a stanza bounced out of order, or delivered too");
            ++items_emitted_;
        }
    }
    if (items_emitted_ != items_down_) fail("a stanza was neither delivered nor bounced (X-040)");
}

void World::take_upstream(uint32_t item) {
    if (item != items_up_) fail("payloads went upstream twice, not at all, or out of rid order");
    ++items_up_;
}

void World::judge_end(std::string_view cause) {
    cause_ = cause;
    tell("   end ", cause);
    bool right = cause == "inactivity"
                     ? nobody_is_there() && now_ >= last_busy_ + shortest_inactivity_
                 : cause == "terminated" ? client_.terminating()
                                         : cause == expected_cause_;
    if (!right) fail("ended for '" + cause_ + "', although client and server kept the rules");
    if (cause == "inactivity" && items_emitted_ != items_down_)
        fail("stanzas went down with a client that is gone (X-040)");
    if (!queue_.empty()) fail("an action after the end");
    if (!nobody_is_there()) fail("the session ended and left a request without answer");
    if (session_->next_deadline() != base::kNever) fail("a deadline after the end");
}

// ---------------------------------------------------------------------------- after each step

bool World::login_is_overdue() const {
    return !authenticated_ && now_ >= created_ + settings_.pre_authentication;
}

bool World::nobody_is_there() const {
    return std::ranges::find(copies_, Copy::At::Engine, &Copy::at) == copies_.end();
}

// Received, all lower ones received, all payloads sent: it cannot be parked.
uint32_t World::surely_held() {
    for (auto next = known_.find(processed_ + 1); next != known_.end();
         next = known_.find(processed_ + 1)) {
        bool taken_in =
            next->second.answered || (next->second.received && next->second.items_end <= items_up_);
        if (!taken_in) break;
        ++processed_;
    }
    uint32_t held = 0;
    for (size_t i = 0; i < copies_.size(); ++i) {
        const Copy& copy = copies_[i];
        held += copy.at == Copy::At::Engine && copy.rid <= processed_ ? 1 : 0;
    }
    return held;
}

size_t World::memory_limit() const {
    size_t stanza = 600 + 120;
    size_t outbox = settings_.outbox_high_bytes + 6 * stanza;
    size_t answer = settings_.max_response_bytes + stanza + 400;
    size_t cache = terms_.requests * answer + (terms_.acks ? settings_.replay_cache_bytes : 0);
    size_t parked = (terms_.requests + 1) * 3 * stanza;
    // A short stanza costs its block's header once more.
    return 2 * (outbox + cache + parked);
}

void World::check() {
    if (!failure_.empty()) return;
    if (pool_.used_bytes() > memory_limit()) fail("the session keeps too many bytes");
    if (over_) return;
    uint32_t held = surely_held();
    bool ending = !expected_cause_.empty();
    if (!client_.knows_the_sid() && held <= 1) return; // the creation request
    if (ending && held > 0) return fail("a request is held by a session that is ending");
    if (held > (terms_.polling ? 0 : terms_.hold)) return fail("more than `hold` held (B-133)");
    if (held > 0 && items_emitted_ < items_down_)
        return fail("a stanza waits although a request is held (B-134)");
}

void World::check_deadlines() {
    if (over_ || !failure_.empty()) return;
    if (session_->next_deadline() <= now_) return fail("the deadline does not move on");
    if (login_is_overdue() && stream_ != Stream::Gone)
        return fail("a stream that never logs in stays (U-056)");
    for (const Copy& copy : copies_) {
        if (copy.at == Copy::At::Engine && now_ >= copy.arrived + terms_.wait)
            return fail("a request is held beyond `wait` (B-132)");
    }
    if (nobody_is_there() && now_ >= last_busy_ + longest_inactivity_)
        return fail("nobody is there, and the session lives on (B-181)");
}

void World::check_the_end() {
    bool orderly = cause_ == "terminated" && expected_cause_.empty();
    if (client_.was_told_the_end() && orderly && items_up_ != client_.items_sent())
        fail("payloads were lost on their way up");
    if (!client_.was_told_the_end()) return;
    if (items_emitted_ != items_down_) fail("stanzas were left when the session ended (B-228)");
    bool lost_some = std::ranges::any_of(
        client_.unanswered(), [&](const Message& message) { return known_[message.rid].answered; });
    if (!lost_some && client_.items_heard() != items_down_)
        fail("the client did not hear every stanza");
}

void World::fail(std::string_view rule) {
    if (failure_.empty()) failure_ = rule;
    tell("!! ", rule);
}

} // namespace bosh::model
