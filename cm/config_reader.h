// read_config() — from the tree of a file to a Config, with the rules a schema cannot say.
// Spec:   B-043, H-001, H-073, H-074, S-023, U-036: what a configuration may ask for.
// Errors: added to `faults`; the Config is of use only if there are none at the end. What is
//         found faulty is marked so in the tree and passed over, so that one mistake gives one
//         message.
#pragma once

#include "cm/config.h"
#include "cm/config_element.h"
#include "cm/config_error.h"

#include <string>

namespace cm {

// `directory` is where relative names start.
[[nodiscard]] Config read_config(ConfigElement& root, const std::string& directory,
                                 ConfigFaults& faults);

} // namespace cm
