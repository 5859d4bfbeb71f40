// server_fixes — the lines to change in the XMPP server: a table, and no I/O.
// Life:   what is printed is what tests/e2e/doctor_account.test.mjs puts into the real servers.
#pragma once

#include "doctor/finding.h"

#include <cstdint>
#include <string>
#include <vector>

namespace doctor {

enum class ServerTopic : uint8_t { StanzaSize, Rate, Mechanisms, Password };

// For the server that is known ("prosody", "ejabberd"), or for both. `jid`: of the account.
[[nodiscard]] std::vector<Fix> server_fixes(ServerTopic topic, const std::string& server,
                                            const std::string& jid);

} // namespace doctor
