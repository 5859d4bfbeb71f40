// Tally — what happened, and how long it took, in the part of a run that is measured.
// What is counted is what the scenario is about: messages that arrived, or logins.
//
// Two questions, two ways to count. How much went through: what *arrived* within the window, since
// CPU time of the same window is divided by it. How long it took: what was *due* within the window,
// however late it arrived; so that the slowest are not the ones left out.
#pragma once

#include "bench/load/histogram.h"
#include "bench/load/instant.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace load {

class Tally {
public:
    using Faults = std::map<std::string, uint64_t, std::less<>>;

    void open_window(Instant now) { begin_ = now; }
    void close_window(Instant now) { end_ = now; }

    void on_due(Instant due);
    void on_arrived(Instant due, Instant now);
    void on_fault(std::string_view kind);

    [[nodiscard]] uint64_t due() const { return due_; }
    [[nodiscard]] uint64_t arrived() const { return arrived_; }
    [[nodiscard]] const Histogram& latency() const { return latency_; }
    // Was due and has not arrived.
    [[nodiscard]] uint64_t missing() const { return due_ - latency_.count(); }
    // The same of the whole run.
    [[nodiscard]] uint64_t under_way() const { return under_way_; }
    [[nodiscard]] const Faults& faults() const { return faults_; }
    [[nodiscard]] double window_seconds() const;

private:
    [[nodiscard]] bool in_window(Instant when) const { return begin_ <= when && when < end_; }

    Instant begin_ = Instant::max();
    Instant end_ = Instant::max();
    uint64_t due_ = 0;
    uint64_t arrived_ = 0;
    uint64_t under_way_ = 0;
    Histogram latency_;
    Faults faults_;
};

} // namespace load
