// report — what was found: for people, the worst first under one sentence about the whole; and for
// programs, one JSON object:
// {"ok": false, "verdict": …, "front": "nginx", "domain": …, "bosh": …, "websocket": …, "findings":
//  [{"severity": "problem", "name": …, "title": …, "seen": …, "why": …, "fixes": [{"program": …,
//  "place": …, "remove": [lines that begin so], "add": [lines]}]}]}
// Text from peers is made harmless for terminals.
#pragma once

#include "doctor/doctor.h"

#include <string>

namespace doctor {

// `colour`: for a terminal.
[[nodiscard]] std::string to_text(const Diagnosis& diagnosis, bool colour);
[[nodiscard]] std::string to_json(const Diagnosis& diagnosis);

} // namespace doctor
