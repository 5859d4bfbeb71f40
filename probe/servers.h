// servers — where DNS says that a domain's server is, by the rules of xmpp/server_choice.
// Errors: ServiceNotOffered.
// Life:   functions of their arguments. Among equals the probe takes no chances: it is to say the
//         same each time.
#pragma once

#include "net/resolver.h"
#include "probe/plan.h"
#include "probe/problem.h"

#include <expected>
#include <string>
#include <vector>

namespace probe {

// `starttls` and `direct` answer for _xmpp-client and _xmpps-client.
[[nodiscard]] std::expected<std::vector<Server>, Problem>
servers_in(const net::SrvAnswer& starttls, const net::SrvAnswer& direct, const Plan& plan);

// "10 5 xmpp.example.org:5222", as in a zone; "direct" before it for TLS from the first byte.
[[nodiscard]] std::vector<std::string> records_in(const net::SrvAnswer& starttls,
                                                  const net::SrvAnswer& direct);

// What the addresses of a host come to.
[[nodiscard]] Problem problem_of(const net::AddressAnswer& answer);

} // namespace probe
