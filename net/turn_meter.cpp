#include "net/turn_meter.h"

#include <algorithm>
#include <utility>

namespace net {

void TurnMeter::on_turn(base::TimePoint began, base::TimePoint ended) {
    base::Duration took = std::max(ended - began, base::Duration::zero());
    auto milliseconds = static_cast<uint64_t>(took.count());
    env_.metrics.observe(base::Measure::LoopTurn, milliseconds);
    if (milliseconds > env_.metrics[base::Gauge::LongestTurn]) {
        env_.metrics.set(base::Gauge::LongestTurn, milliseconds);
    }
    env_.metrics.set(base::Gauge::BufferedBytes, env_.pool.used_bytes());
    if (took > kLong) on_long_turn(took, ended);
}

void TurnMeter::on_long_turn(base::Duration took, base::TimePoint now) {
    ++long_turns_;
    longest_ = std::max(longest_, took);
    if (now < next_line_) return;
    next_line_ = now + kBetweenLines;
    env_.log.warn("worker.delayed",
                  {{"worker", worker_},
                   {"times", std::exchange(long_turns_, 0)},
                   {"longest_ms", std::exchange(longest_, base::Duration::zero()).count()},
                   {"about", "one turn of its loop took so long, and its other clients waited"}});
}

} // namespace net
