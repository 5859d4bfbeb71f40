// How a reload went, as the admin API says it.
#pragma once

#include "admin/json.h"
#include "admin/steering.h"

namespace admin {

[[nodiscard]] Json::Object reload_object(const ReloadOutcome& outcome);

} // namespace admin
