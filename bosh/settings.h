// Settings — what an operator decides about BOSH sessions. Names are XEP-0124's own.
// Spec:   XEP-0124 §7, §10, §11, §12, §14; the table of defaults in docs/conformance.md.
// Life:   part of the immutable configuration snapshot.
#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bosh {

using namespace std::chrono_literals;

struct Settings {
    std::chrono::seconds wait_max = 60s; // a request is never held longer; also the default
    uint32_t hold_max = 1;               // granted: min(client's, this); absent counts as 1
    // A request beyond `hold` waits so long for the server's answer to what the client sent
    // (B-133).
    std::chrono::milliseconds release_delay = 5ms;
    std::chrono::seconds inactivity = 60s;  // without an open request for so long: the end
    std::chrono::seconds polling = 5s;      // shortest interval between empty polls
    std::chrono::seconds maxpause = 120s;   // longest `pause` a client may ask for
    std::chrono::seconds gap_timeout = 30s; // a parked request waits for lower rids so long (B-106)
    bool skip_gaps = false;                 // then take what is missing for an empty request (D-29)
    std::chrono::seconds features_wait = 10s; // the creation response waits for features (B-082)
    size_t max_body_bytes = 256 * 1024;       // of one request; beyond: 413
    size_t max_response_bytes = 256 * 1024;   // split at payload borders beyond it (B-138)
    size_t outbox_high_bytes = 128 * 1024; // stanzas waiting for a request: stop reading upstream
    size_t outbox_low_bytes = 64 * 1024;
    size_t outbox_hard_bytes = 4 * 1024 * 1024; // beyond: internal-server-error (B-144)
    size_t replay_cache_bytes = 1024 * 1024;    // of one session (B-115)
    uint32_t max_sessions = 100'000;            // beyond: internal-server-error (B-061)
    uint32_t max_streams = 1; // of one session at a time; above 1, several are offered (B-260)
    std::chrono::seconds pre_authentication = 240s; // a stream that never logs in (U-056)
    bool compression = false;                       // gzip and deflate, both ways (B-015, B-016)
    bool info_page = true;                          // for who opens the path in a browser (H-002)
    std::string see_other_uri;  // for sessions asked for without encryption; empty: served (B-060)
    std::string default_domain; // for a creation request without `to`; or empty
    std::vector<std::string> content_types = { // values of `content` that are honoured (B-012)
        "text/xml", "application/xml", "text/html", "text/plain"};
};

} // namespace bosh
