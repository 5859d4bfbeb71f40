// StreamCondition — why a stream ends, in the words of RFC 6120 §4.9.3; and the element saying so.
// Category::Stream: Error::code is a StreamCondition.
// Spec:   RFC 6120 §4.9; U-009, U-012, U-052, X-034.
#pragma once

#include "base/error.h"
#include "xmpp/xml_fault.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace xmpp {

enum class StreamCondition : uint8_t {
    BadFormat,
    BadNamespacePrefix,
    Conflict,
    ConnectionTimeout,
    HostGone,
    HostUnknown,
    ImproperAddressing,
    InternalServerError,
    InvalidFrom,
    InvalidNamespace,
    InvalidXml,
    NotAuthorized,
    NotWellFormed,
    PolicyViolation,
    RemoteConnectionFailed,
    Reset,
    ResourceConstraint,
    RestrictedXml,
    SeeOtherHost,
    SystemShutdown,
    UndefinedCondition,
    UnsupportedEncoding,
    UnsupportedFeature,
    UnsupportedStanzaType,
    UnsupportedVersion,
};

// The element's name on the wire; a literal.
[[nodiscard]] std::string_view to_string(StreamCondition condition);
// The condition of that name; UndefinedCondition if there is none.
[[nodiscard]] StreamCondition stream_condition_named(std::string_view name);
// What a peer is told whose bytes had this fault, of Category::Xml or Category::Stream.
[[nodiscard]] StreamCondition condition_for(const base::Error& fault);

// `<stream:error>` with that condition, for a stream that has declared the prefix.
[[nodiscard]] std::string stream_error(StreamCondition condition);

} // namespace xmpp
