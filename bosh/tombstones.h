// Tombstones — the last answers of sessions that have ended, for who lost them on the way.
// A client whose connection breaks while it waits for the end repeats its last requests; without
// this it would be told that there never was such a session.
// Spec:   XEP-0124 §14.3; B-111, B-225, B-226, B-245, S-040.
// Units:  each is kept for 30 s, and no more of them than kMost and kMostBytes; the oldest give
//         way.
// Life:   owned by Endpoint. They go in the order in which they came, so one deadline serves all.
#pragma once

#include "base/env.h"
#include "bosh/request_window.h"
#include "http/message.h"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bosh {

using namespace std::chrono_literals;

class Tombstones final : private base::TimerNode {
public:
    static constexpr base::Duration kPeriod = 30s;
    // Of one worker: three hundred ends a second leave no one out.
    static constexpr size_t kMost = 10'000;
    // Nearly every last answer is a terminate body of 70 bytes; those with stanzas may be large.
    static constexpr size_t kMostBytes = 4UL * 1024 * 1024;

    explicit Tombstones(base::Env& env) : env_(env) {}

    void add(std::string sid, std::string_view content_type, std::vector<CachedAnswer> answers,
             const http::ClientFacts& creator);
    // Of the session; null: it is not known. Valid until the next add().
    [[nodiscard]] const http::ClientFacts* creator(std::string_view sid) const;

    // What a repeat is answered; nothing: there is no such session any more.
    struct Again {
        std::string_view content_type; // valid until the next add()
        base::SliceChain xml;
    };
    [[nodiscard]] std::optional<Again> repeat(std::string_view sid, Rid rid, std::string_view key);

    [[nodiscard]] size_t size() const { return oldest_first_.size(); }

private:
    struct Tombstone {
        std::string sid;
        std::string content_type;
        http::ClientFacts creator;
        std::vector<CachedAnswer> answers; // to the requests that were open at the end
        size_t bytes = 0;
        base::TimePoint expires;
    };

    void on_deadline(base::TimePoint now) override;
    void drop_oldest();

    base::Env& env_;
    size_t bytes_ = 0;
    std::deque<Tombstone> oldest_first_; // what is in it stays where it is
    std::unordered_map<std::string_view, Tombstone*> by_sid_;
};

} // namespace bosh
