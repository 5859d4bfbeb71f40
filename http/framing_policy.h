// framing_policy — what we refuse although an HTTP parser might let it pass.
//
// A request that two programs cut differently is an attack: one of them, a reverse proxy perhaps,
// sees one request where the other sees two (request smuggling). So everything that says where a
// message ends, or that some parser is known to forgive, is checked here by rules of our own, and
// in doubt the answer is no. Boost.Beast 1.74 by itself would unfold folded lines, take `chunked`
// in HTTP/1.0, take any transfer coding (and then frame no body at all), take repeated lengths if
// they are equal, and not look at Host.
//
// Spec:   RFC 9112 §2.2, §3, §5, §6; conformance rows H-001, H-006, H-008, H-020..H-029.
// Errors: an HttpFault; None if all is well.
// Life:   functions of their arguments, without state; HeadScanner lives for one head.
#pragma once

#include "base/slice.h"
#include "http/fault.h"
#include "http/limits.h"
#include "http/message.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace http {

using base::ByteView;

// Finds the end of a head, line by line, and stops at the byte that breaks a limit or a line rule.
// It decides by position alone, so it does not matter how the bytes were cut on their way.
class HeadScanner {
public:
    explicit HeadScanner(const Limits& limits) : limits_(&limits) {}

    struct Scanned {
        size_t taken = 0;
        bool complete = false; // the last byte taken ends the empty line after the fields
        HttpFault fault = HttpFault::None;
    };
    [[nodiscard]] Scanned scan(ByteView in);

private:
    [[nodiscard]] HttpFault check_room(size_t count) const;
    [[nodiscard]] HttpFault on_line_end();

    const Limits* limits_;
    size_t head_bytes_ = 0;
    size_t line_bytes_ = 0;
    size_t lines_ = 0;        // the request line and the fields
    bool blank_seen_ = false; // the one empty line that may come first (H-021)
    bool complete_ = false;
    char previous_ = '\0';
};

struct RequestLine {
    Method method = Method::Other;
    std::string_view target;
    uint8_t minor_version = 1; // as received: 0..9
};

// Methods are told apart by case.
[[nodiscard]] Method method_of(std::string_view token);

// `line` without its CRLF.
[[nodiscard]] HttpFault parse_request_line(ByteView line, RequestLine& out);

// A request target taken apart. Strings, because decoding changes bytes; they keep their capacity.
struct Target {
    std::string path;      // "*" for OPTIONS *; empty for CONNECT
    std::string query;     // as received
    std::string authority; // of an absolute form or CONNECT; else empty

    void clear();
};

// Decodes and resolves the path exactly once: what comes out is never decoded again (H-001).
[[nodiscard]] HttpFault parse_target(Method method, std::string_view target, Target& out);

// Host must be there once in HTTP/1.1, and be well formed wherever it is.
[[nodiscard]] HttpFault check_host(const FieldList& fields, uint8_t minor_version);

struct BodyFraming {
    enum class Kind : uint8_t { None, Length, Chunked };
    Kind kind = Kind::None;
    uint64_t length_bytes = 0;
};

// Where the body ends: by one plain length, by a single `chunked`, or there is none.
[[nodiscard]] HttpFault judge_framing(const FieldList& fields, uint8_t minor_version,
                                      BodyFraming& out);

// Whether a line of `lines` (each ending in CRLF) continues the one before it.
[[nodiscard]] bool has_folded_line(ByteView lines);

// Whether `text` may stand as a field value in an answer of ours: no control character but tab.
[[nodiscard]] bool is_field_value(std::string_view text);

} // namespace http
