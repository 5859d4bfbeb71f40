// What the admin API answers where no session, or more than one, is meant.
#pragma once

#include "admin/api_call.h"
#include "admin/sessions.h"

namespace admin {

// True: it is one, and known. Else the call has been answered.
[[nodiscard]] bool is_one(const Found& found, const ApiCall& call);

} // namespace admin
