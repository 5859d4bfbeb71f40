// Report — what a run has found, as values; and how it is told to people and to programs.
#pragma once

#include "bench/load/histogram.h"
#include "bench/load/tally.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace load {

// As people read it, and programs, too.
[[nodiscard]] constexpr double milliseconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

// A process that was watched. Nothing where it could not be asked, or was gone.
struct ProcessFigures {
    std::string name;
    pid_t pid = 0;
    std::optional<double> cpu_seconds; // over the steady state
    std::optional<size_t> bytes_before;
    std::optional<size_t> bytes_steady;
};

struct Report {
    std::string scenario;
    std::string transport;
    std::string http; // its version; empty: there is none
    std::string url;
    std::string unit; // of what is counted: "messages", "logins" or "handshakes"
    size_t sessions = 0;
    size_t online = 0;                     // in the end of the steady state
    std::optional<double> connect_seconds; // nothing: it was not awaited that all are there
    double seconds = 0;                    // of the steady state
    uint64_t due = 0;
    uint64_t arrived = 0;
    uint64_t missing = 0;
    std::optional<uint64_t> bytes; // that the clients said and heard in the steady state
    uint64_t requests = 0;         // of HTTP, likewise
    uint64_t connections = 0;      // likewise
    uint64_t handshakes = 0;       // of TLS, likewise
    uint64_t resumed = 0;          // of these
    Tally::Faults faults;          // of the whole run
    Histogram latency;
    std::vector<ProcessFigures> processes;

    // Nothing went wrong.
    [[nodiscard]] bool ok() const { return faults.empty() && missing == 0; }
    // Nothing: there is none to divide by.
    [[nodiscard]] std::optional<double> cpu_per_thousand(const ProcessFigures& process) const;
    [[nodiscard]] std::optional<double> bytes_per_session(const ProcessFigures& process) const;
    [[nodiscard]] std::optional<double> requests_per_unit() const;
};

struct Percentile {
    const char* name;
    double fraction;
};
inline constexpr std::array<Percentile, 4> kPercentiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}};

[[nodiscard]] std::string to_text(const Report& report);
[[nodiscard]] std::string to_json(const Report& report);

} // namespace load
