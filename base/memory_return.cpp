#include "base/memory_return.h"

#include <malloc.h>

namespace base {

bool return_free_memory() {
    return ::malloc_trim(0) != 0;
}

size_t heap_in_use() {
    auto heap = ::mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

} // namespace base
