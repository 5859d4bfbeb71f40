// report_json — the report for programs: one JSON object, a line.
// {"ok": false, "domain": …, "verdict": …, "steps": [{"way": "native", "name": "tls", "ok": false,
// "ms": 31, facts…, "problem": "certificate-expired", "sentence": …, "advice": …}]}
// What is no UTF-8 in the words of a peer is replaced.
#pragma once

#include "probe/report.h"

#include <string>

namespace probe {

[[nodiscard]] std::string to_json(const Report& report, const std::string& domain);

} // namespace probe
