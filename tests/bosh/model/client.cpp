#include "tests/bosh/model/client.h"

#include "tls/digest.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace bosh::model {

namespace {

std::string attribute(std::string_view tag, std::string_view start) {
    size_t begin = tag.find(start);
    if (begin == std::string_view::npos) return {};
    begin += start.size();
    return std::string(tag.substr(begin, tag.find('\'', begin) - begin));
}

std::string hashed(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (uint8_t byte : tls::sha1(text)) {
        hex += kDigits[byte >> 4];
        hex += kDigits[byte & 15];
    }
    return hex;
}

// The last of them is announced; each hashes to the one behind it.
std::vector<std::string> chain_of_keys(std::string_view seed) {
    constexpr size_t kLength = 4; // short, so that sessions change chains often
    std::vector<std::string> keys{hashed(seed)};
    while (keys.size() < kLength) keys.push_back(hashed(keys.back()));
    return keys;
}

} // namespace

Answer read_answer(std::string_view xml) {
    size_t end_of_tag = xml.find('>');
    std::string_view tag = xml.substr(0, end_of_tag);
    Answer answer{.type = attribute(tag, " type='"),
                  .condition = attribute(tag, " condition='"),
                  .stream = attribute(tag, " stream='")};
    for (size_t at = xml.find(" n='", end_of_tag); at != std::string_view::npos;
         at = xml.find(" n='", at)) {
        at += 4;
        uint32_t item = 0;
        std::from_chars(xml.data() + at, xml.data() + xml.size(), item);
        answer.items.push_back(item);
    }
    return answer;
}

std::string Message::payloads() const {
    std::string xml;
    for (uint32_t i = 0; i < items && !restart; ++i) {
        xml +=
            "<iq n='" + std::to_string(first_item + i) + "'>" + std::string(padding, 'u') + "</iq>";
    }
    return xml;
}

Client::Client(const Terms& terms, bool with_keys)
    : terms_(terms), next_rid_(terms.rid + 1), read_through_(terms.rid - 1), with_keys_(with_keys) {
    unanswered_.push_back({.rid = terms.rid, .copies = 1});
    if (!with_keys) return;
    keys_ = chain_of_keys("creation");
    creation_newkey_ = keys_.back();
    keys_.pop_back();
}

bool Client::may_overrun() const {
    return knows_the_sid_ && !told_ && !pausing_ && !terminating_;
}

bool Client::may_send(bool one_more) const {
    if (!may_overrun()) return false;
    Rid lowest = unanswered_.empty() ? next_rid_ : unanswered_.front().rid;
    return next_rid_ < lowest + terms_.requests + (one_more ? 1 : 0);
}

Message& Client::send(Message message) {
    message.rid = next_rid_++;
    message.first_item = items_sent_;
    items_sent_ += message.items;
    pausing_ = message.pause.has_value();
    terminating_ = message.terminate && message.stream.empty();
    if (message.terminate && !terminating_) {
        std::erase(streams_, message.stream);
        has_closed_streams_ = true;
    }
    // §9.2: no `ack` says that all answers to the requests before have come.
    if (terms_.acks && read_through_ + 1 != message.rid) message.ack = read_through_;
    take_key(message);
    unanswered_.push_back(std::move(message));
    return unanswered_.back();
}

void Client::take_key(Message& message) {
    if (!with_keys_) return;
    message.key = keys_.back();
    keys_.pop_back();
    if (!keys_.empty()) return;
    keys_ = chain_of_keys(message.key + "again");
    message.newkey = keys_.back();
    keys_.pop_back();
}

Message* Client::find(Rid rid) {
    auto found = std::ranges::find(unanswered_, rid, &Message::rid);
    return found == unanswered_.end() ? nullptr : &*found;
}

void Client::hear(Rid rid, const Answer& answer) {
    if (told_ || find(rid) == nullptr) return;
    if (answer.type == "error") {
        for (Message& message : unanswered_) message.lost = message.lost || message.rid <= rid;
        return;
    }
    if (rid == terms_.rid) knows_the_sid_ = answer.type.empty();
    note_streams(*find(rid), answer);
    if (std::exchange(*find(rid), {}).pause) pausing_ = false;
    std::erase_if(unanswered_, [](const Message& message) { return message.rid == 0; });
    unread_[rid] = answer;
    if (answer.ends_session()) {
        told_ = true;
        // Nothing more will come: what is here is read, whatever is missing in between.
        while (!unread_.empty()) {
            read_through_ = unread_.begin()->first - 1;
            read_in_order();
        }
        return;
    }
    read_in_order();
}

void Client::note_streams(const Message& message, const Answer& answer) {
    if (answer.stream.empty()) return;
    if (answer.type == "terminate") {
        std::erase(streams_, answer.stream);
        ended_streams_.push_back(answer.stream);
    } else if (message.adds || message.rid == terms_.rid) {
        // Another answer, that it has ended, may have come before.
        auto knows = [&](const std::vector<std::string>& names) {
            return std::ranges::find(names, answer.stream) != names.end();
        };
        if (!knows(streams_) && !knows(ended_streams_)) streams_.push_back(answer.stream);
    }
}

uint32_t Client::items_heard(uint32_t stream) const {
    auto found = items_heard_.find(stream);
    return found == items_heard_.end() ? 0 : found->second;
}

void Client::read_in_order() {
    while (!unread_.empty() && unread_.begin()->first == read_through_ + 1) {
        for (uint32_t item : unread_.begin()->second.items) {
            uint32_t& heard = items_heard_[item / kItemsOfStream];
            uint32_t number = item % kItemsOfStream;
            // After the end, what stood in an answer that was lost can no longer be repeated.
            if (number < heard) complaint_ = "a stanza came twice";
            if (number > heard && !told_) complaint_ = "a stanza came before its turn";
            heard = number + 1;
        }
        unread_.erase(unread_.begin());
        ++read_through_;
    }
}

} // namespace bosh::model
