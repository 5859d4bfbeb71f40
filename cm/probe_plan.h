// probe_plan() — from the command line and the configuration to what is to be probed.
// Errors: text for standard error; then the exit code is kExitUsageOrConfig.
// Life:   the password is read here and is in the plan only.
#pragma once

#include "cm/config.h"
#include "cm/options.h"
#include "probe/plan.h"

#include <expected>
#include <iosfwd>
#include <string>

namespace cm {

// `config`: nullptr without --config. `input`: where `--password-file -` reads.
[[nodiscard]] std::expected<probe::Plan, std::string>
probe_plan(const ProbeCommand& command, const Config* config, std::istream& input);

} // namespace cm
