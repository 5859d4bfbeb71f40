// AccountSession — a login of the account that the doctor was given, and what is examined with it.
#pragma once

#include "doctor/visit.h"
#include "probe/element_stream.h"

#include <optional>
#include <string>
#include <string_view>

namespace doctor {

struct AccountSession {
    probe::ElementStream& stream;
    std::string way; // "BOSH", "WebSocket"
    std::string jid;
    std::string server; // "prosody", "ejabberd"; empty: it does not tell
};

// What the domain's server says of itself, asked by an empty element of that name and namespace:
// the same in its answer. nullopt: it does not say, or not within some seconds.
[[nodiscard]] std::optional<probe::Element> ask_server(const Visit& visit,
                                                       probe::ElementStream& stream,
                                                       std::string_view name,
                                                       std::string_view of_namespace);

// What is found by both ways is told once.
void tell_once(Visit& visit, Finding finding);

// What time the server has.
void check_server_time(Visit& visit, const AccountSession& session);
// It writes to itself, more and more, until something is in the way.
void check_messages(Visit& visit, const AccountSession& session);

} // namespace doctor
