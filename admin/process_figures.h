// ProcessFigures — what the system says of this process, by the names that Prometheus' own client
// libraries have for it.
// Errors: where the system does not tell, the figure is 0.
#pragma once

#include <cstdint>

namespace admin {

struct ProcessFigures {
    double cpu_seconds = 0; // of all threads, in user and system mode
    uint64_t resident_bytes = 0;
    uint64_t open_descriptors = 0;
    uint64_t most_descriptors = 0;
};

// Costs a system call or four; with very many connections before Linux 6.2, a walk over them all.
[[nodiscard]] ProcessFigures process_figures();

} // namespace admin
