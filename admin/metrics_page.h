// metrics_page — all that is counted, as text: counters as the sum of all workers, and by worker
// what tells one from another.
#pragma once

#include "admin/exposition.h"
#include "admin/process_figures.h"
#include "admin/subject.h"

#include <string>

namespace admin {

[[nodiscard]] std::string metrics_page(const Subject& subject, const ProcessFigures& process,
                                       Dialect dialect);

} // namespace admin
