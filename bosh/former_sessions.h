// FormerSessions — which sids were sessions here a while ago, and why a request for one that is not
// there may have come. For the log only: what the client is told is the same for all of them.
// Units:  the latest of each of 4,096 places by hash, 24 bytes each; an hour.
// Errors: two sids in one place: the older is forgotten, and for an hour nothing is said of sids
//         that are not found, since they may have been that one.
// Life:   owned by Endpoint.
#pragma once

#include "base/likely_cause.h"
#include "base/time.h"
#include "bosh/session_id.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace bosh {

using namespace std::chrono_literals;

class FormerSessions {
public:
    static constexpr base::Duration kPeriod = 1h;
    // A client whose session was of the run before comes back this soon, or not at all.
    static constexpr base::Duration kAfterStart = 5min;
    // Anybody can make up sids: what is not known to have been one is told once in so long.
    static constexpr base::Duration kBetween = 10s;

    FormerSessions(Place place, base::TimePoint started) : place_(place), started_(started) {}

    // `unheard`: its client was not told, since it asked for nothing any more.
    void add(std::string_view sid, bool unheard, base::TimePoint now);
    // Of a request for a session that is not here. Each is told once.
    [[nodiscard]] std::optional<base::LikelyCause> why_missing(std::string_view sid,
                                                               base::TimePoint now);

private:
    struct Former {
        uint64_t hash = 0; // 0: none
        base::TimePoint ended;
        bool unheard = false;
    };
    [[nodiscard]] bool looks_like_ours(std::string_view sid) const;
    [[nodiscard]] Former& place_of(uint64_t hash) { return places_[hash % places_.size()]; }

    Place place_;
    base::TimePoint started_;
    std::optional<base::TimePoint> forgot_;
    std::optional<base::TimePoint> told_;
    std::vector<Former> places_; // empty until there is one
};

} // namespace bosh
