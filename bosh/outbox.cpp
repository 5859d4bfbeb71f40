#include "bosh/outbox.h"

#include <utility>

namespace bosh {

using Kind = xmpp::Stanza::Kind;

bool Outbox::move_into(BodyOut& body, size_t max_bytes) {
    bool has_features = false;
    size_t count = 0;
    size_t bytes = 0;
    bool has_stanzas = false;
    for (xmpp::Stanza& stanza : stanzas_) {
        if (count > 0 && bytes + stanza.bytes.size() > max_bytes) break;
        bool is_features = stanza.kind == Kind::Features;
        bool mixes = is_features ? has_stanzas : stanza.is_stanza() && has_features;
        if (mixes && max_bytes != kEverything) break;
        has_features = has_features || is_features;
        has_stanzas = has_stanzas || stanza.is_stanza();
        bytes += stanza.bytes.size();
        ++count;
        body.payloads.push(std::move(stanza.bytes));
    }
    if (count == stanzas_.size()) {
        clear();
    } else {
        stanzas_.erase(stanzas_.begin(), stanzas_.begin() + static_cast<std::ptrdiff_t>(count));
        bytes_ -= bytes;
    }
    return has_features;
}

} // namespace bosh
