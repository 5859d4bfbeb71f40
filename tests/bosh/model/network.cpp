// The model's network: what reaches the engine, and when.

#include "tests/bosh/model/world.h"

#include <algorithm>

namespace bosh::model {

using namespace std::chrono_literals;

World::Copy* World::choose(Copy::At at, uint32_t choice) {
    auto matches = [at](const Copy& copy) { return copy.at == at; };
    auto count = static_cast<uint32_t>(std::ranges::count_if(copies_, matches));
    if (count == 0) return nullptr;
    uint32_t left = choice % count;
    return &*std::ranges::find_if(copies_,
                                  [&](const Copy& copy) { return matches(copy) && left-- == 0; });
}

// Repeats are no new requests (B-116), nor is what fills a gap, since it was sent before.
World::Haste World::haste_of(const Copy& copy) {
    if (copy.rid <= highest_arrived_) return Haste::None;
    auto unanswered = std::ranges::count(copies_, Copy::At::Engine, &Copy::at) + 1; // B-209
    unanswered -= kept_back(); // its arrival releases that
    const Message& message = copy.message;
    if (unanswered > terms_.requests && !message.ends_or_pauses()) return Haste::TooMuch; // B-200
    base::Duration interval = terms_.polling_interval;
    interval -= interval / 10; // B-207
    if (!message.is_empty() || now_ - last_new_arrival_ >= interval) return Haste::None;
    if (!terms_.polling) { // B-202
        return unanswered == terms_.requests ? Haste::TooMuch : Haste::None;
    }
    if (!features_delivered_ || !last_new_was_empty_) return Haste::None; // B-203, B-206
    const Known& before = known_.at(highest_arrived_);
    if (!before.answered) return Haste::Unclear;
    return before.answer.ends_with("</body>") ? Haste::None : Haste::TooMuch;
}

// The client spaces its requests; a network that crowds them at the door would have the session
// end, rightly. So the network lets the later one wait, unless it `hurries`.
void World::deliver(Copy& copy, bool hurries) {
    Haste haste = haste_of(copy);
    if (haste != Haste::None && !hurries) return;
    // The client has this answer and gave the copy up; so late it would end the session (B-109).
    bool heard = client_.find(copy.rid) == nullptr;
    bool beyond_repeat = terms_.acks || copy.message.pause;
    if (heard && (beyond_repeat || client_.last_sent() >= copy.rid + terms_.requests)) {
        copy.at = Copy::At::Gone;
        return;
    }
    // B-103, B-104: a client that keeps the rules never meets the end of the window.
    Rid window_end = processed_ + terms_.requests + (copy.message.ends_or_pauses() ? 1 : 0);
    bool surely_inside =
        !client_overran_ || (copy.rid > highest_arrived_ && copy.rid <= window_end);
    offender_ = surely_inside && haste == Haste::None ? 0 : copy.rid;
    bool must_end = surely_inside && haste == Haste::TooMuch;
    if (must_end) expected_cause_ = "overactive";
    auto number = static_cast<uint32_t>(&copy - copies_.data() + 1);
    tell("#", number, " arrives: ", copy.rid, must_end ? ", too much" : "");
    note_arrival(copy, number);
    awaited_until_ = now_;
    session_->on_request({.index = number, .generation = 1}, decoded(copy.message), now_);
    carry_out();
    if (must_end && !over_) fail("an overactive client is not ended (B-200, B-202, B-203)");
    offender_ = 0;
}

void World::note_arrival(const Copy& copy, uint32_t number) {
    const Message& message = copy.message;
    copies_[number - 1].at = Copy::At::Engine;
    copies_[number - 1].arrived = now_;
    if (copy.rid > highest_arrived_) {
        highest_arrived_ = copy.rid;
        last_new_arrival_ = now_;
        last_new_was_empty_ = message.is_empty();
    }
    Known& known = known_[copy.rid];
    known.received = true;
    known.items_end = message.first_item + message.items;
    known.copy = number;
    terminate_arrived_ = terminate_arrived_ || (message.terminate && message.stream.empty());
    if (message.terminate) {
        for (ServerStream& stream : streams_) {
            bool meant = message.stream.empty() || message.stream == stream.name;
            stream.closed_by_client = stream.closed_by_client || meant;
        }
    }
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
}

// What stands in `from` comes out again, and tells which request or item it was.
Decoded World::decoded(const Message& message) {
    Decoded decoded{.has_attributes = true};
    BodyIn& body = decoded.body;
    body.has_sid = true;
    body.rid = message.rid;
    body.type = message.terminate ? BodyIn::Type::Terminate : BodyIn::Type::None;
    body.restart = message.restart;
    body.pause = message.pause;
    body.ack = message.ack;
    body.key = message.key;
    body.newkey = message.newkey;
    body.stream = message.stream;
    if (message.adds) {
        body.to = "example.org";
        body.from = std::to_string(message.rid) + "@example.org";
    }
    if (message.restart) body.from = std::to_string(message.first_item);
    std::string payloads = message.payloads();
    if (!payloads.empty()) {
        body.payloads.push(base::Slice::copy(pool_, payloads));
        body.payload_count = message.items;
    }
    return decoded;
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
    // Else a stream would be there before anyone was told its name.
    if (copy->message.adds) return;
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

void World::client_misses(Copy& copy) {
    Message* message = client_.find(copy.rid);
    if (message != nullptr && &copies_[message->latest_copy - 1] == &copy) message->lost = true;
}

} // namespace bosh::model
