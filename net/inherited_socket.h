// InheritedSocket — a listening socket that whoever started this process has opened for it: at a
// port that this one may not open, or so that clients wait while it is restarted.
// Errors: inspect() says what the descriptor is instead.
// Life:   the descriptor belongs to whoever has the value.
#pragma once

#include "base/error.h"
#include "net/address.h"

#include <string>

namespace net {

struct InheritedSocket {
    int descriptor = -1;
    Address address;  // Family::Local: a Unix socket,
    std::string path; // at this file
};

[[nodiscard]] base::Result<InheritedSocket> inspect(int descriptor);

} // namespace net
