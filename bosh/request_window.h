// RequestWindow — puts a session's requests in rid order and remembers recent answers.
// Spec:   XEP-0124 §14 (Request IDs), §14.3 (Broken Connections); B-100..B-118.
// Units:  L, the highest rid processed without a gap; W, the window, is `requests` rids.
// Life:   owned by Session; holds RequestRefs, never connections. Parked bodies share the bytes of
//         their requests; answers share the bytes of their stanzas.
#pragma once

#include "base/slice.h"
#include "base/time.h"
#include "bosh/body.h"
#include "bosh/request_ref.h"

#include <memory>
#include <string>
#include <vector>

namespace bosh {

// B-111. Strophe repeats a request five times (D-17), StanzaJS too; ten is a client gone wild.
inline constexpr uint8_t kMaxRepeats = 10;

// The key that the original bore and a repeat must bear (B-245); null in a session without keys.
using OriginalKey = std::unique_ptr<const std::string>;

// A request received and not answered yet. Up to L it is held; above, it is parked.
struct OpenRequest {
    Rid rid = 0;
    base::TimePoint arrived;        // of the newest copy: `wait` is counted from it (B-108)
    std::unique_ptr<BodyIn> parked; // only while parked
    OriginalKey key;
    RequestRef from{}; // generation 0: detached, its connection is lost (B-140)
    uint8_t repeats = 0;

    [[nodiscard]] bool detached() const { return !from; }
};

// An answer that may be asked for again.
struct CachedAnswer {
    Rid rid = 0;
    base::SliceChain xml; // empty: the empty body, which is a flag and no bytes
    base::TimePoint sent;
    OriginalKey key;
    uint8_t repeats = 0;
};

class RequestWindow {
public:
    enum class Place : uint8_t {
        Next,     // L + 1
        Ahead,    // above it and inside the window: to be parked
        Open,     // received before and not answered: held or parked
        Answered, // the answer is in the cache
        Outside,  // too high, or too low to be answered again
    };

    // With acknowledgements all answers are kept until they are acknowledged, up to 32 of them and
    // `max_bytes` together; at least the last `requests` in any case (B-112, B-115).
    RequestWindow(Rid creation_rid, uint32_t requests, bool acknowledged, size_t max_bytes);

    // `one_more`: this request may be one above the window (B-104: pause and terminate).
    [[nodiscard]] Place place_of(Rid rid, bool one_more) const;
    [[nodiscard]] Rid last_processed() const { return last_processed_; }
    [[nodiscard]] Rid last_answered() const { return last_answered_; }
    [[nodiscard]] Rid highest_received() const { return highest_received_; }

    // The request with that rid, held or parked; nullptr if there is none.
    [[nodiscard]] OpenRequest* open(Rid rid);
    [[nodiscard]] OpenRequest* open_from(RequestRef from);
    [[nodiscard]] std::vector<OpenRequest>& all_open() { return open_; }
    [[nodiscard]] const std::vector<OpenRequest>& all_open() const { return open_; }
    // The held requests are the first of all_open(), as many as this.
    [[nodiscard]] size_t held() const;
    [[nodiscard]] size_t parked() const { return open_.size() - held(); }

    // Takes in a request whose place is Next or Ahead; it is parked.
    void park(Rid rid, RequestRef from, BodyIn&& body, base::TimePoint now);
    // One whose place is Next and that need not wait: it is a held one at once.
    void hold(Rid rid, RequestRef from, const std::string& key, base::TimePoint now);
    // The body of L + 1 if it is here: L moves on, the request becomes a held one.
    [[nodiscard]] std::unique_ptr<BodyIn> take_next();
    [[nodiscard]] const OpenRequest* next() const;
    // The lower rids that parked requests wait for are missing.
    [[nodiscard]] bool has_gap() const { return parked() > 0 && next() == nullptr; }

    // Takes an open request out: the oldest, or any one.
    [[nodiscard]] OpenRequest take_oldest();
    [[nodiscard]] std::vector<OpenRequest> take_parked();
    [[nodiscard]] std::vector<OpenRequest> take_all();

    // Keeps an answer for a repeat.
    void remember(OpenRequest&& request, base::SliceChain xml, base::TimePoint now);
    // An answer that may not be repeated: a pause (B-113).
    void note_answered(Rid rid) { last_answered_ = rid; }
    // The client has all answers up to this rid (B-164, B-165).
    void forget_through(Rid rid);
    [[nodiscard]] CachedAnswer* answer(Rid rid);

private:
    OpenRequest& add(Rid rid, RequestRef from, const std::string& key, base::TimePoint now);
    [[nodiscard]] bool keeps_too_much() const;

    Rid last_processed_;
    Rid last_answered_;
    Rid highest_received_;
    uint32_t requests_;
    bool acknowledged_;
    size_t max_bytes_;
    size_t cached_bytes_ = 0;
    std::vector<OpenRequest> open_;     // in rid order
    std::vector<CachedAnswer> answers_; // oldest first
};

} // namespace bosh
