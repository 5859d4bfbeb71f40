// bounce — what the sender of a stanza is told when the client it is for is gone.
// Spec:   XEP-0206 §7; RFC 6120 §8.3.
// Errors: nothing, for a stanza that is never answered: presence, errors, results, and what says
//         no type that its kind has.
#pragma once

#include "base/slice.h"
#include "xmpp/stanza.h"
#include "xmpp/xml_check.h"

#include <optional>
#include <string>

namespace xmpp {

// The stanza error, complete for a stream of jabber:client, with `from` and `to` swapped.
[[nodiscard]] std::optional<std::string> bounce(XmlCheck& check, const Stanza& undelivered);

} // namespace xmpp
