// Histogram — how long things took: log-linear, so that percentiles of microseconds and of minutes
// are equally exact and recording is an addition.
// Each power of two is divided into 128 equal buckets: a value read back is at most 1/128 above
// what was recorded. (HdrHistogram does the same; Debian 12 has it for Go and Java only.)
// Units:  nanoseconds; what is over 18 minutes counts as that long. max() is exact.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace load {

class Histogram {
public:
    void record(std::chrono::nanoseconds value);

    [[nodiscard]] uint64_t count() const { return count_; }
    // The smallest value that `fraction` of all do not exceed; 0 if there are none.
    [[nodiscard]] std::chrono::nanoseconds percentile(double fraction) const;
    [[nodiscard]] std::chrono::nanoseconds max() const { return std::chrono::nanoseconds(max_); }
    [[nodiscard]] std::chrono::nanoseconds mean() const;

private:
    static constexpr unsigned kBits = 7; // of precision
    static constexpr unsigned kHighestBits = 40;
    static constexpr size_t kPerOctave = size_t{1} << kBits;
    static constexpr size_t kBuckets = (kHighestBits - kBits + 1) * kPerOctave;

    [[nodiscard]] static size_t bucket_of(uint64_t value);
    [[nodiscard]] static uint64_t highest_in(size_t bucket);

    std::vector<uint64_t> buckets_ = std::vector<uint64_t>(kBuckets);
    uint64_t count_ = 0;
    int64_t max_ = 0;
    double sum_ = 0;
};

} // namespace load
