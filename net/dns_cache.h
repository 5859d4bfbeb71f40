// DnsCache — replies of name servers for as long as they hold.
// Units:  TTLs are kept between 1 s and 1 h, failures for 5 s (RFC 2308 §7 allows 5 minutes).
// Life:   an engine: time is an argument. Bounded: the reply that was asked for longest ago makes
//         room. A reply stays valid for who has it.
#pragma once

#include "base/time.h"
#include "net/dns_reply.h"

#include <list>
#include <map>
#include <memory>
#include <string>

namespace net {

using namespace std::chrono_literals;

struct DnsQuestion {
    std::string name; // lower case, no final dot
    DnsType type = DnsType::A;
    auto operator<=>(const DnsQuestion&) const = default;
};

class DnsCache {
public:
    static constexpr base::Duration kShortest = 1s;
    static constexpr base::Duration kLongest = 1h;
    static constexpr base::Duration kFailure = 5s;

    explicit DnsCache(size_t most_entries) : most_entries_(most_entries) {}

    // nullptr: not known, or not any more.
    [[nodiscard]] std::shared_ptr<const DnsReply> find(const DnsQuestion& question,
                                                       base::TimePoint now);
    std::shared_ptr<const DnsReply> add(const DnsQuestion& question, DnsReply reply,
                                        base::TimePoint now);
    [[nodiscard]] size_t size() const { return entries_.size(); }

private:
    struct Entry {
        DnsQuestion question;
        std::shared_ptr<const DnsReply> reply;
        base::TimePoint expires;
    };
    using Entries = std::list<Entry>; // asked for most recently first

    void remove(Entries::iterator entry);

    size_t most_entries_;
    Entries entries_;
    std::map<DnsQuestion, Entries::iterator> by_question_;
};

} // namespace net
