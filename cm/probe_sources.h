// probe_sources — what the configuration tells the probe and the doctor: where servers are, how
// this host reaches its own listener, and which name server is asked.
#pragma once

#include "cm/config.h"
#include "net/address.h"
#include "probe/plan.h"

#include <optional>
#include <string>

namespace cm {

// The servers of a domain, in the order of their priority; among equals as they are written.
void use_domain(probe::Plan& plan, const DomainConfig& domain);
// The URL of the first listener, and how this host reaches it.
void use_listener(probe::Plan& plan, const Config& config);
// "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:5353".
[[nodiscard]] std::optional<net::Address> read_name_server(const std::string& text);

} // namespace cm
