// How a reload went, as the admin API says it.
#pragma once

#include "admin/steering.h"
#include "base/json.h"

namespace admin {

using base::Json;

[[nodiscard]] Json::Object reload_object(const ReloadOutcome& outcome);

} // namespace admin
