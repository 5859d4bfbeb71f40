#include "xmpp/bounce.h"

#include "xmpp/stanza_address.h"

namespace xmpp {

namespace {

constexpr std::string_view kRecipientUnavailable =
    "<error type='wait'>"
    "<recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
constexpr std::string_view kServiceUnavailable =
    "<error type='cancel'>"
    "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

} // namespace

std::optional<std::string> bounce(XmlCheck& check, const Stanza& undelivered) {
    bool is_message = undelivered.kind == Stanza::Kind::Message;
    if (!is_message && undelivered.kind != Stanza::Kind::Iq) return std::nullopt;
    auto address = read_address(check, undelivered.bytes.view());
    if (!address || !address->is_answered_by_error()) return std::nullopt;
    return error_stanza(address->name, address->swapped,
                        is_message ? kRecipientUnavailable : kServiceUnavailable);
}

} // namespace xmpp
