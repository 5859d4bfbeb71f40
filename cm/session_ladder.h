// print_ladder — what a session remembers, drawn for people: who did it to whom, and when.
// `record` is the API's: [{"ms", "event", "count", and what goes with it}].
#pragma once

#include "base/json.h"

#include <iosfwd>

namespace cm {

void print_ladder(const base::Json& record, std::ostream& out);

} // namespace cm
