#include "bosh/tombstones.h"

#include "bosh/key_sequence.h"

#include <algorithm>
#include <utility>

namespace bosh {

void Tombstones::add(std::string sid, std::string_view content_type,
                     std::vector<CachedAnswer> answers, const http::ClientFacts& creator) {
    size_t bytes = 0;
    for (const CachedAnswer& answer : answers) bytes += answer.xml.size_bytes();
    if (bytes > kMostBytes) return;
    bytes_ += bytes;
    while (!oldest_first_.empty() && (size() == kMost || bytes_ > kMostBytes)) drop_oldest();
    Tombstone& latest =
        oldest_first_.emplace_back(Tombstone{.sid = std::move(sid),
                                             .content_type = std::string(content_type),
                                             .creator = creator,
                                             .answers = std::move(answers),
                                             .bytes = bytes,
                                             .expires = env_.now() + kPeriod});
    by_sid_.emplace(latest.sid, &latest);
    env_.wheel.set(*this, oldest_first_.front().expires);
}

const http::ClientFacts* Tombstones::creator(std::string_view sid) const {
    auto found = by_sid_.find(sid);
    return found == by_sid_.end() ? nullptr : &found->second->creator;
}

std::optional<Tombstones::Again> Tombstones::repeat(std::string_view sid, Rid rid,
                                                    std::string_view key) {
    auto found = by_sid_.find(sid);
    if (found == by_sid_.end()) return std::nullopt;
    Tombstone& tombstone = *found->second;
    auto answer = std::ranges::find(tombstone.answers, rid, &CachedAnswer::rid);
    if (answer == tombstone.answers.end()) return std::nullopt;
    if (answer->key && !KeySequence::same(key, *answer->key)) return std::nullopt; // B-245
    if (answer->repeats == kMaxRepeats) return std::nullopt;                       // B-111
    ++answer->repeats;
    return Again{.content_type = tombstone.content_type, .xml = answer->xml};
}

void Tombstones::on_deadline(base::TimePoint now) {
    while (!oldest_first_.empty() && oldest_first_.front().expires <= now) drop_oldest();
    if (!oldest_first_.empty()) env_.wheel.set(*this, oldest_first_.front().expires);
}

void Tombstones::drop_oldest() {
    Tombstone& oldest = oldest_first_.front();
    bytes_ -= oldest.bytes;
    by_sid_.erase(oldest.sid);
    oldest_first_.pop_front();
}

} // namespace bosh
