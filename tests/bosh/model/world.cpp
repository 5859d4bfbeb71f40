#include "tests/bosh/model/world.h"

#include <algorithm>
#include <random>

namespace bosh::model {

namespace {

using namespace std::chrono_literals;

constexpr uint32_t kLargestPadding = 600; // of a payload

// Small limits, so that short lives meet them.
Settings settings_of(std::mt19937_64& random) {
    Settings settings;
    settings.max_response_bytes = 300 + random() % 2000;
    settings.outbox_high_bytes = 1500 + random() % 3000;
    settings.outbox_low_bytes = settings.outbox_high_bytes / 2;
    settings.outbox_hard_bytes = settings.outbox_high_bytes + 6000;
    settings.replay_cache_bytes = 500 + random() % 4000;
    settings.max_streams = static_cast<uint32_t>(random() % 3 == 0 ? 2 + random() % 2 : 1);
    return settings;
}

Terms terms_of(std::mt19937_64& random, const Settings& settings) {
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
    terms.multiple_streams = settings.max_streams > 1;
    if (terms.rid % 16 == 0) terms.rid = kHighestRid - 1000;
    return terms;
}

} // namespace

World::World(uint64_t seed, std::string* trace) : World(std::mt19937_64(~seed), trace) {}

World::World(std::mt19937_64 random, std::string* trace)
    : trace_(trace), settings_(settings_of(random)), with_keys_(random() % 6 == 0),
      terms_(terms_of(random, settings_)), client_(terms_, with_keys_), processed_(terms_.rid - 1),
      created_(now_), last_busy_(now_), shortest_inactivity_(terms_.inactivity),
      longest_inactivity_(terms_.inactivity), highest_arrived_(terms_.rid),
      last_new_arrival_(now_) {
    settings_.release_delay = std::chrono::milliseconds(random() % 4 == 0 ? 0 : 1 + random() % 50);
    session_.emplace(terms_, SessionId("sid-of-a-model"), settings_, domains_, pool_, queue_);
    copies_.reserve(128);
    streams_.reserve(4);
}

std::string World::run(const Schedule& schedule) {
    tell("terms: wait ", terms_.wait.count(), " hold ", terms_.hold, " requests ", terms_.requests,
         " delay ", settings_.release_delay.count(), " streams ", settings_.max_streams,
         terms_.polling ? " polling" : "", terms_.acks ? " acks" : "", with_keys_ ? " keys" : "");
    Message& creation = client_.unanswered().front();
    creation.latest_copy = 1;
    copies_.push_back({.rid = terms_.rid,
                       .attempt = 1,
                       .at = Copy::At::Engine,
                       .arrived = now_,
                       .message = creation});
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
            send({.items = 1 + choice % 3,
                  .padding = choice % kLargestPadding,
                  .stream = choose_name(choice / 3)});
        break;
    case Op::SendPause:
        if (client_.may_send(true))
            send({.items = choice % 4 == 0, .stream = {}, .pause = choice % 121});
        break;
    case Op::SendRestart:
        if (client_.may_send(false))
            send({.items = 1, .restart = true, .stream = choose_name(choice)});
        break;
    case Op::SendTerminate:
        if (client_.may_send(true)) send({.items = choice % 3, .terminate = true});
        break;
    case Op::SendAdd:
        if (terms_.multiple_streams && client_.may_send(false)) send({.adds = true});
        break;
    case Op::SendClose: {
        // Though a terminate may be one more, only `requests` answers are sure to be remembered.
        std::string name = choose_name(choice / 3);
        if (!name.empty() && client_.may_send(false))
            send({.items = choice % 3, .terminate = true, .stream = name});
        break;
    }
    case Op::Overrun: overrun(choice); break;
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
    case Op::Hurry:
        if (Copy* copy = choose(Copy::At::OnItsWay, choice)) deliver(*copy, true);
        break;
    case Op::Drop: drop(choice); break;
    case Op::Cut: cut(choice); break;
    case Op::Hear: hear(choice); break;
    case Op::Lose: lose(choice); break;
    case Op::ServerTalks:
        if (ServerStream* stream = choose_stream(choice / 7)) server_talks(*stream, choice);
        break;
    case Op::ServerManages:
        if (ServerStream* stream = choose_stream(choice / 2))
            server_manages(*stream, choice % 2 == 0);
        break;
    case Op::ServerEnds:
        if (ServerStream* stream = choose_stream(choice / 5)) server_ends(*stream, choice);
        break;
    case Op::Congest: congest_next_ = true; break;
    case Op::Drain:
        if (ServerStream* stream = choose_stream(choice)) drain_upstream(*stream);
        break;
    case Op::Shutdown: shut_down(); break;
    case Op::Wait: advance(std::chrono::milliseconds(choice * 5)); break;
    case Op::Moment: advance(std::chrono::milliseconds(choice % 60)); break;
    case Op::Jump: advance(std::chrono::milliseconds(choice * 90)); break;
    case Op::Late: late(std::chrono::milliseconds(choice * 90)); break;
    }
}

