// trace_text — what was said on a stream, as a trace shows it: never a secret, and what people
// write only to who has asked for it.
//
// Masked, an element shows its name and those attributes that say what it is; addresses show their
// domain, other values and all text are "…". With bodies all of it is shown but what logs somebody
// in: elements of SASL, of XEP-0078 and XEP-0077 with all that is in them, and attributes that are
// bearer secrets. What a client says before it is logged in is always masked.
//
// Units:  bytes; longer texts are cut.
// Errors: what is no XML is not shown at all.
#pragma once

#include "base/slice.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace xmpp {

enum class TraceDetail : uint8_t { Masked, Bodies };

inline constexpr size_t kMostTraceBytes = 16'384;

// Well-formed elements, one behind the other; or the tag of a stream or a <body/>, open.
[[nodiscard]] std::string trace_text(base::ByteView xml, TraceDetail detail);

} // namespace xmpp
