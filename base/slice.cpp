#include "base/slice.h"

#include "base/error.h"
#include "base/slice_block.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

namespace base {

namespace {

// Small enough for a response head or a short stanza, so that most builders allocate once.
constexpr size_t kSmallestBuilder = 240;
// Less is not worth asking the allocator to take back.
constexpr size_t kSlackBytes = 64;

} // namespace

Slice::Block* Slice::make(size_t capacity) {
    CM_ASSERT(capacity <= std::numeric_limits<uint32_t>::max());
    auto* block = static_cast<Block*>(std::malloc(sizeof(Block) + capacity));
    CM_ASSERT(block != nullptr);
    *block = {.pool = nullptr, .references = 1, .capacity = static_cast<uint32_t>(capacity)};
    return block;
}

void Slice::enter(SlicePool& pool, Block* block) noexcept {
    block->pool = &pool;
    pool.used_bytes_ += sizeof(Block) + block->capacity;
}

Slice::Block* Slice::allocate(SlicePool& pool, size_t capacity) {
    Block* block = make(capacity);
    enter(pool, block);
    return block;
}

Slice::Block* Slice::resize(Block* block, size_t capacity) {
    CM_ASSERT(block->references == 1 && capacity <= std::numeric_limits<uint32_t>::max());
    SlicePool& pool = *block->pool;
    pool.used_bytes_ -= sizeof(Block) + block->capacity;
    auto* moved = static_cast<Block*>(std::realloc(block, sizeof(Block) + capacity));
    CM_ASSERT(moved != nullptr);
    moved->capacity = static_cast<uint32_t>(capacity);
    pool.used_bytes_ += sizeof(Block) + capacity;
    return moved;
}

void Slice::release() noexcept {
    if (block_ == nullptr || --block_->references > 0) return;
    block_->pool->used_bytes_ -= sizeof(Block) + block_->capacity;
    std::free(block_);
}

Slice::Slice(const Slice& other) noexcept
    : data_(other.data_), size_(other.size_), block_(other.block_) {
    if (block_ != nullptr) ++block_->references;
}

Slice Slice::literal(ByteView text) noexcept {
    Slice slice;
    slice.data_ = text.data();
    slice.size_ = text.size();
    return slice;
}

Slice Slice::copy(SlicePool& pool, ByteView bytes) {
    Slice slice;
    if (bytes.empty()) return slice;
    slice.block_ = allocate(pool, bytes.size());
    std::memcpy(slice.block_->bytes(), bytes.data(), bytes.size());
    slice.data_ = slice.block_->bytes();
    slice.size_ = bytes.size();
    return slice;
}

Slice Slice::take_in(SlicePool& pool, Block* block) noexcept {
    enter(pool, block);
    Slice slice;
    slice.block_ = block;
    slice.data_ = block->bytes();
    slice.size_ = block->capacity;
    return slice;
}

Slice Slice::sub(size_t offset, size_t length) const noexcept {
    CM_ASSERT(offset <= size_);
    Slice part = *this;
    part.data_ += offset;
    part.size_ = std::min(length, size_ - offset);
    return part;
}

void SliceChain::push(SliceChain&& tail) {
    if (empty()) {
        *this = std::move(tail);
        return;
    }
    if (tail.empty()) return;
    rest().push_back(std::move(tail.first_));
    if (tail.rest_) {
        rest_->insert(rest_->end(), std::make_move_iterator(tail.rest_->begin()),
                      std::make_move_iterator(tail.rest_->end()));
    }
    tail.clear();
}

size_t SliceChain::size_bytes() const noexcept {
    size_t bytes = 0;
    for (const Slice& slice : *this) bytes += slice.size();
    return bytes;
}

void SliceChain::drop_front(size_t count) {
    size_t whole = 0; // slices that go
    while (whole < slice_count() && count >= at(whole).size()) count -= at(whole++).size();
    if (whole == slice_count()) {
        CM_ASSERT(count == 0);
        clear();
        return;
    }
    first_ = at(whole).sub(count);
    if (whole > 0)
        rest_->erase(rest_->begin(), rest_->begin() + static_cast<std::ptrdiff_t>(whole));
}

std::string SliceChain::to_string() const {
    std::string text;
    text.reserve(size_bytes());
    for (const Slice& slice : *this) text += slice.view();
    return text;
}

SliceBuilder::SliceBuilder(SlicePool& pool, size_t capacity) : pool_(&pool) {
    if (capacity > 0) block_ = Slice::allocate(pool, capacity);
}

SliceBuilder::SliceBuilder(SliceBuilder&& other) noexcept
    : pool_(other.pool_), block_(std::exchange(other.block_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

SliceBuilder& SliceBuilder::operator=(SliceBuilder&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(block_, other.block_);
    std::swap(size_, other.size_);
    return *this;
}

SliceBuilder::~SliceBuilder() {
    Slice unused;
    unused.block_ = block_; // its destructor gives the block back
}

ByteView SliceBuilder::view() const noexcept {
    return block_ == nullptr ? ByteView{} : ByteView(block_->bytes(), size_);
}

void SliceBuilder::grow(size_t needed) {
    size_t capacity = std::max({needed, kSmallestBuilder, block_ ? 2UL * block_->capacity : 0UL});
    block_ = block_ ? Slice::resize(block_, capacity) : Slice::allocate(*pool_, capacity);
}

char* SliceBuilder::extend(size_t count) {
    size_t needed = size_ + count;
    if (block_ == nullptr || needed > block_->capacity) grow(needed);
    return block_->bytes() + std::exchange(size_, needed);
}

void SliceBuilder::shrink_to(size_t size) noexcept {
    CM_ASSERT(size <= size_);
    size_ = size;
}

SliceBuilder& SliceBuilder::append(ByteView bytes) {
    if (!bytes.empty()) std::memcpy(extend(bytes.size()), bytes.data(), bytes.size());
    return *this;
}

SliceBuilder& SliceBuilder::append(const SliceChain& chain) {
    for (const Slice& slice : chain) append(slice.view());
    return *this;
}

SliceBuilder& SliceBuilder::append_number(uint64_t value) {
    char digits[20];
    auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return append(ByteView(digits, static_cast<size_t>(end - digits)));
}

Slice SliceBuilder::take() {
    Slice slice;
    if (size_ == 0) return slice;
    if (block_->capacity - size_ > kSlackBytes) block_ = Slice::resize(block_, size_);
    slice.block_ = std::exchange(block_, nullptr);
    slice.data_ = slice.block_->bytes();
    slice.size_ = std::exchange(size_, 0);
    return slice;
}

SlicePool::~SlicePool() {
    CM_ASSERT(used_bytes_ == 0);
}

} // namespace base
