// ProcessFigures — what the system says of this process, by the names that Prometheus' own client
// libraries have for it.
// Errors: where the system does not tell, the figure is 0.
#pragma once

#include <cstdint>
#include <optional>

namespace admin {

struct ProcessFigures {
    double cpu_seconds = 0; // of all threads, in user and system mode
    uint64_t resident_bytes = 0;
    std::optional<uint64_t> open_descriptors; // none: nobody counted them
    uint64_t most_descriptors = 0;
};

// Costs a system call or four. Before Linux 6.2 descriptors are told one by one, which with very
// many connections is a walk over them all.
enum class Descriptors : uint8_t { Counted, IfTold };
[[nodiscard]] ProcessFigures process_figures(Descriptors wanted = Descriptors::Counted);

} // namespace admin
