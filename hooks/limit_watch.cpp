#include "hooks/limit_watch.h"

#include "base/metric_table.h"

namespace hooks {

namespace {

// Of `scope="all",limit="memory"`.
std::string_view value_of(std::string_view labels, std::string_view label) {
    size_t at = labels.find(label);
    std::string_view rest = labels.substr(at + label.size());
    return rest.substr(0, rest.find('"'));
}

} // namespace

LimitWatch::LimitWatch(const Total& total) {
    for (const base::MetricRow& row : base::counter_table()) {
        if (row.family != "limit_refusals_total") continue;
        limits_.push_back({.counter = row.counter,
                           .hits = {.scope = value_of(row.labels, "scope=\""),
                                    .limit = value_of(row.labels, "limit=\"")},
                           .told = total(row.counter)});
    }
}

std::vector<LimitHits> LimitWatch::look(const Total& total, base::Duration interval,
                                        base::TimePoint now) {
    std::vector<LimitHits> found;
    for (Limit& limit : limits_) {
        uint64_t counted = total(limit.counter);
        if (counted <= limit.told || now < limit.quiet_until) continue;
        limit.hits.count = counted - limit.told;
        limit.told = counted;
        limit.quiet_until = now + interval;
        found.push_back(limit.hits);
    }
    return found;
}

} // namespace hooks
