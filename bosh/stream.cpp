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

} // namespace bosh
