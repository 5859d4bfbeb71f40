#include "net/dns_cache.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace net {

std::shared_ptr<const DnsReply> DnsCache::find(const DnsQuestion& question, base::TimePoint now) {
    auto found = by_question_.find(question);
    if (found == by_question_.end()) return nullptr;
    auto entry = found->second;
    if (now >= entry->expires) {
        remove(entry);
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return entry->reply;
}

std::shared_ptr<const DnsReply> DnsCache::add(const DnsQuestion& question, DnsReply reply,
                                              base::TimePoint now) {
    bool failed = reply.outcome == DnsOutcome::Failed;
    base::Duration ttl = failed ? kFailure : std::clamp(reply.ttl, kShortest, kLongest);
    auto shared = std::make_shared<const DnsReply>(std::move(reply));
    if (auto old = by_question_.find(question); old != by_question_.end()) remove(old->second);
    if (entries_.size() >= most_entries_) remove(std::prev(entries_.end()));
    entries_.push_front({question, shared, now + ttl});
    by_question_.emplace(question, entries_.begin());
    return shared;
}

void DnsCache::remove(Entries::iterator entry) {
    by_question_.erase(entry->question);
    entries_.erase(entry);
}

} // namespace net
