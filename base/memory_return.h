// MemoryReturn — when the memory of those that have left is worth being given back to the system.
//
// The allocator keeps what is freed: it lies between what is in use, and only the end of the heap
// goes by itself. So a process would stay as large as it ever was. Giving it back costs a walk over
// all that is free, in which whoever allocates has to wait; so it is done when many have left, and
// when there can be some megabytes in it: as much as those have left who were there the last time,
// each of them having had the same, and what the process has grown by since. What one session has
// cannot be known beforehand: by TLS it is ten times as much. What is remembered of a session after
// its end stands in between, too: so only those count who left some looks ago.
//
// Units:  sessions; bytes of resident memory, 0 where the system does not tell: never due then.
// Life:   a value; whoever has it asks it every ten seconds.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace base {

class MemoryReturn {
public:
    static constexpr size_t kLeastBytes = 4UL * 1024 * 1024;
    static constexpr size_t kLooks = 4; // a replayed last answer is kept for 30 s

    // `resident`: of the process before anybody came.
    explicit MemoryReturn(size_t resident) : empty_(resident), left_(resident) {}

    // There are so many now. True: of those that were there since the last time a quarter has been
    // away for a while, or all are, and the process has megabytes more than those who are there
    // account for.
    [[nodiscard]] bool is_due(size_t sessions, size_t resident) {
        std::ranges::rotate(latest_, latest_.begin() + 1);
        latest_.back() = sessions;
        most_ = std::max(most_, sessions);
        size_t there = *std::ranges::max_element(latest_);
        // Who came and left between two looks was not seen.
        bool many_left = there == 0 || (there < most_ && most_ - there >= most_ / 4);
        if (!many_left || resident < share_of(there) + kLeastBytes) return false;
        most_ = there;
        return true;
    }
    // It was done, and so much is left.
    void note_returned(size_t resident) {
        left_ = resident;
        stayed_ = most_;
        if (stayed_ == 0) empty_ = resident;
    }

private:
    // Of what was left the last time: without anybody, and so many of those who stayed.
    [[nodiscard]] size_t share_of(size_t sessions) const {
        if (stayed_ == 0 || left_ < empty_) return left_;
        return empty_ + (left_ - empty_) * std::min(sessions, stayed_) / stayed_;
    }

    std::array<size_t, kLooks> latest_{};
    size_t most_ = 0;   // sessions, since the last time
    size_t stayed_ = 0; // sessions, at the last time
    size_t empty_;      // resident, with nobody there
    size_t left_;       // resident, after the last time
};

// Does it; false: there was nothing to give.
bool return_free_memory();
// Bytes that the allocator has given out and not got back. Looks through all that is free.
[[nodiscard]] size_t heap_in_use();

} // namespace base
