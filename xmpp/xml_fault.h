// XmlFault — why bytes are not XML that may pass, in the words of RFC 6120 §4.9.3 and §11.
// Category::Xml; Error::at is the offset of the fault in the input given, where it is known.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <string_view>

namespace xmpp {

enum class XmlFault : uint8_t {
    NotWellFormed,       // not-well-formed
    RestrictedXml,       // restricted-xml: comment, PI, DTD, entity reference     RFC 6120 §11.1
    UnsupportedEncoding, // unsupported-encoding: XML declaration names another    RFC 6120 §11.6
    BadFormat,           // bad-format: text between top-level elements            U-016, B-007
    PolicyViolation,     // policy-violation: a limit of ours                      U-084
    Disagreement,        // not-well-formed: scanner and libxml2 saw different documents
};

[[nodiscard]] std::string_view stream_condition(XmlFault fault);

[[nodiscard]] inline bool is(const base::Error& error, XmlFault fault) {
    return error.category == base::Category::Xml && error.code == static_cast<uint16_t>(fault);
}

} // namespace xmpp
