// Outbox — stanzas of the server that wait for a request to be answered with.
// Spec:   XEP-0124 §6, §8; XEP-0206 §2; B-138, B-139, B-144, X-012.
// Units:  bytes of the stanzas.
// Life:   owned by Session; shares the bytes of its stanzas with nobody until they leave.
#pragma once

#include "bosh/body.h"
#include "xmpp/outbox.h"

#include <cstddef>
#include <cstdint>

namespace bosh {

class Outbox : public xmpp::Outbox {
public:
    // Moves waiting stanzas, in order, into the body: up to `max_bytes`, but one that is larger
    // goes alone. Features and stanzas do not share a body, unless it is the last: kEverything.
    // Are there features among them?
    static constexpr size_t kEverything = SIZE_MAX;
    bool move_into(BodyOut& body, size_t max_bytes);
};

} // namespace bosh
