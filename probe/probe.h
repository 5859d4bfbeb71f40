// probe() — the whole of it: the native way, the web's way, a message each way.
// Life:   a process of its own. Nothing is left open when it returns.
#pragma once

#include "probe/plan.h"
#include "probe/report.h"

namespace probe {

void run(const Plan& plan, Report& report);

} // namespace probe
