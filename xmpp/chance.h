// Chance — where engines get their dice from: a number below a bound, each equally likely.
// Life:   a value; a test passes one whose throws it knows.
#pragma once

#include <cstdint>
#include <functional>

namespace xmpp {

// The bound is never 0.
using Chance = std::function<uint32_t(uint32_t bound)>;

} // namespace xmpp
