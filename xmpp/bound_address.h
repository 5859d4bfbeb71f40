// note_address — the JID that a server gives its client, read on its way there: who administers
// wants to know whose session it is. Until it is known, or cannot be told any more, it costs a
// search in what is no message and no presence; then nothing.
// Spec:   RFC 6120 §7.6.1; XEP-0386, XEP-0388 §2.6.2. Who resumes a stream (XEP-0198) or logs in by
//         XEP-0078 is not told: then it is not known here either.
// Units:  no more than kMostAddressBytes are kept. A JID may have 3,071, and none has.
#pragma once

#include "base/rare_string.h"
#include "xmpp/client_standing.h"
#include "xmpp/stanza.h"

#include <cstddef>

namespace xmpp {

inline constexpr size_t kMostAddressBytes = 512;

void note_address(const Stanza& stanza, ClientStanding& client, base::RareString& jid);

} // namespace xmpp
