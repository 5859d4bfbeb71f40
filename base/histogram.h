// Histogram — how often a measured value came out how large. As with Metrics there is one writer,
// and any thread may read.
// Units:  whole numbers of whatever is measured; a bound belongs to the values below it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace base {

// The only writer knows what it wrote last, so no locked instruction is needed.
inline void add_to(std::atomic<uint64_t>& place, uint64_t amount) {
    place.store(place.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

class Histogram {
public:
    static constexpr size_t kMostBounds = 15;

    // Rising; they outlive it.
    explicit Histogram(std::span<const uint32_t> bounds) : bounds_(bounds) {}

    void observe(uint64_t value) {
        size_t at = 0;
        while (at < bounds_.size() && value > bounds_[at]) ++at;
        add_to(counts_[at], 1);
        add_to(sum_, value);
    }

    [[nodiscard]] std::span<const uint32_t> bounds() const { return bounds_; }
    // Of the bucket that ends at that bound; of the last, which has none, at bounds().size().
    [[nodiscard]] uint64_t count(size_t bucket) const {
        return counts_[bucket].load(std::memory_order_relaxed);
    }
    [[nodiscard]] uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }
    // How many values were larger than `bound`, which is one of the bounds.
    [[nodiscard]] uint64_t above(uint32_t bound) const {
        uint64_t found = 0;
        for (size_t i = 0; i < bounds_.size(); ++i) {
            if (bounds_[i] >= bound) found += count(i + 1);
        }
        return found;
    }

private:
    std::span<const uint32_t> bounds_;
    std::array<std::atomic<uint64_t>, kMostBounds + 1> counts_{};
    std::atomic<uint64_t> sum_ = 0;
};

} // namespace base
