#include "base/parcel.h"

#include "base/error.h"
#include "base/slice_block.h"

#include <cstdlib>
#include <cstring>
#include <limits>

namespace base {

Slice::Block* Parcel::make_block(size_t bytes) {
    if (bytes == 0) return nullptr;
    CM_ASSERT(bytes <= std::numeric_limits<uint32_t>::max());
    auto* block = static_cast<Slice::Block*>(std::malloc(sizeof(Slice::Block) + bytes));
    CM_ASSERT(block != nullptr);
    *block = {.pool = nullptr, .references = 1, .capacity = static_cast<uint32_t>(bytes)};
    return block;
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
