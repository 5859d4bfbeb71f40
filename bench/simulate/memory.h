// Memory — what this process has of it.
// Units:  bytes. The heap is what is in use of it, as glibc's allocator tells; 0 where another one
//         stands in its place.
#pragma once

#include <cstddef>

namespace simulate {

struct Memory {
    size_t heap = 0;
    size_t resident = 0;

    [[nodiscard]] static Memory now();
};

} // namespace simulate
