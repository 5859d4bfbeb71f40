#include "bosh/stream.h"

#include "xmpp/xml_text.h"

namespace bosh {

void Stream::note_header(const xmpp::StreamOpened& header) {
    attributes = std::make_unique<std::string>();
    if (!header.from.empty()) xmpp::append_attribute(*attributes, "from", header.from);
    if (!header.id.empty()) xmpp::append_attribute(*attributes, "authid", header.id);
    if (!header.version.empty()) {
        xmpp::append_attribute(*attributes, "xmpp:version", header.version);
    }
}

void Stream::note(const xmpp::Stanza& stanza) {
    using Kind = xmpp::Stanza::Kind;
    // The stanzas of those who logged in without SASL's success, or before it was our business.
    bool only_after_login = stanza.kind == Kind::Message || stanza.kind == Kind::Presence;
    authenticated = authenticated || stanza.authenticates || only_after_login;
    managed = managed || stanza.enables_sm;
    resumable = resumable || stanza.resumable;
}

} // namespace bosh
