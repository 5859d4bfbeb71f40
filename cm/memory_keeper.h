// MemoryKeeper — gives free memory back when many sessions have left.
// It has the supervisor's thread: workers go on, and wait only where they need the very arena of
// the allocator that is being looked through.
// Life:   the supervisor's. `sessions` may be called from its thread at any time.
#pragma once

#include "base/env.h"
#include "base/memory_return.h"
#include "base/timer_wheel.h"

#include <cstddef>
#include <functional>

namespace cm {

class MemoryKeeper final : private base::TimerNode {
public:
    MemoryKeeper(const base::Env& env, std::function<size_t()> sessions);

private:
    void on_deadline(base::TimePoint now) override;

    base::Env env_;
    std::function<size_t()> sessions_;
    base::MemoryReturn return_;
};

} // namespace cm
