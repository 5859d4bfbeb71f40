#include "bosh/overactivity.h"

namespace bosh {

Overactivity::Overactivity(uint32_t requests, base::Duration polling, bool polling_session)
    : interval_(polling - polling / 10), requests_(requests), polling_session_(polling_session) {}

bool Overactivity::admit(const Arrival& arrival) {
    bool soon = last_arrival_ != base::TimePoint::min() && arrival.at - last_arrival_ < interval_;
    bool two_empty = arrival.is_empty && last_was_empty_;
    last_arrival_ = arrival.at;
    last_was_empty_ = arrival.is_empty;

    if (arrival.unanswered > requests_ && !arrival.ends_or_pauses) return false; // B-200
    if (polling_session_) {
        return !(features_delivered_ && soon && two_empty && !answered_with_payload_); // B-203
    }
    return !(soon && arrival.is_empty && arrival.unanswered == requests_); // B-202
}

} // namespace bosh
