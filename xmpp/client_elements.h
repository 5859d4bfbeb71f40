// sort_out — what of a client's elements may go to its server, and what the client is told of the
// rest.
//
// A server that said how large an element may be (XEP-0478) ends the stream of who sends more. So
// what is too large does not leave here: its sender gets a stanza error, like from a server that
// would rather refuse it. Where nobody can be told, or where stream management counts stanzas that
// then would not fit, the stream has to end; so it would have at the server.
// A server that knows us by our certificate would let in by EXTERNAL whoever comes through us, so
// EXTERNAL is refused here, and not only left out of what is offered (U-048).
// Spec:   XEP-0478 §4; RFC 6120 §6.4.5, §8.3; U-048, U-074, U-081, S-034.
// Units:  bytes of an element as it is written to the stream.
#pragma once

#include "base/slice.h"
#include "xmpp/stanza.h"
#include "xmpp/xml_check.h"

#include <cstdint>
#include <vector>

namespace xmpp {

struct ServerRules {
    uint32_t max_bytes = 0;        // the largest element that it takes; 0: it does not say
    bool refuses_external = false; // the identity that EXTERNAL stands for is our own
    bool managed = false;          // stream management counts

    // Whether sort_out() would let all of it pass, as far as that can be told without reading it.
    [[nodiscard]] bool pass(size_t bytes) const {
        return !refuses_external && (max_bytes == 0 || bytes <= max_bytes);
    }
};

struct SortedElements {
    base::SliceChain to_server;
    std::vector<Stanza> to_client;
    bool ends = false; // with what was too large; nothing behind it was looked at
};

// `elements` are complete and stand alone.
[[nodiscard]] SortedElements sort_out(XmlCheck& check, base::SlicePool& pool,
                                      const base::SliceChain& elements, const ServerRules& rules);

} // namespace xmpp
