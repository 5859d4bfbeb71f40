// own_addresses — the IP addresses of this host's interfaces, as they are now.
// Errors: what the system does not tell is left out.
#pragma once

#include "net/address.h"

#include <vector>

namespace net {

[[nodiscard]] std::vector<Address> own_addresses();

} // namespace net
