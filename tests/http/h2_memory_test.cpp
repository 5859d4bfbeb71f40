#include "http/h2_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace http::h2_memory {
namespace {

std::string_view text_of(const void* block, size_t size) {
    return {static_cast<const char*>(block), size};
}

// Rows: H-096
TEST(H2Memory, GivesBlocksOfAnySize) {
    for (size_t size : {size_t{0}, size_t{1}, size_t{16'383}, size_t{16'384}, size_t{100'000}}) {
        void* block = allocate(size, nullptr);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % alignof(std::max_align_t), 0U) << size;
        std::memset(block, 'x', size);
        release(block, nullptr);
    }
    release(nullptr, nullptr);
}

// Rows: H-096
TEST(H2Memory, ZeroesWhatIsMany) {
    void* block = allocate_many(3, 7, nullptr);
    EXPECT_EQ(text_of(block, 21),
              std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 21));
    release(block, nullptr);
}

// From the heap to pages of its own and back again.
// Rows: H-096
TEST(H2Memory, KeepsWhatWasThereWhenASizeChanges) {
    void* block = reallocate(nullptr, 5, nullptr);
    std::memcpy(block, "abcde", 5);
    for (size_t size : {size_t{9}, size_t{20'000}, size_t{40'000}, size_t{20'000}, size_t{5}}) {
        block = reallocate(block, size, nullptr);
        EXPECT_EQ(text_of(block, 5), "abcde") << size;
        std::memset(static_cast<char*>(block) + 5, 'x', size - 5);
    }
    block = reallocate(block, 3, nullptr);
    EXPECT_EQ(text_of(block, 3), "abc");
    release(block, nullptr);
}

} // namespace
} // namespace http::h2_memory
