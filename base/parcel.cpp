#include "base/parcel.h"

#include "base/slice_block.h"

#include <cstdlib>
#include <cstring>

namespace base {

Slice::Block* Parcel::make_block(size_t bytes) {
    return bytes > 0 ? Slice::make(bytes) : nullptr;
}

Parcel::Parcel(ByteView bytes) : block_(make_block(bytes.size())) {
    if (block_ != nullptr) std::memcpy(block_->bytes(), bytes.data(), bytes.size());
}

Parcel::Parcel(const SliceChain& chain) : block_(make_block(chain.size_bytes())) {
    size_t at = 0;
    for (const Slice& slice : chain) {
        std::memcpy(block_->bytes() + at, slice.data(), slice.size());
        at += slice.size();
    }
}

Parcel::~Parcel() {
    std::free(block_);
}

size_t Parcel::size() const {
    return block_ != nullptr ? block_->capacity : 0;
}

Slice Parcel::unpack(SlicePool& pool) && {
    if (block_ == nullptr) return {};
    return Slice::take_in(pool, std::exchange(block_, nullptr));
}

} // namespace base
