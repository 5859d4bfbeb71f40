#include "xmpp/xml_fault.h"

#include <utility>

namespace xmpp {

std::string_view stream_condition(XmlFault fault) {
    switch (fault) {
    case XmlFault::NotWellFormed:
    case XmlFault::Disagreement: return "not-well-formed";
    case XmlFault::RestrictedXml: return "restricted-xml";
    case XmlFault::UnsupportedEncoding: return "unsupported-encoding";
    case XmlFault::BadFormat: return "bad-format";
    case XmlFault::PolicyViolation: return "policy-violation";
    }
    std::unreachable();
}

} // namespace xmpp
