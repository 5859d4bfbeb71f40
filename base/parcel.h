// Parcel — bytes on their way from one worker to another.
//
// A slice's count is not atomic and its pool is one worker's, so a slice never crosses threads. A
// parcel owns its bytes outside of any pool: packing copies them once, and they become a slice of
// the other worker's pool without another copy.
//
// Units:  bytes.
// Life:   a value that one thread has at a time.
#pragma once

#include "base/slice.h"

namespace base {

class Parcel {
public:
    Parcel() = default;
    explicit Parcel(ByteView bytes);
    explicit Parcel(const SliceChain& chain);
    Parcel(Parcel&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    Parcel& operator=(Parcel&& other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    Parcel(const Parcel&) = delete;
    Parcel& operator=(const Parcel&) = delete;
    ~Parcel();

    [[nodiscard]] size_t size() const;
    // Counted by `pool` from now on.
    [[nodiscard]] Slice unpack(SlicePool& pool) &&;

private:
    static Slice::Block* make_block(size_t bytes);

    Slice::Block* block_ = nullptr;
};

} // namespace base
