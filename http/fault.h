// HttpFault — what can be wrong with a request before any handler sees it, and the status it gets.
// Spec:   RFC 9110 §15; conformance rows H-020..H-044.
// Every one of them ends the connection: where one message went wrong, nobody knows where the next
// begins (H-033).
#pragma once

#include <cstdint>
#include <string_view>

namespace http {

enum class HttpFault : uint8_t {
    None,
    BadRequestLine, // not: method SP target SP version
    BadTarget,      // characters, escapes or form of the request target
    BadVersion,     // a major version other than 1
    BadLine,        // bare CR or LF, folding, control characters, not `name: value`
    BadHost,
    BadLength,     // Content-Length
    BadCoding,     // Transfer-Encoding that cannot say where the body ends
    UnknownCoding, // Transfer-Encoding that we could frame but not decode
    BadChunk,
    BadExpectation, // other than 100-continue
    TargetTooLong,
    HeadTooLarge,
    BodyTooLarge,
    Timeout,
};

[[nodiscard]] uint16_t status_of(HttpFault fault);
// For the log: the row of rules that was broken.
[[nodiscard]] std::string_view to_string(HttpFault fault);

} // namespace http
