#include "bosh/former_sessions.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace bosh {

namespace {

constexpr size_t kPlaces = 4096;

uint64_t hash_of(std::string_view sid) {
    return std::hash<std::string_view>()(sid) | 1U; // 0 is none
}

} // namespace

void FormerSessions::add(std::string_view sid, bool unheard, base::TimePoint now) {
    if (places_.empty()) places_.resize(kPlaces);
    Former& place = place_of(hash_of(sid) >> 1U);
    if (place.hash != 0 && now - place.ended < kPeriod) forgot_ = now;
    place = {.hash = hash_of(sid), .ended = now, .unheard = unheard};
}

std::optional<base::LikelyCause> FormerSessions::why_missing(std::string_view sid,
                                                             base::TimePoint now) {
    if (!places_.empty()) {
        uint64_t hash = hash_of(sid);
        Former& place = place_of(hash >> 1U);
        if (place.hash == hash && now - place.ended < kPeriod) {
            if (!std::exchange(place.unheard, false)) return std::nullopt;
            return base::returned_too_late(now - place.ended);
        }
    }
    bool may_have_been = forgot_ && now - *forgot_ < kPeriod;
    bool told = told_ && now - *told_ < kBetween;
    if (may_have_been || told || !looks_like_ours(sid)) return std::nullopt;
    told_ = now;
    base::Duration up = now - started_;
    return up < kAfterStart ? base::session_from_before_start(up)
                            : base::session_of_other_instance();
}

bool FormerSessions::looks_like_ours(std::string_view sid) const {
    auto is_base64url = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    // Twelve bits of the node; other instances may have other numbers of workers.
    return sid.size() == SessionId::kLength && sid.starts_with(sid_prefix(place_).substr(0, 2)) &&
           std::ranges::all_of(sid, is_base64url);
}

} // namespace bosh
