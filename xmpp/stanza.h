// Stanza — one complete element of the server's stream, ready to stand alone.
// The bytes are the server's own, with only those declarations added that the element inherited
// from the stream header: a default namespace, prefixes, xml:lang. So it means the same
// inside a <body/> or in a WebSocket message as it meant in the stream.
// Life:   a value; the bytes are shared by reference with outbox, response and replay cache.
#pragma once

#include "base/slice.h"

#include <cstdint>

namespace xmpp {

struct Stanza {
    enum class Kind : uint8_t { Message, Presence, Iq, Features, StreamError, Other };

    base::Slice bytes;
    Kind kind = Kind::Other;
    bool authenticates = false; // SASL's success: from here on the client is known (U-056)
    bool enables_sm = false;    // stream management counts the stanzas from here on (U-071, U-074)
    bool resumable = false;     // ... and keeps them for a client that comes back (U-070)
    bool stripped_binding = false; // Features: channel binding was taken out (U-068)
    // Features: the largest element that the server takes, and after how many silent seconds it
    // ends the stream (XEP-0478); 0: it does not say.
    uint32_t max_bytes = 0;
    uint32_t idle_seconds = 0;

    [[nodiscard]] bool is_stanza() const {
        return kind == Kind::Message || kind == Kind::Presence || kind == Kind::Iq;
    }
};

} // namespace xmpp
