#include "bench/simulate/memory.h"

#include "base/process_memory.h"

#include <malloc.h>

namespace simulate {

Memory Memory::now() {
    auto heap = ::mallinfo2();
    return {.heap = heap.uordblks + heap.hblkhd, .resident = base::resident_bytes()};
}

} // namespace simulate
