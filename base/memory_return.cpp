#include "base/memory_return.h"

#include <malloc.h>

namespace base {

bool return_free_memory() {
    return ::malloc_trim(0) != 0;
}

} // namespace base
