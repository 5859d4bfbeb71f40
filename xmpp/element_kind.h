// element_kind — which of the three sorts of stanza an element is, by its name.
#pragma once

#include "base/metrics.h"

#include <string_view>

namespace xmpp {

// `is_client`: it is of jabber:client, or will be on the stream.
[[nodiscard]] inline base::ElementKind element_kind(bool is_client, std::string_view local) {
    using enum base::ElementKind;
    if (!is_client) return Other;
    if (local == "message") return Message;
    if (local == "presence") return Presence;
    return local == "iq" ? Iq : Other;
}

} // namespace xmpp
