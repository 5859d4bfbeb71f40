// Overactivity — does a client ask more often than it was told it may?
// Spec:   XEP-0124 §11 (Overactivity), §12 (Polling Sessions); B-200..B-209.
// Units:  `polling`, the shortest interval between empty requests, less a tenth for the jitter of
//         networks (B-207).
// Life:   owned by Session. Repeats are not told to it: they are no new requests (B-116).
#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>

namespace bosh {

class Overactivity {
public:
    struct Arrival {
        bool is_empty = false; // without payload, pause, terminate or restart (B-205)
        bool ends_or_pauses = false;
        size_t unanswered = 0; // open requests with a connection, this one included (B-209)
        base::TimePoint at;
    };

    Overactivity(uint32_t requests, base::Duration polling, bool polling_session);

    // A new request has come and nothing has been answered because of it yet. False: too much.
    [[nodiscard]] bool admit(const Arrival& arrival);
    // The latest; TimePoint::min(): there was none.
    [[nodiscard]] base::TimePoint last_arrival() const { return last_arrival_; }
    void on_answer(bool with_payload) { answered_with_payload_ = with_payload; }
    // Until then a client may poll as it likes: it waits for features (B-206).
    void on_features_delivered() { features_delivered_ = true; }

private:
    base::Duration interval_;
    base::TimePoint last_arrival_ = base::TimePoint::min();
    uint32_t requests_;
    bool polling_session_;
    bool features_delivered_ = false;
    bool last_was_empty_ = false;
    bool answered_with_payload_ = true;
};

} // namespace bosh
