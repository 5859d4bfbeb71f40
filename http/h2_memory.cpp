#include "http/h2_memory.h"

#include "base/error.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

namespace http::h2_memory {

namespace {

constexpr size_t kMappedFromBytes = size_t{16} * 1024;

// Before each block; as large as keeps what follows aligned.
struct alignas(std::max_align_t) Header {
    size_t size_bytes;
    size_t mapped_bytes; // 0: from the heap
};

Header* header_of(void* block) {
    return static_cast<Header*>(block) - 1;
}

void* map(size_t bytes) {
    void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? nullptr : pages;
}

} // namespace

// Zeroed, as nobody asks for it often enough to tell.
void* allocate(size_t size, void*) {
    size_t bytes = size + sizeof(Header);
    bool mapped = size >= kMappedFromBytes;
    auto* header = static_cast<Header*>(mapped ? map(bytes) : std::calloc(1, bytes));
    CM_ASSERT(header != nullptr); // a lack of memory ends the program
    *header = {.size_bytes = size, .mapped_bytes = mapped ? bytes : 0};
    return header + 1;
}

void release(void* block, void*) {
    if (block == nullptr) return;
    Header* header = header_of(block);
    if (header->mapped_bytes > 0) {
        munmap(header, header->mapped_bytes);
    } else {
        std::free(header);
    }
}

void* allocate_many(size_t count, size_t size, void*) {
    CM_ASSERT(size == 0 || count <= SIZE_MAX / 2 / size);
    return allocate(count * size, nullptr);
}

void* reallocate(void* block, size_t size, void*) {
    void* other = allocate(size, nullptr);
    if (block == nullptr) return other;
    std::memcpy(other, block, std::min(size, header_of(block)->size_bytes));
    release(block, nullptr);
    return other;
}

} // namespace http::h2_memory
