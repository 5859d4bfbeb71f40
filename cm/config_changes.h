// What of a new configuration a running program cannot take.
// Life:   a function of two Configs.
#pragma once

#include "cm/config.h"

#include <string>
#include <vector>

namespace cm {

// The attributes that have changed and need a restart, each as "<memory budget>".
[[nodiscard]] std::vector<std::string> changes_for_a_restart(const Config& before,
                                                             const Config& after);

// What else has changed: "<bosh wait>: 30s, was 60s"; of what may be there several times the whole
// element, as "+ <listener …" and "- <listener …".
[[nodiscard]] std::vector<std::string> changes_in_use(const Config& before, const Config& after);

} // namespace cm
