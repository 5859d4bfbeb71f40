// BesideHeap — room for very many of one type that is not taken of the heap, so that the heap is
// what the code under measurement has. Touched pages are resident; their size is known exactly.
// Life:   what is made in it is not destroyed by it.
#pragma once

#include "base/error.h"

#include <cstddef>
#include <new>
#include <sys/mman.h>

namespace simulate {

template <class T>
class BesideHeap {
public:
    explicit BesideHeap(size_t most) : most_(most) {
        void* mapped = ::mmap(nullptr, most * sizeof(T), PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        CM_ASSERT(mapped != MAP_FAILED);
        places_ = static_cast<T*>(mapped);
    }
    BesideHeap(const BesideHeap&) = delete;
    BesideHeap& operator=(const BesideHeap&) = delete;
    ~BesideHeap() { ::munmap(places_, most_ * sizeof(T)); }

    // Room for one, not initialised beyond zeros where nobody was.
    [[nodiscard]] void* allocate() {
        if (Free* place = free_; place != nullptr) {
            free_ = place->next;
            return place;
        }
        CM_ASSERT(used_ < most_);
        return places_ + used_++;
    }
    void free(void* place) { free_ = new (place) Free{free_}; }

    // So much of it was ever in use.
    [[nodiscard]] size_t touched_bytes() const { return used_ * sizeof(T); }
    [[nodiscard]] T& operator[](size_t index) { return places_[index]; }

private:
    struct Free {
        Free* next;
    };
    static_assert(sizeof(T) >= sizeof(Free));

    T* places_;
    size_t most_;
    size_t used_ = 0;
    Free* free_ = nullptr;
};

} // namespace simulate
