// ContentCoding — how a body is compressed on its way, and what the two fields about it say.
// Spec:   RFC 9110 §8.4 (Content-Encoding), §12.4.2 (q), §12.5.3 (Accept-Encoding); B-015, B-016.
#pragma once

#include "http/message.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace http {

enum class ContentCoding : uint8_t {
    Identity, // as it is
    Gzip,     // RFC 1952
    Deflate,  // the zlib format of RFC 1950
};

// The word on the wire.
[[nodiscard]] std::string_view to_string(ContentCoding coding);

// How the body of a request is coded; nullopt if in a way we do not know, or more than once.
[[nodiscard]] std::optional<ContentCoding> content_coding_of(const FieldList& fields);

// What a client takes answers in.
struct AcceptedCodings {
    ContentCoding best = ContentCoding::Identity;
    bool identity = true; // whether an answer as it is will do, too
};

// A coding is the best only if the field names it, or `*`, with q > 0. Without the field no client
// is known to understand any.
[[nodiscard]] AcceptedCodings accepted_codings(const FieldList& fields);

} // namespace http
