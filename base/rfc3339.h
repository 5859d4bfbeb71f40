// rfc3339 — a time of the day as others read it: in UTC, to the second or to the millisecond.
// Spec:   RFC 3339 §5.6; the years 0 to 9999.
#pragma once

#include <chrono>
#include <string>

namespace base {

[[nodiscard]] std::string rfc3339(std::chrono::sys_seconds time);
[[nodiscard]] std::string rfc3339(std::chrono::sys_time<std::chrono::milliseconds> time);

} // namespace base
