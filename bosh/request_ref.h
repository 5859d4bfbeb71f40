// RequestRef — names an unanswered request in the whole process: the worker on whose connection it
// came, and how its HTTP server knows it.
// Life:   a value. Stale after the answer or the loss of the connection; using a stale one does
//         nothing.
#pragma once

#include "http/handler.h"

#include <cstdint>

namespace bosh {

struct RequestRef {
    uint32_t index = 0;
    uint32_t generation = 0; // 0: names nothing
    uint8_t worker = 0;

    [[nodiscard]] http::RequestRef local() const {
        return {.index = index, .generation = generation};
    }
    explicit operator bool() const { return generation != 0; }
    bool operator==(const RequestRef&) const = default;
};

} // namespace bosh
