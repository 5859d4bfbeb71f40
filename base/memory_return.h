// MemoryReturn — when the memory of those that have left is worth being given back to the system.
//
// The allocator keeps what is freed: it lies between what is in use, and only the end of the heap
// goes by itself. So a process would stay as large as it ever was. Giving it back costs a walk over
// all that is free, in which whoever allocates has to wait; so it is done when many have left, and
// not for each of them. What is remembered of a session after its end stands in between, too: so
// only those count who left some looks ago.
//
// Units:  sessions.
// Life:   a value; whoever has it asks it every ten seconds.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace base {

class MemoryReturn {
public:
    static constexpr size_t kLeast = 1000; // some megabytes
    static constexpr size_t kLooks = 4;    // a replayed last answer is kept for 30 s

    // There are so many now. True: of those that were there since the last time a quarter has been
    // away for a while, and not a few.
    [[nodiscard]] bool is_due(size_t sessions) {
        std::ranges::rotate(latest_, latest_.begin() + 1);
        latest_.back() = sessions;
        most_ = std::max(most_, sessions);
        size_t there = *std::ranges::max_element(latest_);
        size_t left = most_ - there;
        if (left < kLeast || left < most_ / 4) return false;
        most_ = there;
        return true;
    }

private:
    std::array<size_t, kLooks> latest_{};
    size_t most_ = 0; // since the last time
};

// Does it; false: there was nothing to give.
bool return_free_memory();

} // namespace base
