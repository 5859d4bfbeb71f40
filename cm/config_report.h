// What `boshcm check` says about a good file: the configuration as it takes effect, and what a
// careful operator should know about it.
// Spec:   S-023, S-024, U-036 for the warnings.
// Life:   functions of a Config.
#pragma once

#include "cm/config.h"

#include <string>
#include <vector>

namespace cm {

// A configuration file with every default filled in and every name resolved. Loading it gives the
// same Config.
[[nodiscard]] std::string effective_xml(const Config& config);

struct ConfigWarning {
    int line = 0;
    std::string place; // as in ConfigError
    std::string text;
};

// Allowed, because it was asked for by name, but worth a second thought.
[[nodiscard]] std::vector<ConfigWarning> warnings(const Config& config);

// conf/cm.xml:12: warning: <listener address="0.0.0.0">: …
[[nodiscard]] std::string to_string(const ConfigWarning& warning, const std::string& file);

} // namespace cm
