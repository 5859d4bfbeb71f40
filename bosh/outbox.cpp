#include "bosh/outbox.h"

#include <utility>

namespace bosh {

using Kind = xmpp::Stanza::Kind;

void Outbox::push(xmpp::Stanza stanza) {
    bytes_ += stanza.bytes.size();
    stanzas_.push_back(std::move(stanza));
}

void Outbox::clear() {
    stanzas_ = {};
    bytes_ = 0;
}

Outbox::Filled Outbox::move_into(BodyOut& body, size_t max_bytes) {
    Filled filled;
    size_t count = 0;
    size_t bytes = 0;
    bool has_stanzas = false;
    for (xmpp::Stanza& stanza : stanzas_) {
        if (count > 0 && bytes + stanza.bytes.size() > max_bytes) break;
        bool is_features = stanza.kind == Kind::Features;
        bool mixes = is_features ? has_stanzas : stanza.is_stanza() && filled.has_features;
        if (mixes && max_bytes != kEverything) break;
        filled.has_features = filled.has_features || is_features;
        has_stanzas = has_stanzas || stanza.is_stanza();
        bytes += stanza.bytes.size();
        ++count;
        body.payloads.push(std::move(stanza.bytes));
    }
    filled.has_payload = count > 0;
    if (count == stanzas_.size()) {
        clear();
    } else {
        stanzas_.erase(stanzas_.begin(), stanzas_.begin() + static_cast<std::ptrdiff_t>(count));
        bytes_ -= bytes;
    }
    return filled;
}

} // namespace bosh
