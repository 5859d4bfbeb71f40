// Slice — bytes that several queues refer to; SliceBuilder makes them; SlicePool counts them.
//
// A stanza on its way may wait in an outbox, be part of a response and stay in the replay cache,
// all at once. It is copied once into a block of exact size, and each of these holds a Slice: a
// view plus one count. Nothing here is atomic: a slice belongs to one worker and never crosses
// threads.
//
// Units:  bytes. The pool's budget is what all blocks of one worker may take together.
// Errors: none. A full pool still serves (refusing half a stanza would lose it); it says
//         above_high_water(), and those who let new work in ask before they do.
// Life:   the pool outlives every slice; its destructor asserts that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

using ByteView = std::string_view;

class SlicePool;

class Slice {
public:
    Slice() = default;
    Slice(const Slice& other) noexcept;
    Slice(Slice&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)),
          block_(std::exchange(other.block_, nullptr)) {}
    Slice& operator=(Slice other) noexcept {
        swap(other);
        return *this;
    }
    ~Slice() { release(); }

    // Bytes with static storage: no block, no count.
    [[nodiscard]] static Slice literal(ByteView text) noexcept;
    // A copy of `bytes`, of exact size.
    [[nodiscard]] static Slice copy(SlicePool& pool, ByteView bytes);

    [[nodiscard]] ByteView view() const noexcept { return {data_, size_}; }
    [[nodiscard]] const char* data() const noexcept { return data_; }
    [[nodiscard]] size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    // A part of it that shares the block. The range must lie inside.
    [[nodiscard]] Slice sub(size_t offset, size_t length = SIZE_MAX) const noexcept;

    void swap(Slice& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(block_, other.block_);
    }

private:
    friend class SliceBuilder;
    friend class Parcel;
    struct Block;
    void release() noexcept;
    static Block* make(size_t capacity); // nobody's
    static void enter(SlicePool& pool, Block* block) noexcept;
    static Block* allocate(SlicePool& pool, size_t capacity);
    static Block* resize(Block* block, size_t capacity);
    // The whole of a block that was nobody's.
    static Slice take_in(SlicePool& pool, Block* block) noexcept;

    const char* data_ = nullptr;
    size_t size_ = 0;
    Block* block_ = nullptr;
};

// Slices in order; what a gathered write takes.
class SliceChain {
public:
    SliceChain() = default;
    explicit SliceChain(Slice slice) { push(std::move(slice)); }

    void push(Slice slice) {
        if (slice.empty()) return;
        bytes_ += slice.size();
        slices_.push_back(std::move(slice));
    }
    void push(SliceChain&& tail);
    void clear() noexcept {
        slices_.clear();
        bytes_ = 0;
    }
    void reserve(size_t slices) { slices_.reserve(slices); }

    [[nodiscard]] size_t size_bytes() const noexcept { return bytes_; }
    [[nodiscard]] bool empty() const noexcept { return bytes_ == 0; }
    [[nodiscard]] size_t slice_count() const noexcept { return slices_.size(); }
    [[nodiscard]] auto begin() const noexcept { return slices_.begin(); }
    [[nodiscard]] auto end() const noexcept { return slices_.end(); }
    // Drops the first `count` bytes: what a write has already taken.
    void drop_front(size_t count);
    // One contiguous copy, for tests and logs.
    [[nodiscard]] std::string to_string() const;

private:
    std::vector<Slice> slices_;
    size_t bytes_ = 0;
};

// Grows by doubling while bytes come in; take() gives them away in a block of exact size.
class SliceBuilder {
public:
    explicit SliceBuilder(SlicePool& pool, size_t capacity = 0);
    SliceBuilder(SliceBuilder&& other) noexcept;
    SliceBuilder& operator=(SliceBuilder&& other) noexcept;
    SliceBuilder(const SliceBuilder&) = delete;
    SliceBuilder& operator=(const SliceBuilder&) = delete;
    ~SliceBuilder();

    SliceBuilder& append(ByteView bytes);
    SliceBuilder& append(char byte) { return append(ByteView(&byte, 1)); }
    SliceBuilder& append_number(uint64_t value);
    // Room for so many further bytes, which the caller writes at once; they count as appended.
    [[nodiscard]] char* extend(size_t count);
    // Takes the last bytes off again, all but the first `size`.
    void shrink_to(size_t size) noexcept;

    [[nodiscard]] ByteView view() const noexcept;
    [[nodiscard]] size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    // The bytes as a slice; the builder is empty afterwards and may be used again.
    [[nodiscard]] Slice take();

private:
    void grow(size_t needed);

    SlicePool* pool_;
    Slice::Block* block_ = nullptr;
    size_t size_ = 0;
};

class SlicePool {
public:
    explicit SlicePool(size_t budget_bytes) : budget_bytes_(budget_bytes) {}
    SlicePool(const SlicePool&) = delete;
    SlicePool& operator=(const SlicePool&) = delete;
    ~SlicePool();

    [[nodiscard]] size_t used_bytes() const noexcept { return used_bytes_; }
    [[nodiscard]] size_t budget_bytes() const noexcept { return budget_bytes_; }
    // 85 % and 75 %: newcomers are refused between reaching the first and falling below the second.
    [[nodiscard]] bool above_high_water() const noexcept {
        return used_bytes_ >= budget_bytes_ / 100 * 85;
    }
    [[nodiscard]] bool below_low_water() const noexcept {
        return used_bytes_ < budget_bytes_ / 100 * 75;
    }

private:
    friend class Slice;
    friend class SliceBuilder;
    size_t budget_bytes_;
    size_t used_bytes_ = 0;
};

} // namespace base
