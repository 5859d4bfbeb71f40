#include "bench/load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace load {

// Values of up to 8 bits have a bucket each; of longer ones the first 8 bits count.
size_t Histogram::bucket_of(uint64_t value) {
    auto width = static_cast<unsigned>(std::bit_width(value));
    unsigned shift = width > kBits + 1 ? width - kBits - 1 : 0;
    return shift * kPerOctave + static_cast<size_t>(value >> shift);
}

uint64_t Histogram::highest_in(size_t bucket) {
    size_t shift = bucket < 2 * kPerOctave ? 0 : bucket / kPerOctave - 1;
    uint64_t first = bucket - shift * kPerOctave;
    return ((first + 1) << shift) - 1;
}

void Histogram::record(std::chrono::nanoseconds value) {
    constexpr int64_t kHighest = (int64_t{1} << kHighestBits) - 1;
    int64_t recorded = std::clamp<int64_t>(value.count(), 0, kHighest);
    ++buckets_[bucket_of(static_cast<uint64_t>(recorded))];
    ++count_;
    max_ = std::max(max_, recorded);
    sum_ += static_cast<double>(recorded);
}

std::chrono::nanoseconds Histogram::percentile(double fraction) const {
    if (count_ == 0) return {};
    auto rank = static_cast<uint64_t>(std::ceil(fraction * static_cast<double>(count_)));
    rank = std::clamp<uint64_t>(rank, 1, count_);
    uint64_t seen = 0;
    size_t bucket = 0;
    while ((seen += buckets_[bucket]) < rank) ++bucket;
    return std::min(std::chrono::nanoseconds(static_cast<int64_t>(highest_in(bucket))), max());
}

std::chrono::nanoseconds Histogram::mean() const {
    if (count_ == 0) return {};
    return std::chrono::nanoseconds(static_cast<int64_t>(sum_ / static_cast<double>(count_)));
}

} // namespace load
