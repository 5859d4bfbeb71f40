// FakeDaemon — a Subject that says what the test wants it to.
#pragma once

#include "admin/subject.h"

#include <array>

namespace tests {

struct FakeDaemon final : admin::Subject {
    [[nodiscard]] admin::Standing standing() const override { return now; }
    [[nodiscard]] std::vector<const base::Metrics*> worker_metrics() const override {
        if (only_first) return {workers.data()};
        return {&workers[0], &workers[1]};
    }
    [[nodiscard]] admin::Totals totals() const override {
        return {.http_connections = 5,
                .memory_budget_bytes = 1'000,
                .start_seconds = 1'700'000'000.5,
                .version = "1.2.3"};
    }

    [[nodiscard]] std::vector<admin::WebhookFigures> webhooks() const override { return hooks; }

    std::array<base::Metrics, 2> workers;
    bool only_first = false;
    std::vector<admin::WebhookFigures> hooks;
    admin::Standing now = admin::Standing::Ready;
};

} // namespace tests
