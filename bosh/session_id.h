// make_session_id — a sid: node, worker and 136 random bits, in base64url.
// Spec:   XEP-0124 §7.2, §16.2; S-001, S-002. It is a bearer secret. The first three bytes are
// routing:
//         they say which process and worker hold the session, and nothing about it.
#pragma once

#include <cstdint>
#include <string>

namespace bosh {

struct Place {
    uint16_t node = 0;
    uint8_t worker = 0;
};

[[nodiscard]] std::string make_session_id(Place place);
// What all sids of that place begin with. Anybody can make up a sid that does.
[[nodiscard]] std::string sid_prefix(Place place);
// The name of a stream within a session (B-261): unpredictable too.
[[nodiscard]] std::string make_stream_name();

} // namespace bosh
