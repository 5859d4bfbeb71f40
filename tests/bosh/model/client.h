// Client — a BOSH client that keeps to the rules, so a session that ends it for cause is wrong.
// Only if its schedule has it overrun, it sends more than it may. It numbers its requests without
// gaps, never goes `requests` rids beyond the lowest one it has no answer to, repeats a request
// word for word, and takes R for "repeat this and all before it". It reads answers in rid order,
// whatever order they come in.
// Spec:   XEP-0124 §8-§14, §17.3.
// Units:  an item is one numbered thing in one direction: a payload or a restart upward, a stanza
//         or features downward. Downward each stream counts its own, from its number times
//         kItemsOfStream on.
#pragma once

#include "bosh/creation.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bosh::model {

inline constexpr uint32_t kItemsOfStream = 1'000'000;

// What is in an answer.
struct Answer {
    std::string type; // empty, "error" or "terminate"
    std::string condition;
    std::string stream; // its name; empty: the session
    std::vector<uint32_t> items;

    [[nodiscard]] bool ends_session() const { return type == "terminate" && stream.empty(); }
};
[[nodiscard]] Answer read_answer(std::string_view xml);

struct Message {
    Rid rid = 0;
    uint32_t first_item = 0;
    uint32_t items = 0;
    uint32_t padding = 0; // bytes in each payload
    bool restart = false; // it is the one item then
    bool terminate = false;
    bool adds = false;  // a stream
    std::string stream; // whom all that is for; empty: all of them
    std::optional<uint32_t> pause;
    std::optional<Rid> ack;
    std::string key;
    std::string newkey;
    uint32_t copies = 0;      // sent so far
    uint32_t latest_copy = 0; // its connection
    bool lost = false;        // as far as the client knows: to be sent again

    [[nodiscard]] bool is_empty() const { return items == 0 && !pause && !terminate && !adds; }
    [[nodiscard]] bool ends_or_pauses() const { return pause || terminate; }
    [[nodiscard]] std::string payloads() const;
};

class Client {
public:
    Client(const Terms& terms, bool with_keys);

    // `one_more`: pause and terminate may be one beyond `requests`.
    [[nodiscard]] bool may_send(bool one_more) const;
    // It may not, and yet it could.
    [[nodiscard]] bool may_overrun() const;
    Message& send(Message message);

    // An answer to the request with this rid; the first one counts.
    void hear(Rid rid, const Answer& answer);

    [[nodiscard]] std::deque<Message>& unanswered() { return unanswered_; }
    [[nodiscard]] const std::deque<Message>& unanswered() const { return unanswered_; }
    [[nodiscard]] Message* find(Rid rid);
    [[nodiscard]] const std::string& newkey() const { return creation_newkey_; }
    [[nodiscard]] uint32_t items_sent() const { return items_sent_; }
    [[nodiscard]] uint32_t items_heard(uint32_t stream) const;
    // The streams that are open as far as it knows, where it can tell them apart.
    [[nodiscard]] const std::vector<std::string>& streams() const { return streams_; }
    [[nodiscard]] bool has_closed_streams() const { return has_closed_streams_; }
    [[nodiscard]] Rid last_sent() const { return next_rid_ - 1; }
    [[nodiscard]] bool knows_the_sid() const { return knows_the_sid_; }
    [[nodiscard]] bool was_told_the_end() const { return told_; }
    [[nodiscard]] bool terminating() const { return terminating_; }
    // The rule that an answer broke; nullptr: none.
    [[nodiscard]] const char* complaint() const { return complaint_; }

private:
    void read_in_order();
    void note_streams(const Message& message, const Answer& answer);
    void take_key(Message& message);

    Terms terms_;
    Rid next_rid_;
    Rid read_through_; // every answer up to this one has been read
    std::deque<Message> unanswered_;
    std::map<Rid, Answer> unread_;  // came before the answer to a lower rid
    std::vector<std::string> keys_; // to be revealed from the back
    std::string creation_newkey_;
    uint32_t items_sent_ = 0;
    std::map<uint32_t, uint32_t> items_heard_; // of each stream
    std::vector<std::string> streams_;
    std::vector<std::string> ended_streams_;
    bool has_closed_streams_ = false;
    bool with_keys_;
    bool knows_the_sid_ = false;
    bool pausing_ = false;
    bool terminating_ = false;
    bool told_ = false;
    const char* complaint_ = nullptr;
};

} // namespace bosh::model
