#include "bench/load/report.h"

namespace load {

std::optional<double> Report::cpu_per_thousand(const ProcessFigures& process) const {
    if (!process.cpu_seconds || arrived == 0) return {};
    return *process.cpu_seconds / static_cast<double>(arrived) * 1000;
}

std::optional<double> Report::bytes_per_session(const ProcessFigures& process) const {
    if (!process.bytes_before || !process.bytes_steady || online == 0) return {};
    return (static_cast<double>(*process.bytes_steady) -
            static_cast<double>(*process.bytes_before)) /
           static_cast<double>(online);
}

std::optional<double> Report::requests_per_unit() const {
    if (requests == 0 || arrived == 0) return {};
    return static_cast<double>(requests) / static_cast<double>(arrived);
}

} // namespace load
