// Places — how many of something there are, of all workers together, and whether there may be more.
// Life:   one for the process, or one's own where there is one worker only. Any thread may call.
#pragma once

#include <atomic>
#include <cstddef>

namespace base {

class Places {
public:
    // False, and nothing taken: there are `limit` of them.
    [[nodiscard]] bool enter(size_t limit) {
        size_t taken = taken_.load(std::memory_order_relaxed);
        while (taken < limit) {
            if (taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed)) {
                return true;
            }
        }
        return false;
    }
    void leave() { taken_.fetch_sub(1, std::memory_order_relaxed); }
    [[nodiscard]] size_t taken() const { return taken_.load(std::memory_order_relaxed); }

private:
    std::atomic<size_t> taken_ = 0;
};

} // namespace base
