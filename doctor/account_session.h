// AccountSession — a login of the account that the doctor was given, and what is examined with it.
#pragma once

#include "doctor/visit.h"
#include "probe/element_stream.h"

#include <string>

namespace doctor {

struct AccountSession {
    probe::ElementStream& stream;
    std::string way; // "BOSH", "WebSocket"
    std::string jid;
    std::string server; // "prosody", "ejabberd"; empty: it does not tell
};

// What is found by both ways is told once.
void tell_once(Visit& visit, Finding finding);

// What time the server has.
void check_server_time(Visit& visit, const AccountSession& session);
// It writes to itself, more and more, until something is in the way.
void check_messages(Visit& visit, const AccountSession& session);

} // namespace doctor
