// ClientStanding — what the server's own words tell of the client on a stream.
// Spec:   XEP-0198 §5; U-056, U-070, U-074.
// Life:   a value; fed every stanza of the stream, in order.
#pragma once

#include "xmpp/stanza.h"

namespace xmpp {

struct ClientStanding {
    void note(const Stanza& stanza) {
        using Kind = Stanza::Kind;
        // The stanzas of those who logged in without SASL's success, or before it was our business.
        bool only_after_login = stanza.kind == Kind::Message || stanza.kind == Kind::Presence;
        authenticated = authenticated || stanza.authenticates || only_after_login;
        managed = managed || stanza.enables_sm;
        resumable = resumable || stanza.resumable;
    }

    bool authenticated : 1 = false;
    bool managed : 1 = false;      // by stream management: nothing may be added or left out (U-074)
    bool resumable : 1 = false;    // its server keeps it for a client that comes back (U-070)
    bool address_told : 1 = false; // its JID is known, or will not be told, see note_address()
};

} // namespace xmpp