// The network becomes perfect, the servers swift. Whatever was in trouble must come right.
void World::heal() {
    tell("-- healing --");
    constexpr int kMostTurns = 200;
    for (int turn = 0; !over_ && failure_.empty() && turn < kMostTurns; ++turn) {
        congest_next_ = false;
        for (size_t i = 0; i < streams_.size() && !over_; ++i) {
            drain_upstream(streams_[i]);
            bool speaks = streams_[i].at == ServerStream::At::Silent ||
                          streams_[i].at == ServerStream::At::Opened;
            if (speaks && !over_) server_talks(streams_[i], 0);
        }
        while (choose(Copy::At::Answered, 0) != nullptr) hear(0);
        for (size_t i = 0; i < client_.unanswered().size(); ++i) {
            if (client_.unanswered()[i].lost) repeat(client_.unanswered()[i], true);
        }
        if (has_open_streams() && all_is_said() && client_.may_send(true)) {
            send({.terminate = true});
        } else if (client_.may_send(false)) {
            send({});
        }
        bool delivered = false;
        for (size_t i = 0; i < copies_.size() && !over_; ++i) {
            if (copies_[i].at != Copy::At::OnItsWay) continue;
            if (haste_of(copies_[i]) != Haste::None) advance(terms_.polling_interval);
            if (!over_) deliver(copies_[i], client_overran_);
            delivered = true;
            check();
        }
        if (!delivered && !choose(Copy::At::Answered, 0)) advance(5s);
        check();
    }
    if (!over_ && failure_.empty()) fail("a session whose network has healed does not end");
    while (choose(Copy::At::Answered, 0) != nullptr) hear(0);
}

bool World::all_is_said() const {
    return client_.unanswered().size() <= terms_.hold &&
           std::ranges::all_of(streams_, [&](const ServerStream& stream) {
               return client_.items_heard(stream.id) == stream.items_down &&
                      !misses_payloads(stream, client_.items_sent());
           });
}

// ---------------------------------------------------------------------------- the client

void World::send(Message message) {
    Message& sent = client_.send(std::move(message));
    receivers_.resize(client_.items_sent(), sent.stream);
    repeat(sent, false);
}

// More than `requests` rids beyond the lowest that it has no answer to.
void World::overrun(uint32_t choice) {
    if (!client_.may_overrun()) return;
    client_overran_ = client_overran_ || !client_.may_send(false);
    send({.items = choice % 2});
}

// One of the streams that the client can tell apart, or all of them.
std::string World::choose_name(uint32_t choice) const {
    const std::vector<std::string>& names = client_.streams();
    size_t index = choice % (names.size() + 1);
    return index == names.size() ? std::string() : names[index];
}

void World::repeat(Message& message, bool abandon_older) {
    if (message.latest_copy != 0 && abandon_older)
        copies_[message.latest_copy - 1].abandoned = true;
    message.lost = false;
    message.latest_copy = static_cast<uint32_t>(copies_.size() + 1);
    tell("client sends ", message.rid, " copy ", ++message.copies, " as #", message.latest_copy,
         " items ", message.items, message.restart ? " restart" : "",
         message.terminate ? " terminate" : "", message.pause ? " pause" : "",
         message.adds ? " adds a stream" : "", message.stream.empty() ? "" : " to ",
         message.stream);
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
    // Who broke the rules has lost the right to hear everything in its order.
    if (client_.complaint() != nullptr && !by_fault_) fail(client_.complaint());
}

void World::lose(uint32_t choice) {
    Copy* copy = choose(Copy::At::Answered, choice);
    if (copy == nullptr || copy->attempt >= kMostCopies || copy->rid == terms_.rid) return;
    tell("the answer to ", copy->rid, " is lost");
    copy->at = Copy::At::Gone;
    client_misses(*copy);
}

} // namespace bosh::model
