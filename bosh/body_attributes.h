// read_attributes — the attributes of a request's <body/>, by XEP-0124's lexical ranges.
// Spec:   XEP-0124 §22, §7.1; XEP-0206 §3, §5; B-009, B-026, B-041, B-046, X-001, X-014.
// Errors: a literal that names the rule broken, else nullptr. Attributes that are unknown, or that
//         do not matter to this kind of request, are ignored.
#pragma once

#include "bosh/body.h"
#include "xmpp/xml_check.h"

namespace bosh {

[[nodiscard]] const char* read_attributes(const xmpp::XmlStartTag& tag, Decoded& decoded);

} // namespace bosh
