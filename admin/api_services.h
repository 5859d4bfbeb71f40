// What the admin API asks and drives, and the functions that do it: one for each line of the table
// in api.cpp.
#pragma once

#include "admin/api_call.h"
#include "admin/sessions.h"
#include "admin/steering.h"
#include "admin/subject.h"

namespace admin {

struct ApiServices {
    const Subject& subject;
    Sessions& sessions;
    Steering& steering;
};

// api_status.cpp
void tell_status(const ApiServices& services, const ApiCall& call);
// api_sessions.cpp
void list_sessions(const ApiServices& services, const ApiCall& call);
void tell_session(const ApiServices& services, const ApiCall& call);
void end_session(const ApiServices& services, const ApiCall& call);

} // namespace admin
