// The number of descriptors this process may open: each session needs up to three.
#pragma once

#include <cstdint>

namespace net {

// Raises the soft limit (RLIMIT_NOFILE) to the hard one; returns what holds now.
uint64_t raise_descriptor_limit();

} // namespace net
