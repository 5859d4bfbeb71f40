#include "tests/bosh/model/world.h"

#include <algorithm>
#include <array>
#include <random>

namespace bosh::model {

namespace {

using namespace std::chrono_literals;
using base::TimePoint;
using Kind = xmpp::Stanza::Kind;

constexpr uint32_t kMostCopies = 6;       // a client tries so often; then the network is kind
constexpr uint32_t kLargestPadding = 600; // of a stanza or payload
constexpr uint32_t kLargestBurst = 6;     // stanzas in one read

// Small limits, so that short lives meet them.
Settings settings_of(std::mt19937_64& random) {
    Settings settings;
    settings.max_response_bytes = 300 + random() % 2000;
    settings.outbox_high_bytes = 1500 + random() % 3000;
    settings.outbox_low_bytes = settings.outbox_high_bytes / 2;
    settings.outbox_hard_bytes = settings.outbox_high_bytes + 6000;
    settings.replay_cache_bytes = 500 + random() % 4000;
    return settings;
}

Terms terms_of(std::mt19937_64& random) {
    Terms terms{.rid = 1000 + random() % 1000,
                .wait = 60s,
                .inactivity = 60s,
                .polling_interval = 5s,
                .maxpause = 120s,
                .hold = 1,
                .requests = 2,
                .ver_minor = 11};
    terms.hold = static_cast<uint32_t>(random() % 8 == 0 ? 0 : 1 + random() % 3);
    terms.wait = std::chrono::seconds(random() % 12 == 0 ? 0 : 5 + random() % 56);
    terms.requests = terms.hold + 1;
    terms.polling = terms.hold == 0 || terms.wait == 0s;
    if (terms.polling) terms.inactivity = 70s;
    terms.acks = random() % 3 == 0;
    if (terms.rid % 16 == 0) terms.rid = kHighestRid - 1000;
    return terms;
}

} // namespace

World::World(uint64_t seed, std::string* trace) : World(std::mt19937_64(~seed), trace) {}

World::World(std::mt19937_64 random, std::string* trace)
    : trace_(trace), settings_(settings_of(random)), with_keys_(random() % 6 == 0),
      terms_(terms_of(random)), client_(terms_, with_keys_), processed_(terms_.rid - 1),
      created_(now_), last_new_arrival_(now_), last_busy_(now_),
      shortest_inactivity_(terms_.inactivity), longest_inactivity_(terms_.inactivity) {
    session_.emplace(terms_, "sid-of-a-model", settings_, domains_, pool_, queue_);
    copies_.reserve(128);
}

std::string World::run(const Schedule& schedule) {
    tell("terms: wait ", terms_.wait.count(), " hold ", terms_.hold, " requests ", terms_.requests,
         terms_.polling ? " polling" : "", terms_.acks ? " acks" : "", with_keys_ ? " keys" : "");
    Message& creation = client_.unanswered().front();
    creation.latest_copy = 1;
    copies_.push_back({.rid = terms_.rid, .attempt = 1, .at = Copy::At::Engine, .arrived = now_});
    known_[terms_.rid] = {.copy = 1, .received = true};
    session_->on_created({.index = 1, .generation = 1}, {.to = "example.org"},
                         {.rid = terms_.rid, .newkey = client_.newkey()}, now_);
    carry_out();
    for (const Step& step : schedule.steps) {
        if (over_ || !failure_.empty()) break;
        take(step);
        check();
    }
    if (failure_.empty()) heal();
    if (failure_.empty()) check_the_end();
    return failure_;
}

void World::take(const Step& step) {
    uint32_t choice = step.choice;
    switch (step.op) {
    case Op::SendEmpty:
        if (client_.may_send(false)) send({});
        break;
    case Op::SendPayload:
        if (client_.may_send(false))
            send({.items = 1 + choice % 3, .padding = choice % kLargestPadding});
        break;
    case Op::SendPause:
        if (client_.may_send(true)) send({.items = choice % 4 == 0, .pause = choice % 121});
        break;
    case Op::SendRestart:
        if (client_.may_send(false)) send({.items = 1, .restart = true});
        break;
    case Op::SendTerminate:
        if (client_.may_send(true)) send({.items = choice % 3, .terminate = true});
        break;
    case Op::Repeat: {
        if (!client_.knows_the_sid() || client_.unanswered().empty()) break;
        Message& message = client_.unanswered()[choice % client_.unanswered().size()];
        if (message.copies < kMostCopies) repeat(message, choice % 2 == 0);
        break;
    }
    case Op::Resend: resend(choice); break;
    case Op::Deliver:
        if (Copy* copy = choose(Copy::At::OnItsWay, choice)) deliver(*copy);
        break;
    case Op::Drop: drop(choice); break;
    case Op::Cut: cut(choice); break;
    case Op::Hear: hear(choice); break;
    case Op::Lose: lose(choice); break;
    case Op::ServerTalks: server_talks(choice); break;
    case Op::ServerEnds: server_ends(choice); break;
    case Op::Congest: congest_next_ = true; break;
    case Op::Drain: drain_upstream(); break;
    case Op::Shutdown:
        if (expected_cause_.empty()) expected_cause_ = "system-shutdown";
        tell("shutdown");
        stream_ = Stream::Gone;
        session_->on_shutdown(now_);
        carry_out();
        break;
    case Op::Wait: advance(std::chrono::milliseconds(choice * 5)); break;
    case Op::Jump: advance(std::chrono::milliseconds(choice * 90)); break;
    case Op::Late: late(std::chrono::milliseconds(choice * 90)); break;
    }
}

// The network becomes perfect, the server swift. Whatever was in trouble must come right.
void World::heal() {
    tell("-- healing --");
    constexpr int kMostTurns = 200;
    for (int turn = 0; !over_ && failure_.empty() && turn < kMostTurns; ++turn) {
        drain_upstream();
        congest_next_ = false;
        if (stream_ == Stream::Silent || stream_ == Stream::Opened) server_talks(0);
        while (choose(Copy::At::Answered, 0) != nullptr) hear(0);
        for (size_t i = 0; i < client_.unanswered().size(); ++i) {
            if (client_.unanswered()[i].lost) repeat(client_.unanswered()[i], true);
        }
        bool done = client_.items_heard() == items_down_ && items_up_ == client_.items_sent() &&
                    client_.unanswered().size() <= terms_.hold;
        if (stream_ != Stream::Gone && done && client_.may_send(true)) {
            send({.terminate = true});
        } else if (client_.may_send(false)) {
            send({});
        }
        bool delivered = false;
        for (size_t i = 0; i < copies_.size() && !over_; ++i) {
            if (copies_[i].at != Copy::At::OnItsWay) continue;
            if (too_soon(copies_[i])) advance(terms_.polling_interval);
            if (!over_) deliver(copies_[i]);
            delivered = true;
            check();
        }
        if (!delivered && !choose(Copy::At::Answered, 0)) advance(5s);
        check();
    }
    if (!over_ && failure_.empty()) fail("a session whose network has healed does not end");
    while (choose(Copy::At::Answered, 0) != nullptr) hear(0);
}

// ---------------------------------------------------------------------------- the client

void World::send(Message message) {
    Message& sent = client_.send(std::move(message));
    repeat(sent, false);
}

void World::repeat(Message& message, bool abandon_older) {
    if (message.latest_copy != 0 && abandon_older)
        copies_[message.latest_copy - 1].abandoned = true;
    message.lost = false;
    message.latest_copy = static_cast<uint32_t>(copies_.size() + 1);
    tell("client sends ", message.rid, " copy ", ++message.copies, " as #", message.latest_copy,
         " items ", message.items, message.restart ? " restart" : "",
         message.terminate ? " terminate" : "", message.pause ? " pause" : "");
    copies_.push_back({.rid = message.rid, .attempt = message.copies, .message = message});
}

void World::resend(uint32_t choice) {
    std::deque<Message>& all = client_.unanswered();
    if (all.empty()) return;
    Message& message = all[choice % all.size()];
    if (message.lost) repeat(message, choice % 2 == 0);
}

void World::hear(uint32_t choice) {
    Copy* copy = choose(Copy::At::Answered, choice);
    if (copy == nullptr) return;
    copy->at = Copy::At::Gone;
    Answer answer = read_answer(copy->answer);
    tell("client hears ", copy->rid, copy->abandoned ? " and ignores " : " ", copy->answer);
    if (copy->abandoned) return;
    // R on a connection that the client replaced itself is no news.
    Message* message = client_.find(copy->rid);
    bool latest = message != nullptr && &copies_[message->latest_copy - 1] == copy;
    if (answer.type == "error" && !latest) return;
    client_.hear(copy->rid, answer);
    if (client_.complaint() != nullptr) fail(client_.complaint());
}

void World::lose(uint32_t choice) {
    Copy* copy = choose(Copy::At::Answered, choice);
    if (copy == nullptr || copy->attempt >= kMostCopies || copy->rid == terms_.rid) return;
    tell("the answer to ", copy->rid, " is lost");
    copy->at = Copy::At::Gone;
    client_misses(*copy);
}

void World::client_misses(Copy& copy) {
    Message* message = client_.find(copy.rid);
    if (message != nullptr && &copies_[message->latest_copy - 1] == &copy) message->lost = true;
}

// ---------------------------------------------------------------------------- the network

World::Copy* World::choose(Copy::At at, uint32_t choice) {
    auto matches = [at](const Copy& copy) { return copy.at == at; };
    auto count = static_cast<uint32_t>(std::ranges::count_if(copies_, matches));
    if (count == 0) return nullptr;
    uint32_t left = choice % count;
    return &*std::ranges::find_if(copies_,
                                  [&](const Copy& copy) { return matches(copy) && left-- == 0; });
}

// The client spaces its polls; a network that crowds them at the door would have the session end
// by B-202 or B-203, rightly. So the network lets the later one wait.
bool World::too_soon(const Copy& copy) const {
    auto known = known_.find(copy.rid);
    bool repeat = known != known_.end() && known->second.received;
    if (repeat || !copy.message.is_empty()) return false;
    if (now_ - last_new_arrival_ >= terms_.polling_interval) return false;
    if (terms_.polling) return true;
    auto open = std::ranges::count(copies_, Copy::At::Engine, &Copy::at);
    return open + 1 >= static_cast<std::ptrdiff_t>(terms_.requests);
}

void World::deliver(Copy& copy) {
    if (too_soon(copy)) return;
    // The client has this answer and gave the copy up; so late it would end the session (B-109).
    bool heard = client_.find(copy.rid) == nullptr;
    bool beyond_repeat = terms_.acks || copy.message.pause;
    if (heard && (beyond_repeat || client_.last_sent() >= copy.rid + terms_.requests)) {
        copy.at = Copy::At::Gone;
        return;
    }
    auto number = static_cast<uint32_t>(&copy - copies_.data() + 1);
    const Message& message = copy.message;
    tell("#", number, " arrives: ", copy.rid);
    copy.at = Copy::At::Engine;
    copy.arrived = now_;
    Known& known = known_[copy.rid];
    if (!known.received) last_new_arrival_ = now_;
    known.received = true;
    known.items_end = message.first_item + message.items;
    known.copy = number;
    if (message.pause) {
        pause_ = copy.rid;
        auto pause = std::max(std::chrono::seconds(*message.pause), 1s);
        if (!known.answered) {
            shortest_inactivity_ = std::min(shortest_inactivity_, pause);
            longest_inactivity_ = std::max(longest_inactivity_, pause);
        }
    } else if (pause_ && known_[*pause_].answered) {
        pause_.reset();
        shortest_inactivity_ = longest_inactivity_ = terms_.inactivity;
    }
    Decoded decoded{.has_attributes = true};
    BodyIn& body = decoded.body;
    body.has_sid = true;
    body.rid = copy.rid;
    body.type = message.terminate ? BodyIn::Type::Terminate : BodyIn::Type::None;
    body.restart = message.restart;
    body.pause = message.pause;
    body.ack = message.ack;
    body.key = message.key;
    body.newkey = message.newkey;
    std::string payloads = message.payloads();
    if (!payloads.empty()) {
        body.payloads.push(base::Slice::copy(pool_, payloads));
        body.payload_count = message.items;
    }
    session_->on_request({.index = number, .generation = 1}, std::move(decoded), now_);
    carry_out();
}

void World::drop(uint32_t choice) {
    Copy* copy = choose(Copy::At::OnItsWay, choice);
    if (copy == nullptr || copy->attempt >= kMostCopies) return;
    tell(copy->rid, " is lost on its way");
    copy->at = Copy::At::Gone;
    client_misses(*copy);
}

void World::cut(uint32_t choice) {
    Copy* copy = choose(Copy::At::Engine, choice);
    if (copy == nullptr || copy->attempt >= kMostCopies) return;
    bool creation = copy->rid == terms_.rid;
    if (creation && choice % 16 != 0) return;
    auto number = static_cast<uint32_t>(copy - copies_.data() + 1);
    tell("the connection #", number, " of ", copy->rid, " is cut");
    copy->at = Copy::At::Gone;
    client_misses(*copy);
    Known& known = known_[copy->rid];
    known.copy = 0;
    known.was_cut = true;
    // Parked and without connection it may be forgotten unseen (B-106).
    if (copy->rid > processed_) known.received = false;
    last_busy_ = now_;
    if (creation) expected_cause_ = "creation-abandoned";
    session_->on_request_lost({.index = number, .generation = 1}, now_);
    carry_out();
}

// ---------------------------------------------------------------------------- the server

void World::server_talks(uint32_t choice) {
    if (stream_ == Stream::Silent) {
        tell("server opens");
        stream_ = Stream::Opened;
        session_->on_stream_opened(
            kFirstStream,
            {.from = "example.org", .id = "stream-id", .version = "1.0", .lang = "en"}, now_);
        carry_out();
        return;
    }
    if (stream_ == Stream::Gone || !reading_) return;
    uint32_t burst = stream_ == Stream::Opened ? 1 : 1 + choice % kLargestBurst;
    for (uint32_t i = 0; i < burst && !over_; ++i) {
        uint32_t item = items_down_++;
        bool features = stream_ == Stream::Opened;
        stream_ = Stream::Ready;
        Kind kind = features          ? Kind::Features
                    : choice % 3 == 0 ? Kind::Iq
                    : choice % 3 == 1 ? Kind::Message
                                      : Kind::Other;
        if (kind == Kind::Message) authenticated_ = true;
        std::string name = features ? "stream:features" : "x";
        std::string xml = "<" + name + " n='" + std::to_string(item) + "'>" +
                          std::string((choice * (i + 1)) % kLargestPadding, 'd') + "</" + name +
                          ">";
        tell("server sends ", item, " of ", xml.size(), features ? " bytes, features" : " bytes");
        session_->on_stanza(kFirstStream, {.bytes = base::Slice::copy(pool_, xml), .kind = kind},
                            now_);
        carry_out();
    }
    if (over_) return;
    session_->on_batch_end(now_);
    carry_out();
}

void World::server_ends(uint32_t choice) {
    if (stream_ == Stream::Gone) return;
    using End = xmpp::UpstreamEnd;
    struct How {
        End end;
        const char* cause;
    };
    constexpr std::array kHow = {
        How{End::ConnectFailed, "connect-failed"}, How{End::Lost, "upstream-lost"},
        How{End::BadStream, "upstream-sent-no-xmpp"}, How{End::StreamError, "remote-stream-error"},
        How{End::Closed, "server-closed"}};
    const How& how = kHow[choice % kHow.size()];
    tell("server ends: ", how.cause);
    stream_ = Stream::Gone;
    expected_cause_ = how.cause;
    if (how.end == End::StreamError) {
        session_->on_stanza(kFirstStream,
                            {.bytes = base::Slice::literal("<stream:error><reset/></stream:error>"),
                             .kind = Kind::StreamError},
                            now_);
    }
    session_->on_upstream_ended(kFirstStream, how.end, now_);
    carry_out();
}

void World::drain_upstream() {
    if (!congested_ || stream_ == Stream::Gone) return;
    tell("the server's backlog is empty");
    congested_ = false;
    session_->on_upstream_drained(kFirstStream, now_);
    carry_out();
}

// ---------------------------------------------------------------------------- time

void World::advance(base::Duration by) {
    TimePoint until = now_ + by;
    while (!over_ && failure_.empty() && session_->next_deadline() <= until) {
        now_ = std::max(now_, session_->next_deadline());
        deadline();
    }
    now_ = until;
    tell("it is ", (now_ - created_).count(), " ms");
}

void World::late(base::Duration by) {
    now_ += by;
    if (session_->next_deadline() <= now_) deadline();
}

void World::deadline() {
    tell("deadline at ", (now_ - created_).count(), " ms");
    session_->on_deadline(now_);
    carry_out();
    check_deadlines();
}

} // namespace bosh::model
