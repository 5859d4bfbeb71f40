// What the admin API asks and drives, and the functions that do it: one for each line of the table
// in api.cpp.
#pragma once

#include "admin/api_call.h"
#include "admin/history.h"
#include "admin/sessions.h"
#include "admin/steering.h"
#include "admin/subject.h"
#include "admin/traces.h"

namespace admin {

struct ApiServices {
    const Subject& subject;
    Sessions& sessions;
    Steering& steering;
    Traces& traces;
    const History& history;
};

// api_status.cpp
void tell_status(const ApiServices& services, const ApiCall& call);
void tell_history(const ApiServices& services, const ApiCall& call);
// api_steering.cpp
void reload(const ApiServices& services, const ApiCall& call);
void drain(const ApiServices& services, const ApiCall& call);
void cancel_drain(const ApiServices& services, const ApiCall& call);
void set_log_level(const ApiServices& services, const ApiCall& call);
// api_traces.cpp
void start_trace(const ApiServices& services, const ApiCall& call);
void read_trace(const ApiServices& services, const ApiCall& call);
void stop_trace(const ApiServices& services, const ApiCall& call);
// api_sessions.cpp
void list_sessions(const ApiServices& services, const ApiCall& call);
void tell_session(const ApiServices& services, const ApiCall& call);
void end_session(const ApiServices& services, const ApiCall& call);

} // namespace admin
