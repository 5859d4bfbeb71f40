// report_text — the report for people: a line a step while it runs, then the verdict.
// Text from peers is made harmless for terminals: control characters are written as \xNN, and what
// is too long is cut.
#pragma once

#include "probe/report.h"

#include <string>
#include <string_view>

namespace probe {

// "ok      native tls        31 ms  version=TLSv1.3 …", with the problem below if it failed.
[[nodiscard]] std::string line_of(const Step& step);
// What follows the steps.
[[nodiscard]] std::string last_line_of(const Report& report);

[[nodiscard]] std::string printable(std::string_view text);

} // namespace probe
