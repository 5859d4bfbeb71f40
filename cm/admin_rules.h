// Rules for the admin listener: who could reach it, and the file with its token.
// Errors: added to `faults`, with the line of the attribute to change.
#pragma once

#include "cm/config.h"
#include "cm/config_element.h"
#include "cm/config_error.h"
#include "cm/config_report.h"

#include <string>
#include <vector>

namespace cm {

void check_admin(ConfigElement& element, const admin::Settings& settings, ConfigFaults& faults);
// The absolute name of the file, from `start`; empty if none is named.
[[nodiscard]] std::string check_token_file(ConfigElement& element, const std::string& name,
                                           const std::string& start, ConfigFaults& faults);

void warn_of_admin(const Config& config, std::vector<ConfigWarning>& found);

} // namespace cm
