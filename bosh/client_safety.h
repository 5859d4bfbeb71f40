// is_as_safe — whether a request that came so may be one of a session whose creation came so. One
// that may not is cut off without an answer, and the session goes on: whoever read its sid on a way
// that is not safe may not end it, either.
// Spec:   XEP-0124 §19.1; S-021, S-022.
#pragma once

#include "http/message.h"

namespace bosh {

[[nodiscard]] bool is_as_safe(const http::ClientFacts& request, const http::ClientFacts& creation);

} // namespace bosh
