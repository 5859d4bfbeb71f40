#include "http/h2_memory.h"

#include "base/error.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace http {

namespace {

void* found(void* block) {
    CM_ASSERT(block != nullptr); // a lack of memory ends the program
    return block;
}

} // namespace

void* FrameRoom::of_size(size_t size) {
    if (!bytes_) {
        bytes_ = std::make_unique_for_overwrite<std::byte[]>(size);
        size_ = size;
    }
    return size == size_ ? bytes_.get() : nullptr;
}

void* H2Memory::allocate(size_t size) {
    if (size >= FrameRoom::kLeastBytes && shared_ == nullptr) {
        shared_ = room_.of_size(size);
        if (shared_ != nullptr) return shared_;
    }
    return found(std::malloc(std::max(size, size_t{1})));
}

void* H2Memory::allocate_many(size_t count, size_t size) {
    return found(std::calloc(std::max(count, size_t{1}), std::max(size, size_t{1})));
}

void H2Memory::release(void* block) {
    if (block != nullptr && block == shared_) {
        shared_ = nullptr;
    } else {
        std::free(block);
    }
}

void* H2Memory::reallocate(void* block, size_t size) {
    if (block == nullptr) return allocate(size);
    if (block != shared_) return found(std::realloc(block, std::max(size, size_t{1})));
    void* other = found(std::malloc(size));
    std::memcpy(other, block, std::min(size, room_.size_bytes()));
    shared_ = nullptr;
    return other;
}

} // namespace http
