// H2Memory — where one session of nghttp2 has its memory from.
//
// Each of them has a buffer of 16 KiB in which the next frame is made. What is in it has been
// copied out when nghttp2_session_mem_send() is called again, or returned to: the next frame is
// begun from an empty buffer. So it says nothing while a session is at rest, and all sessions of a
// worker have the same one, FrameRoom. Frames that take more than one buffer are rare; what else
// there is is from the heap.
//
// Life:   the room outlives the memories, and what they gave goes back to them. Of one thread.
#pragma once

#include <cstddef>
#include <memory>

namespace http {

class FrameRoom {
public:
    // A session's first request of this size or more is for its buffer.
    static constexpr size_t kLeastBytes = size_t{16} * 1024;

    // nullptr: another size than the first time.
    [[nodiscard]] void* of_size(size_t size);
    [[nodiscard]] size_t size_bytes() const { return size_; }

private:
    std::unique_ptr<std::byte[]> bytes_;
    size_t size_ = 0;
};

class H2Memory {
public:
    explicit H2Memory(FrameRoom& room) : room_(room) {}
    H2Memory(const H2Memory&) = delete;
    H2Memory& operator=(const H2Memory&) = delete;
    ~H2Memory() = default;

    [[nodiscard]] void* allocate(size_t size);
    [[nodiscard]] void* allocate_many(size_t count, size_t size); // zeroed
    [[nodiscard]] void* reallocate(void* block, size_t size);
    void release(void* block);

private:
    FrameRoom& room_;
    void* shared_ = nullptr; // the room, when it is ours to use
};

} // namespace http
