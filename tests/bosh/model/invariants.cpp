// What the engine does, and what must hold whatever it does.

#include "tests/bosh/model/world.h"

#include <algorithm>
#include <charconv>

namespace bosh::model {

using namespace std::chrono_literals;
using base::TimePoint;
using At = ServerStream::At;

namespace {

uint32_t number_in(std::string_view text) {
    uint32_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

} // namespace

void World::carry_out() {
    closings_.clear();
    Action action;
    while (failure_.empty() && queue_.next(action)) {
        if (over_) return fail("an action after the end");
        if (auto* respond = std::get_if<Respond>(&action)) {
            carry_out(*respond);
        } else if (auto* opened = std::get_if<OpenStream>(&action)) {
            carry_out(*opened);
        } else if (auto* sent = std::get_if<SendUpstream>(&action)) {
            carry_out(*sent);
        } else if (auto* restart = std::get_if<RestartStream>(&action)) {
            carry_out(*restart);
        } else if (auto* pause = std::get_if<PauseUpstream>(&action)) {
            set_reading(pause->stream, false);
        } else if (auto* resume = std::get_if<ResumeUpstream>(&action)) {
            set_reading(resume->stream, true);
        } else if (auto* bounce = std::get_if<Bounce>(&action)) {
            carry_out(*bounce);
        } else if (auto* close = std::get_if<CloseUpstream>(&action)) {
            carry_out(*close);
        } else if (auto* end = std::get_if<End>(&action)) {
            over_ = true;
            judge_end(end->cause);
        }
    }
    if (filled_) streams_[*filled_].congested = true; // not for what was on its way before
    filled_.reset();
    judge_closings();
}

// ---------------------------------------------------------------------------- to the client

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
        if (!answer.ends_session() && known.answer != copy.answer)
            fail("a repeat got another answer than the original (B-107)");
        if (answer.type == "error") fail("R, although the answer is known");
        if (!answer.ends_session()) return;
        take_items(answer);
        take_session_end(copy, answer);
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
    bool ends = !expected_cause_.empty() || offender_ != 0;
    if (copy.rid < last_first_answer_ && !passed_over && !ends)
        fail("answers left out of rid order (B-130)");
    last_first_answer_ = std::max(last_first_answer_, copy.rid);
    for (const ServerStream& stream : streams_) {
        bool late = !ends && misses_payloads(stream, known.items_end);
        if (late) fail("an answer before the request's payloads went upstream");
    }
    if (copy.message.pause && answer.type.empty() && !answer.items.empty())
        fail("a pause was answered with payload (B-184)");
    features_delivered_ = features_delivered_ || copy.answer.contains("<stream:features");
    if (copy.rid == terms_.rid) streams_.front().name = answer.stream;
    // A session that is ending adds no stream, and has perhaps something to tell of another.
    bool adds = copy.message.adds && !answer.stream.empty() && expected_cause_.empty();
    if (adds && answer.type.empty()) {
        if (!streams_.back().name.empty()) fail("a stream was promised and not opened (B-262)");
        streams_.back().name = answer.stream;
    }
    take_items(answer);
    if (answer.ends_session()) {
        take_session_end(copy, answer);
    } else if (answer.type == "terminate" && !adds) {
        take_stream_end(answer);
    }
}

void World::take_items(const Answer& answer) {
    for (uint32_t item : answer.items) {
        ServerStream& stream = streams_[item / kItemsOfStream];
        if (item % kItemsOfStream != stream.items_emitted)
            return fail("stanzas left out of order, twice or not at all");
        ++stream.items_emitted;
        bool unnamed = answer.stream.empty() && stream.id == kFirstStream;
        if (answer.stream != stream.name && !unnamed)
            fail("stanzas of one stream under the name of another (B-263)");
    }
}

// B-267: only that stream; all that it said has been told.
void World::take_stream_end(const Answer& answer) {
    auto stream = std::ranges::find(streams_, answer.stream, &ServerStream::name);
    if (stream == streams_.end()) return fail("the end of a stream that never was");
    if (stream->is_open() || stream->end_told) fail("the end of a stream that has not ended");
    if (stream->waits()) fail("a stream's end was told before its last stanzas");
    bool right = answer.condition == stream->end_condition ||
                 (stream->closed_by_client && answer.condition.empty());
    if (!right) fail("the end of a stream is told as '" + answer.condition + "'");
    stream->end_told = true;
}

void World::take_session_end(const Copy& copy, const Answer& answer) {
    told_ = true;
    const std::string& condition = answer.condition;
    const std::string& cause = expected_cause_;
    bool right = cause.starts_with("connect") || cause.starts_with("upstream")
                     ? condition == "remote-connection-failed"
                 : cause == "remote-stream-error" || cause == "system-shutdown" ? condition == cause
                 : cause == "overactive"                                        ? false
                                         : condition.empty() || condition == "policy-violation";
    bool offends = offender_ != 0 && copy.rid == offender_; // B-208
    bool for_offence = offends ? condition == "policy-violation" || condition == "item-not-found"
                               : offender_ != 0 && condition == "other-request";
    right = right || for_offence;
    if (!right) fail("the client is told '" + condition + "'");
}

// ---------------------------------------------------------------------------- to a server

void World::carry_out(const OpenStream& opened) {
    ServerStream stream{
        .id = opened.stream, .opened = now_, .closed_by_client = terminate_arrived_};
    tell("   opens ", opened.stream);
    if (stream.id != streams_.size()) fail("the number of a stream was used before");
    if (stream.id != kFirstStream)
        stream.next_up = known_[std::stoull(opened.parameters.from)].items_end;
    streams_.push_back(stream);
    auto open = std::ranges::count_if(streams_, &ServerStream::is_open);
    if (static_cast<uint32_t>(open) > settings_.max_streams)
        fail("more streams than `max-streams`");
}

void World::carry_out(SendUpstream& sent) {
    ServerStream& stream = streams_[sent.stream];
    std::string xml = sent.elements.to_string();
    tell("   to ", sent.stream, ": ", xml.substr(0, 40));
    if (!stream.is_open()) fail("payloads for a server that is gone");
    if (stream.congested) fail("payloads for a server whose backlog is full (B-145)");
    std::vector<uint32_t> items = read_answer("<>" + xml).items;
    if (items.size() != sent.count) fail("the count of the payloads is wrong");
    for (uint32_t item : items) take_upstream(stream, item);
    if (!congest_next_) return;
    congest_next_ = false;
    filled_ = stream.id;
    session_->on_upstream_congested(stream.id);
}

void World::carry_out(const RestartStream& restart) {
    ServerStream& stream = streams_[restart.stream];
    tell("   restart of ", restart.stream);
    if (!stream.is_open()) fail("a restart of a stream that is gone");
    take_upstream(stream, number_in(restart.parameters.from));
    stream.at = At::Silent;
}

void World::set_reading(StreamId id, bool reading) {
    if (streams_[id].reading == reading) fail("upstream paused or resumed twice");
    streams_[id].reading = reading;
}

void World::take_upstream(ServerStream& stream, uint32_t item) {
    bool meant = receivers_[item].empty() || receivers_[item] == stream.name;
    if (!meant) fail("payloads went to another stream than they were for (B-264)");
    if (item < stream.next_up || misses_payloads(stream, item))
        fail("payloads went upstream twice, not at all, or out of rid order");
    stream.next_up = item + 1;
    awaited_until_ = now_ + settings_.release_delay;
}

// X-040..X-042: what was left, all of it, while the stream is open.
void World::carry_out(const Bounce& bounce) {
    ServerStream& stream = streams_[bounce.stream];
    tell("   bounce ", bounce.undelivered.size(), " of ", bounce.stream);
    if (!stream.is_open()) fail("stanzas bounced on a stream that is gone (X-042)");
    if (stream.managed) fail("stanzas bounced that their server counts (X-041)");
    for (const xmpp::Stanza& stanza : bounce.undelivered) {
        for (uint32_t item : read_answer("<>" + std::string(stanza.bytes.view())).items) {
            if (item % kItemsOfStream != stream.items_emitted)
                return fail("a stanza bounced out of order, or delivered too");
            ++stream.items_emitted;
            ++stream.items_bounced;
        }
    }
    if (stream.waits()) fail("a stanza was neither delivered nor bounced (X-040)");
}

void World::carry_out(const CloseUpstream& close) {
    ServerStream& stream = streams_[close.stream];
    stream.dropped = close.mode == xmpp::Upstream::CloseMode::Drop;
    tell(stream.dropped ? "   drop " : "   close ", close.stream);
    if (!stream.is_open()) fail("a stream was closed twice");
    if (stream.dropped && !stream.resumable)
        fail("a stream was dropped that cannot be resumed (U-070)");
    stream.at = At::Gone;
    if (login_is_overdue(stream)) stream.end_condition = "policy-violation";
    closings_.push_back(stream.id);
    if (expected_cause_.empty() && login_is_overdue(stream) && !has_open_streams())
        expected_cause_ = "not-authenticated";
}

// ---------------------------------------------------------------------------- ends

// A stream is closed for its client, for want of a login, or with the session.
void World::judge_closings() {
    bool by_client = over_ && cause_ == "terminated";
    for (StreamId id : closings_) {
        const ServerStream& stream = streams_[id];
        bool asked = stream.closed_by_client || login_is_overdue(stream);
        if (!asked && !over_ && expected_cause_.empty()) fail("a stream was closed for no reason");
        if (!stream.closed_by_client && stream.resumable && !stream.dropped)
            fail("a stream was closed that could be resumed (U-070)");
        if (by_client && stream.dropped)
            fail("the client's own end left a stream to be resumed (U-072)");
    }
}

void World::judge_end(std::string_view cause) {
    cause_ = cause;
    tell("   end ", cause);
    by_fault_ = cause == "overactive" || cause == "rid-out-of-window";
    bool closed_all = client_.has_closed_streams() && !has_open_streams();
    bool right = cause == "inactivity"
                     ? nobody_is_there() && now_ >= last_busy_ + shortest_inactivity_
                 : cause == "terminated" ? client_.terminating() || closed_all
                 : by_fault_ ? offender_ != 0 && (client_overran_ || cause == "overactive")
                             : cause == expected_cause_;
    if (!right) fail("ended for '" + cause_ + "', although client and server kept the rules");
    for (StreamId id : closings_) {
        if (cause == "inactivity" && streams_[id].waits() && !streams_[id].managed)
            fail("stanzas went down with a client that is gone (X-040)");
    }
    if (!queue_.empty()) fail("an action after the end");
    if (!nobody_is_there()) fail("the session ended and left a request without answer");
    if (session_->next_deadline() != base::kNever) fail("a deadline after the end");
}

// ---------------------------------------------------------------------------- after each step

bool World::login_is_overdue(const ServerStream& stream) const {
    return !stream.authenticated && now_ >= stream.opened + settings_.pre_authentication;
}

bool World::nobody_is_there() const {
    return std::ranges::find(copies_, Copy::At::Engine, &Copy::at) == copies_.end();
}

bool World::has_open_streams() const {
    return std::ranges::any_of(streams_, &ServerStream::is_open);
}

bool World::misses_payloads(const ServerStream& stream, uint32_t end) const {
    if (!stream.is_open()) return false;
    for (uint32_t item = stream.next_up; item < end; ++item) {
        if (receivers_[item].empty() || receivers_[item] == stream.name) return true;
    }
    return false;
}

bool World::taken_in(Rid rid) const {
    auto known = known_.find(rid);
    if (known == known_.end()) return false;
    if (known->second.answered) return true;
    return known->second.received &&
           std::ranges::none_of(streams_, [&](const ServerStream& stream) {
               return misses_payloads(stream, known->second.items_end);
           });
}

// Received, all lower ones received, all payloads sent: it cannot be parked.
uint32_t World::surely_held() {
    while (taken_in(processed_ + 1)) ++processed_;
    auto held = std::ranges::count_if(copies_, [&](const Copy& copy) {
        return copy.at == Copy::At::Engine && copy.rid <= processed_;
    });
    return static_cast<uint32_t>(held);
}

uint32_t World::kept_back() {
    return !terms_.polling && now_ < awaited_until_ && surely_held() > terms_.hold ? 1 : 0;
}

size_t World::memory_limit() const {
    size_t stanza = 600 + 120;
    size_t outbox = settings_.outbox_high_bytes + 6 * stanza;
    size_t answer = settings_.max_response_bytes + stanza + 400;
    size_t cache = terms_.requests * answer + (terms_.acks ? settings_.replay_cache_bytes : 0);
    size_t parked = (terms_.requests + 1) * 3 * stanza;
    // A short stanza costs its block's header once more.
    return 2 * (streams_.size() * outbox + cache + parked);
}

void World::check() {
    if (!failure_.empty()) return;
    if (pool_.used_bytes() > memory_limit()) fail("the session keeps too many bytes");
    if (over_) return;
    uint32_t held = surely_held();
    bool ending = !expected_cause_.empty();
    if (!client_.knows_the_sid() && held <= 1) return; // the creation request
    if (ending && held > 0) return fail("a request is held by a session that is ending");
    if (held > (terms_.polling ? 0 : terms_.hold) + kept_back())
        return fail("more than `hold` held (B-133)");
    if (held == 0) return;
    for (const ServerStream& stream : streams_) {
        if (stream.waits()) return fail("a stanza waits although a request is held (B-134)");
        if (!stream.is_open() && !stream.end_told)
            return fail("the end of a stream waits although a request is held (B-267)");
    }
}

void World::check_deadlines() {
    if (over_ || !failure_.empty()) return;
    if (session_->next_deadline() <= now_) return fail("the deadline does not move on");
    for (const ServerStream& stream : streams_) {
        if (stream.is_open() && login_is_overdue(stream))
            return fail("a stream that never logs in stays (U-056)");
    }
    for (const Copy& copy : copies_) {
        if (copy.at == Copy::At::Engine && now_ >= copy.arrived + terms_.wait)
            return fail("a request is held beyond `wait` (B-132)");
    }
    if (nobody_is_there() && now_ >= last_busy_ + longest_inactivity_)
        return fail("nobody is there, and the session lives on (B-181)");
}

void World::check_the_end() {
    if (!client_.was_told_the_end()) return;
    bool by_server = !expected_cause_.empty() && !by_fault_ && !terminate_arrived_;
    bool orderly =
        cause_ == "terminated" && expected_cause_.empty() && !client_.has_closed_streams();
    bool lost_some =
        by_fault_ || std::ranges::any_of(client_.unanswered(), [&](const Message& message) {
            return known_[message.rid].answered;
        });
    for (const ServerStream& stream : streams_) {
        bool closed = std::ranges::find(closings_, stream.id) != closings_.end();
        // What an added stream has left goes back to its senders where that is possible; the
        // terminate body of the session is for the first one (B-263).
        bool closed_alone = client_.has_closed_streams() && stream.closed_by_client;
        bool may_be_left =
            !by_server && stream.id != kFirstStream && (stream.managed || !closed || closed_alone);
        if (stream.waits() && !may_be_left)
            fail("stanzas were left when the session ended (B-228)");
        if (!lost_some &&
            client_.items_heard(stream.id) + stream.items_bounced != stream.items_emitted)
            fail("the client did not hear every stanza");
        for (uint32_t item = stream.next_up; orderly && closed && item < client_.items_sent();
             ++item) {
            if (receivers_[item].empty() || receivers_[item] == stream.name)
                fail("payloads were lost on their way up");
        }
    }
}

void World::fail(std::string_view rule) {
    if (failure_.empty()) failure_ = rule;
    tell("!! ", rule);
}

} // namespace bosh::model
