#include "http/h2_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace http {
namespace {

constexpr size_t kBufferBytes = FrameRoom::kLeastBytes + 10;

std::string_view text_of(const void* block, size_t size) {
    return {static_cast<const char*>(block), size};
}

// Rows: H-096
TEST(H2Memory, GivesBlocksOfAnySize) {
    FrameRoom room;
    H2Memory memory(room);
    for (size_t size : {size_t{0}, size_t{1}, size_t{16'383}, size_t{16'384}, size_t{100'000}}) {
        void* block = memory.allocate(size);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % alignof(std::max_align_t), 0U) << size;
        std::memset(block, 'x', size);
        memory.release(block);
    }
    memory.release(nullptr);
}

// Rows: H-096
TEST(H2Memory, ZeroesWhatIsMany) {
    FrameRoom room;
    H2Memory memory(room);
    void* block = memory.allocate_many(3, 7);
    EXPECT_EQ(text_of(block, 21),
              std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 21));
    memory.release(block);
    memory.release(memory.allocate_many(0, 7));
}

// Rows: H-096
TEST(H2Memory, SharesTheBufferForFramesAndNothingElse) {
    FrameRoom room;
    H2Memory one(room);
    H2Memory other(room);
    void* buffer = one.allocate(kBufferBytes);
    EXPECT_EQ(other.reallocate(nullptr, kBufferBytes), buffer); // the library's way
    void* second = one.allocate(kBufferBytes);                  // of the same frame
    EXPECT_NE(second, buffer);
    void* small = one.allocate(100);
    EXPECT_NE(small, buffer);
    one.release(second);
    one.release(small);
    one.release(buffer);
    EXPECT_EQ(one.allocate(kBufferBytes), buffer);
    one.release(buffer);
    other.release(buffer);
    H2Memory larger(room); // another version of the library, say
    void* own = larger.allocate(2 * kBufferBytes);
    EXPECT_NE(own, buffer);
    larger.release(own);
}

// Rows: H-096
TEST(H2Memory, KeepsWhatWasThereWhenASizeChanges) {
    FrameRoom room;
    H2Memory memory(room);
    void* block = memory.reallocate(nullptr, 5);
    std::memcpy(block, "abcde", 5);
    for (size_t size : {size_t{9}, size_t{20'000}, size_t{40'000}, size_t{5}}) {
        block = memory.reallocate(block, size);
        EXPECT_EQ(text_of(block, 5), "abcde") << size;
        std::memset(static_cast<char*>(block) + 5, 'x', size - 5);
    }
    memory.release(block);

    void* buffer = memory.allocate(kBufferBytes);
    std::memcpy(buffer, "fghij", 5);
    void* grown = memory.reallocate(buffer, 2 * kBufferBytes);
    EXPECT_NE(grown, buffer);
    EXPECT_EQ(text_of(grown, 5), "fghij");
    EXPECT_EQ(memory.allocate(kBufferBytes), buffer); // nobody's any more
    memory.release(grown);
    memory.release(buffer);
}

} // namespace
} // namespace http
