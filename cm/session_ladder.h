// print_ladder — what a session remembers, drawn for people: who did it to whom, and when.
// `record` is the API's: [{"ms", "event", "count", and what goes with it}].
#pragma once

#include <iosfwd>

#include "admin/json.h"

namespace cm {

void print_ladder(const admin::Json& record, std::ostream& out);

} // namespace cm
