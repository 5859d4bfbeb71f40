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
#include <memory>
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

// Slices in order; what a gathered write takes. Most chains are of one slice, which stands in the
// chain itself.
class SliceChain {
public:
    SliceChain() = default;
    explicit SliceChain(Slice slice) { push(std::move(slice)); }
    SliceChain(const SliceChain& other)
        : first_(other.first_),
          rest_(other.rest_ ? std::make_unique<std::vector<Slice>>(*other.rest_) : nullptr) {}
    SliceChain(SliceChain&& other) noexcept = default;
    SliceChain& operator=(SliceChain other) noexcept {
        first_.swap(other.first_);
        rest_.swap(other.rest_);
        return *this;
    }
    ~SliceChain() = default;

    class Iterator {
    public:
        using difference_type = std::ptrdiff_t;
        using value_type = Slice;

        Iterator() = default;
        const Slice& operator*() const noexcept { return chain_->at(index_); }
        const Slice* operator->() const noexcept { return &**this; }
        Iterator& operator++() noexcept {
            ++index_;
            return *this;
        }
        Iterator operator++(int) noexcept { return {chain_, index_++}; }
        bool operator==(const Iterator&) const = default;

    private:
        friend class SliceChain;
        Iterator(const SliceChain* chain, size_t index) noexcept : chain_(chain), index_(index) {}

        const SliceChain* chain_ = nullptr;
        size_t index_ = 0;
    };

    void push(Slice slice) {
        if (slice.empty()) return;
        if (first_.empty()) {
            first_ = std::move(slice);
        } else {
            rest().push_back(std::move(slice));
        }
    }
    void push(SliceChain&& tail);
    void clear() noexcept { *this = {}; }

    [[nodiscard]] size_t size_bytes() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return first_.empty(); }
    [[nodiscard]] size_t slice_count() const noexcept {
        return empty() ? 0 : 1 + (rest_ ? rest_->size() : 0);
    }
    [[nodiscard]] Iterator begin() const noexcept { return {this, 0}; }
    [[nodiscard]] Iterator end() const noexcept { return {this, slice_count()}; }
    // Drops the first `count` bytes: what a write has already taken.
    void drop_front(size_t count);
    // One contiguous copy, for tests and logs.
    [[nodiscard]] std::string to_string() const;

private:
    [[nodiscard]] const Slice& at(size_t index) const noexcept {
        return index == 0 ? first_ : (*rest_)[index - 1];
    }
    [[nodiscard]] std::vector<Slice>& rest() {
        if (!rest_) rest_ = std::make_unique<std::vector<Slice>>();
        return *rest_;
    }

    Slice first_;                              // empty if the chain is
    std::unique_ptr<std::vector<Slice>> rest_; // those behind it; null: none
};

// Up to so many bytes are better copied behind what stands before them than kept in slices of their
// own: each of those is a block, and one more buffer for the system to gather.
inline constexpr size_t kPackedBytes = 1024;

// Grows by doubling while bytes come in; take() gives them away in a block of their size, or of
// hardly more.
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
    SliceBuilder& append(const SliceChain& chain);
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
