// The heap, which counts: these stand before glibc's functions of the same names, in the program
// and in all libraries that it has loaded. glibc keeps its own under others for that purpose.
#include "bench/instructions/count.h"

#include <cstddef>
#include <cstdlib>

namespace instructions {

constinit bool counting_allocations = false;
constinit uint64_t counted_allocations = 0;

namespace {

void count() {
    if (counting_allocations) ++counted_allocations;
}

} // namespace

} // namespace instructions

extern "C" {

void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);

void* malloc(size_t size) noexcept {
    instructions::count();
    return __libc_malloc(size);
}

void* calloc(size_t count, size_t size) noexcept {
    instructions::count();
    return __libc_calloc(count, size);
}

void* realloc(void* block, size_t size) noexcept {
    instructions::count();
    return __libc_realloc(block, size);
}

// What operator new uses for types of a large alignment.
void* aligned_alloc(size_t alignment, size_t size) noexcept {
    instructions::count();
    return __libc_memalign(alignment, size);
}

} // extern "C"
