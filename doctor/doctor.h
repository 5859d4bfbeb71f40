// examine() — all checks, in the order of the way from a client to the server.
// Life:   a process of its own. Nothing is left open when it returns.
#pragma once

#include "doctor/finding.h"
#include "doctor/plan.h"

namespace doctor {

struct Diagnosis {
    Findings findings;
    Front front = Front::Unknown;
    std::string domain;
    std::string bosh_url;
    std::string websocket_url;
};

[[nodiscard]] Diagnosis examine(const Plan& plan);

} // namespace doctor
