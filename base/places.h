// Places — how many of something there are, of all workers together, and whether there may be more.
// What they are made of may be scarce, too: of sorts that draw on common places, each takes so many
// of those, and none that would leave fewer free than it has to.
// Life:   one for the process, or one's own where there is one worker only. Any thread may call;
//         draw_on() comes before there are any.
#pragma once

#include <atomic>
#include <cstddef>

namespace base {

class Places {
public:
    // Each takes `each` of `common`, of which no more than `limit` may be taken then.
    void draw_on(Places& common, size_t limit, size_t each) {
        common_ = &common;
        common_limit_ = limit;
        each_ = each;
    }

    // False, and nothing taken: there are `limit` of them, or nothing to make one of.
    [[nodiscard]] bool enter(size_t limit) {
        if (!take(1, limit)) return false;
        if (common_ == nullptr || common_->take(each_, common_limit_)) return true;
        give_back(1);
        return false;
    }
    void leave() {
        give_back(1);
        if (common_ != nullptr) common_->give_back(each_);
    }
    [[nodiscard]] size_t taken() const { return taken_.load(std::memory_order_relaxed); }
    // Whether enter() would be granted now.
    [[nodiscard]] bool has_room(size_t limit) const {
        return taken() < limit && (common_ == nullptr || common_->taken() + each_ <= common_limit_);
    }

private:
    [[nodiscard]] bool take(size_t count, size_t limit) {
        size_t taken = taken_.load(std::memory_order_relaxed);
        while (taken + count <= limit) {
            if (taken_.compare_exchange_weak(taken, taken + count, std::memory_order_relaxed)) {
                return true;
            }
        }
        return false;
    }
    void give_back(size_t count) { taken_.fetch_sub(count, std::memory_order_relaxed); }

    std::atomic<size_t> taken_ = 0;
    Places* common_ = nullptr;
    size_t common_limit_ = 0;
    size_t each_ = 0;
};

} // namespace base
