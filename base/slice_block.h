// Slice::Block — what stands before the bytes of a slice. For slice.cpp and parcel.cpp only.
#pragma once

#include "base/slice.h"

namespace base {

struct Slice::Block {
    SlicePool* pool; // none in a parcel
    uint32_t references;
    uint32_t capacity;

    char* bytes() noexcept { return reinterpret_cast<char*>(this + 1); }
};

} // namespace base
