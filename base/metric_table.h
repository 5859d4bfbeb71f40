// MetricRow — how what is counted is called outside: a family, as Prometheus has it, and the labels
// that tell its members apart. Each row is one member; the first of a family says what it counts.
// The manual of the metrics (docs/metrics.md) is checked against these tables.
#pragma once

#include "base/metrics.h"

#include <span>
#include <string_view>

namespace base {

struct MetricRow {
    Counter counter;
    std::string_view family; // empty: seen in another form only, see admin/metrics_page
    std::string_view labels; // `reason="outbox"`; empty: it is the only one
    std::string_view help;   // of the first of its family
};

// Each counter once, in the order of the enumeration.
[[nodiscard]] std::span<const MetricRow> counter_table();

} // namespace base
