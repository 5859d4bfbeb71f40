// Rules for webhooks: where they may lead, the file with their secrets, and their names.
// Errors: added to `faults`, with the line of the attribute to change.
#pragma once

#include "cm/config.h"
#include "cm/config_element.h"
#include "cm/config_error.h"
#include "cm/config_report.h"

#include <string>
#include <vector>

namespace cm {

// Also completes `hook`: names of files become absolute, from `start`, and without a name it has
// that of its host.
void check_webhook(ConfigElement& element, hooks::Settings& hook, const std::string& start,
                   ConfigFaults& faults);
void check_webhook_names(const std::vector<hooks::Settings>& hooks, ConfigFaults& faults);

void warn_of_webhooks(const Config& config, std::vector<ConfigWarning>& found);

} // namespace cm
