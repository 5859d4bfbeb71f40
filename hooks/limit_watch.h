// LimitWatch — limits that were hit, from what the workers count of it anyway: so nothing is paid
// for it where they are hit.
//
// The first hit is told with the next look; what comes after is gathered, and told as a number when
// the interval is over. So many a flood makes no flood of events.
//
// Units:  the counters' own; they only grow.
#pragma once

#include "base/metrics.h"
#include "base/time.h"

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace hooks {

struct LimitHits {
    std::string_view scope; // "address" or "all", and the limit's name: as the metrics have them
    std::string_view limit;
    uint64_t count = 0;
};

class LimitWatch {
public:
    using Total = std::function<uint64_t(base::Counter)>;

    // What was counted before does not count.
    explicit LimitWatch(const Total& total);

    [[nodiscard]] std::vector<LimitHits> look(const Total& total, base::Duration interval,
                                              base::TimePoint now);

private:
    struct Limit {
        base::Counter counter;
        LimitHits hits;
        uint64_t told = 0;
        base::TimePoint quiet_until{};
    };

    std::vector<Limit> limits_;
};

} // namespace hooks
