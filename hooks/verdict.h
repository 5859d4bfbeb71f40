// outcome_of — what a receiver's answer means for the event.
// 2xx: it has it. No answer, 5xx, and the statuses that say "later" (408, 425, 429): again. All
// else, redirects among it: it will never take it.
#pragma once

#include "hooks/queue.h"

#include <cstdint>

namespace hooks {

// 0: no answer came.
[[nodiscard]] constexpr Queue::Outcome outcome_of(uint16_t status) {
    if (status >= 200 && status <= 299) return Queue::Outcome::Delivered;
    bool later = status == 0 || status == 408 || status == 425 || status == 429 || status >= 500;
    return later ? Queue::Outcome::Failed : Queue::Outcome::Refused;
}

} // namespace hooks
