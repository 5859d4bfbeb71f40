#include "bench/load/tally.h"

namespace load {

void Tally::on_due(Instant due) {
    ++under_way_;
    if (in_window(due)) ++due_;
}

void Tally::on_arrived(Instant due, Instant now) {
    --under_way_;
    if (in_window(now)) ++arrived_;
    if (in_window(due)) latency_.record(now - due);
}

void Tally::on_fault(std::string_view kind) {
    auto found = faults_.find(kind);
    if (found == faults_.end()) found = faults_.emplace(kind, 0).first;
    ++found->second;
}

double Tally::window_seconds() const {
    return std::chrono::duration<double>(end_ - begin_).count();
}

} // namespace load
