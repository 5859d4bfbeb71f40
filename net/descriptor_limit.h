// The number of descriptors that this process may open, and of those it has open: a session needs
// up to three.
#pragma once

#include <cstddef>
#include <cstdint>

namespace net {

// Raises the soft limit (RLIMIT_NOFILE) to the hard one; returns what holds now.
uint64_t raise_descriptor_limit();

// Where the system does not tell, a number that will do.
[[nodiscard]] size_t open_descriptors();

} // namespace net
