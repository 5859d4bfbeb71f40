// CorsPolicy — which pages of other origins may talk to a path, and the fields that say so.
// Spec:   Fetch, CORS protocol; conformance rows H-070..H-078.
// Life:   part of the configuration snapshot; outlives the requests it judges.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace http {

// Whether the origin is one of those listed, as CorsPolicy::origins are.
[[nodiscard]] bool lists_origin(const std::vector<std::string>& origins, std::string_view origin);

struct CorsPolicy {
    bool any_origin = true; // answers "*", or the origin itself with credentials
    // Else: scheme, host and port, compared exactly (H-074); with "*." before the host, the origins
    // of every name below it, but not its own.
    std::vector<std::string> origins;
    bool allow_credentials = false;
    std::vector<std::string> extra_headers; // allowed beyond Content-Type (H-071)
    std::chrono::seconds max_age{86'400};

    // Whether answers differ by origin; if not, nobody needs to remember a request's.
    [[nodiscard]] bool depends_on_origin() const { return !any_origin || allow_credentials; }
    [[nodiscard]] bool allows(std::string_view origin) const;
    // Field lines for an actual answer, each ending in CRLF. An origin that is not allowed gets
    // none, except Vary, without which a cache would give its answer to others (H-075).
    // `origin` is null-data when the request had none. No byte of it is echoed unvalidated (H-035).
    void append_answer_fields(std::string& out, std::string_view origin) const;
    // Field lines for the answer to a preflight (H-070, H-071). The fields that a page may send
    // are listed whole, so what it asked for does not matter.
    void append_preflight_fields(std::string& out, std::string_view origin) const;
};

} // namespace http
