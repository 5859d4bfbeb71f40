// Limits — what an HTTP client may cost us, and for how long.
// Spec:   conformance rows H-042..H-045, B-022. Units in the names; defaults are the project's.
#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>

namespace http {

using namespace std::chrono_literals;

// Bodies up to this are taken even if the worker's memory budget is used up: polls without payload
// are how clients fetch what fills it.
inline constexpr uint64_t kAlwaysTakenBytes = 4 * 1024;

struct Limits {
    size_t max_request_line_bytes = 8 * 1024; // beyond: 414
    size_t max_head_bytes = 16 * 1024;        // beyond: 431
    size_t max_fields = 100;                  // beyond: 431
    base::Duration head_timeout = 10s;        // from its first byte, and for a new connection
    base::Duration body_timeout = 30s;        // from the end of the head
    size_t min_body_rate_bytes = 64;          // a second, over ten of them; slower: 408
    base::Duration idle_timeout = 75s;        // between requests; longer than the proxies' (D-53)
    base::Duration write_timeout = 30s;       // a client that does not read; the transport's to see
    uint32_t max_pipelined = 3;               // unanswered requests read ahead on one connection
    uint32_t max_streams = 128;               // of HTTP/2, open at a time; beyond: refused
    uint32_t max_connections = 16'384;        // beyond: 503 and close
};

} // namespace http
