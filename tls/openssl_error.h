// verdict_of_last_error — what OpenSSL's queue of errors says about a call that failed, in our
// words. Alerts of the peer are told apart from what we found wrong ourselves.
#pragma once

#include "tls/fault.h"

namespace tls {

// Empties the queue.
[[nodiscard]] Verdict verdict_of_last_error();

} // namespace tls
