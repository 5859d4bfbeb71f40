// Which of the sockets that the service manager has opened is which listener's: the one at its
// address and port, or at its path. So the same configuration serves with and without them.
// Errors: a descriptor that nobody can connect to, and a socket at a place that no listener names,
// or
//         a second one there: clients who came by it would wait in vain.
#pragma once

#include "cm/config.h"
#include "cm/service_manager.h"

#include <expected>
#include <string>
#include <vector>

namespace cm {

// A descriptor for each listener, in their order; -1: it has to open its own.
[[nodiscard]] std::expected<std::vector<int>, std::string>
assign_sockets(const std::vector<PassedDescriptor>& passed,
               const std::vector<ListenerConfig>& listeners);

} // namespace cm
