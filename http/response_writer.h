// write_response — an answer as bytes for one gathered write: a head of ours, the body's slices.
// Spec:   RFC 9110 §6.4, §6.6.1; RFC 9112 §4, §6.3, §9.6; rows B-013, H-003, H-008, H-010, H-036.
// Life:   DateField is one per worker; it knows wall-clock time, which engines otherwise do not.
#pragma once

#include "base/slice.h"
#include "base/time.h"
#include "http/message.h"

#include <ctime>
#include <string>
#include <string_view>

namespace http {

// The Date field line, written anew at most once a second.
class DateField {
public:
    using WallClock = std::time_t (*)(std::time_t*);
    explicit DateField(WallClock wall_clock = &std::time) : wall_clock_(wall_clock) {}

    // "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"; valid until the next call.
    [[nodiscard]] std::string_view line(base::TimePoint now);

private:
    WallClock wall_clock_;
    base::TimePoint written_at_ = base::TimePoint::min();
    std::string line_;
};

// What the connection and the request add to a Response.
struct ResponseContext {
    bool head_request = false;        // length of the body, but no body (H-003)
    bool close = false;               // this is the connection's last answer (H-040)
    bool tunnel = false;              // a 2xx to CONNECT: what follows is no content
    bool announce_keep_alive = false; // an HTTP/1.0 client that asked for it (H-040)
    std::string_view date;            // a whole field line, as are these:
    std::string_view fields;          // CORS
};

[[nodiscard]] base::SliceChain write_response(base::SlicePool& pool, Response&& response,
                                              const ResponseContext& context);

// H-036.
[[nodiscard]] bool forbids_body(uint16_t status);

// "Not Found"; "Unknown" for a code that we never send.
[[nodiscard]] std::string_view reason_of(uint16_t status);

// An answer of the HTTP layer itself: the reason as its text.
[[nodiscard]] Response plain_response(uint16_t status);

} // namespace http
