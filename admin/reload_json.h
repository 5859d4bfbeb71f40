// How a reload went, as the admin API says it.
#pragma once

#include "base/json.h"

#include "admin/steering.h"

namespace admin {

using base::Json;

[[nodiscard]] Json::Object reload_object(const ReloadOutcome& outcome);

} // namespace admin
