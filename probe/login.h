// LoginOutcome — how logging in ended, on either way.
#pragma once

#include "probe/problem.h"

#include <string>

namespace probe {

struct LoginOutcome {
    Problem problem = Problem::None;
    std::string detail; // what the server said, or was seen instead
    std::string mechanism;
    std::string jid; // with the resource that the server gave
};

} // namespace probe
