// Process — what a process and all its descendants have taken of the machine: CPU time and memory;
// and what this one has read and written.
//
// The clock of a process counts nanoseconds over all its threads, those that have ended included.
// Children that live are asked as well; those that have ended are in what their parent waited for,
// which the system tells in hundredths of a second.
//
// Units:  proportional memory: a page that several processes share counts as its part for each.
// Errors: nullopt: there is no such process, or it is not ours to look at.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <sys/types.h>

namespace load {

[[nodiscard]] std::optional<std::chrono::nanoseconds> cpu_time(pid_t pid);
[[nodiscard]] std::optional<size_t> proportional_bytes(pid_t pid);
// Read and written by this process, sockets included, as the kernel counts them.
[[nodiscard]] std::optional<uint64_t> own_bytes_moved();

// The parts that read, for those who do not trust them.

struct ProcessStat {
    pid_t parent = 0;
    uint64_t waited_ticks = 0; // of children that were waited for: user and system time
};
// Of /proc/PID/stat. The second field is a name that may hold spaces and parentheses.
[[nodiscard]] std::optional<ProcessStat> parse_stat(std::string_view text);
// Of /proc/PID/smaps_rollup.
[[nodiscard]] std::optional<size_t> parse_proportional_bytes(std::string_view text);
// Of /proc/PID/io.
[[nodiscard]] std::optional<uint64_t> parse_bytes_moved(std::string_view text);

} // namespace load
