// Subject — the daemon as what is administered sees it: how it is, and what its workers count.
// Everything here is read at any time from the main thread, without a word to the workers, so that
// one that is stuck can be seen to be stuck.
// Life:   outlives the listener and its pages.
#pragma once

#include "base/metrics.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace admin {

enum class Standing : uint8_t { Starting, Ready, Draining };

struct Totals {
    uint64_t http_connections = 0;
    uint64_t memory_budget_bytes = 0;
    double start_seconds = 0; // of the process, since 1970
    std::string_view version;
};

// Of one webhook: what became of its events.
struct WebhookFigures {
    std::string_view name;
    uint64_t delivered = 0;
    uint64_t refused = 0;
    uint64_t expired = 0;
    uint64_t dropped = 0;
    uint64_t failures = 0; // attempts
    uint64_t waiting = 0;
    const base::Histogram* delays = nullptr; // milliseconds
};

class Subject {
public:
    [[nodiscard]] virtual Standing standing() const = 0;
    // Of each worker, in order.
    [[nodiscard]] virtual std::vector<const base::Metrics*> worker_metrics() const = 0;
    [[nodiscard]] virtual Totals totals() const = 0;
    [[nodiscard]] virtual std::vector<WebhookFigures> webhooks() const { return {}; }

protected:
    ~Subject() = default;
};

} // namespace admin
