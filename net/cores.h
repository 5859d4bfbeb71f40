// core_count — processor cores that this process may use; at least 1.
#pragma once

#include <cstddef>

namespace net {

[[nodiscard]] size_t core_count();

} // namespace net
